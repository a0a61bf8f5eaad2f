import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EngineConfig } from '../config';
import { clientAddress } from '../domain/access/client-address';
import { EngineError } from '../errors';

const WINDOW_MS = 60_000;
/** More wrong keys than any misconfigured client sends before someone looks at it. */
const MOST_FAILURES = 60;
/** Addresses that are remembered. A stranger with more networks than this has no need to guess keys. */
const MOST_ADDRESSES = 10_000;

/**
 * Limits the requests of one client to the routes that are added to `app` from now on.
 * @param clientOf runs after the other checks of the headers, so it may be the checked key
 * @param client for the message, such as `this key`
 */
export async function limitRate(
  app: FastifyInstance,
  { rateLimit: max }: Pick<EngineConfig, 'rateLimit'>,
  clientOf: (request: FastifyRequest) => string,
  client: string,
): Promise<void> {
  if (max === null) return;
  await app.register(rateLimit, {
    max,
    timeWindow: WINDOW_MS,
    keyGenerator: clientOf,
    errorResponseBuilder: (_request, { ttl }) => tooMany(`${max} requests per minute with ${client}`, ttl),
  });
}

/** Whom a request without a checked key is counted for. */
export const addressOf = ({ ip }: FastifyRequest): string => clientAddress(ip);

function tooMany(what: string, waitMs: number): EngineError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  const message = `More than ${what}. Try again in ${retryAfterSeconds} s.`;
  return new EngineError('rate_limited', message, { retryAfterSeconds });
}

/** Counts the wrong keys that come from each address, so that nobody can guess keys or keep the database busy with them. */
export class FailedKeys {
  private readonly windows = new Map<string, { count: number; endsAt: number }>();

  /** @param isLimited false: nothing is ever refused */
  constructor(
    private readonly isLimited: boolean,
    private readonly now: () => number,
  ) {}

  /** @throws EngineError `rate_limited` if too many wrong keys came from there within a minute */
  check(request: FastifyRequest): void {
    const seen = this.windows.get(addressOf(request));
    const left = seen ? seen.endsAt - this.now() : 0;
    if (!this.isLimited || !seen || left <= 0 || seen.count < MOST_FAILURES) return;
    throw tooMany(`${MOST_FAILURES} wrong keys per minute from this address`, left);
  }

  add(request: FastifyRequest): void {
    const address = addressOf(request);
    const now = this.now();
    const seen = this.windows.get(address);
    if (seen && seen.endsAt > now) seen.count += 1;
    else {
      // At the end of the map, which is in the order in which the windows end.
      this.windows.delete(address);
      this.windows.set(address, { count: 1, endsAt: now + WINDOW_MS });
    }
    const oldest = this.windows.keys().next();
    if (this.windows.size > MOST_ADDRESSES && !oldest.done) this.windows.delete(oldest.value);
  }
}
