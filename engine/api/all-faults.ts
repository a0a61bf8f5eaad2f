import type { FastifyRequest } from 'fastify';
import type { Mode } from '../domain/mode';
import { parseRecipient } from '../domain/messages/recipient';
import { EngineError, invalidRequest, validOrThrow, type ErrorDetail } from '../errors';
import type { RepairedBody } from './repair-body';

/** A body that its schema refuses. */
export class RefusedBody extends EngineError {
  constructor(
    details: ErrorDetail[],
    readonly repaired: RepairedBody | null,
  ) {
    const { message, options } = invalidRequest(details);
    super('invalid_request', message, options);
  }
}

/**
 * What the rules beyond a schema find wrong with a body: they throw, as they do for a body that the schema takes, or
 * return. It must not change anything.
 */
export type BodyRules<Body> = (body: Body, mode: Mode, params: unknown) => unknown;

/** The rule for a body whose only other rule is that `to` is a recipient. */
export const checkRecipient: BodyRules<{ to?: string }> = ({ to }) => {
  if (to !== undefined) validOrThrow('to', parseRecipient(to));
};

/**
 * Adds to the faults of a refused body those that the route's rules find, so that a client learns of every field at
 * fault at once, whichever rule found it.
 */
export async function withAllFaults(error: unknown, request: FastifyRequest): Promise<unknown> {
  if (!(error instanceof RefusedBody)) return error;
  const { rules } = request.routeOptions.config;
  if (!rules || !error.repaired) return error;
  const details = error.options.details ?? [];
  const { value, paths } = error.repaired;
  const found = await faultsOfRules(() => rules(value as never, request.key.mode, request.params), request);
  const known = [...paths, ...details.map(({ path }) => path)];
  const more = found.filter((fault) => !known.some((path) => isAbout(fault.path, path)));
  return more.length > 0 ? invalidRequest([...details, ...more]) : error;
}

async function faultsOfRules(rules: () => unknown, request: FastifyRequest): Promise<ErrorDetail[]> {
  try {
    await rules();
    return [];
  } catch (error) {
    if (error instanceof EngineError) return error.options.details ?? [];
    // The request is refused in any case.
    request.log.warn({ err: error }, 'the rules for a body could not be checked');
    return [];
  }
}

/** Whether a fault is about a field that has one already, or about a part of it. */
function isAbout(path: string, known: string): boolean {
  return path === known || (known !== '' && path.startsWith(`${known}.`));
}
