import type { FastifySchemaCompiler, FastifyServerOptions } from 'fastify';
import type { z } from 'zod';
import { EngineError, invalidRequest, MOST_DETAILS, type ErrorDetail } from '../errors';
import { RefusedBody } from './all-faults';
import { repairBody } from './repair-body';
import { badCharacters, faultsOf } from './validation-faults';

const compileValidator: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data) =>
    validate(schema, data ?? {}, httpPart);

/**
 * How Fastify uses our zod schemas. Passed in its options rather than set later: otherwise it loads compilers of its own,
 * which take longer than the rest of it.
 */
export const schemaCompilers: FastifyServerOptions['schemaController'] = {
  compilersFactory: {
    // Fastify's types know only the schemas of its own compiler.
    buildValidator: () => compileValidator as never,
    // Response schemas are for documentation. Responses are typed, and parsing them would cost more than it finds.
    buildSerializer: () => () => (data: unknown) => JSON.stringify(data),
  },
};

/** Checks one part of a request. An id in the path that is not valid is not found, like any other wrong id. */
function validate(
  schema: z.ZodType,
  data: unknown,
  part?: string,
): { value: unknown } | { error: EngineError } {
  const parsed = schema.safeParse(data, { reportInput: true });
  const faults = parsed.success ? badCharacters(data) : faultsOf(parsed.error.issues);
  if (parsed.success && faults.length === 0) return { value: parsed.data };
  if (part === 'body') return { error: refusedBody(schema, data, parsed.error?.issues ?? [], faults) };
  if (part !== 'params') return { error: invalidRequest(faults) };
  return { error: new EngineError('not_found', 'The path contains an id that is not valid.') };
}

function refusedBody(
  schema: z.ZodType,
  data: unknown,
  issues: readonly z.core.$ZodIssue[],
  faults: ErrorDetail[],
): RefusedBody {
  // More would not be shown.
  if (faults.length >= MOST_DETAILS) return new RefusedBody(faults, null);
  const repaired = repairBody(schema, data, issues);
  const more =
    repaired && issues.length > 0 ? [...faultsOf(repaired.later), ...badCharacters(repaired.value)] : [];
  return new RefusedBody([...faults, ...more], repaired);
}
