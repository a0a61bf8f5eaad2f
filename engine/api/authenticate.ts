import type { FastifyRequest } from 'fastify';
import { isKeyFormat, parseBearer } from '../domain/access/api-key';
import { allows, type Scope } from '../domain/access/scopes';
import { EngineError } from '../errors';
import type { Challenges } from '../data-folder/control-proof';
import type { KnownKeys } from '../keys/known-keys';
import type { FailedKeys } from './rate-limits';

/**
 * Finds the request's key and checks that it has the route's scope. An address that sent too many wrong keys may go on
 * with keys that worked before, but not try others.
 * @throws EngineError `authentication_required`, `permission_denied` or `rate_limited`
 */
export async function authenticate(
  request: FastifyRequest,
  keys: KnownKeys,
  failedKeys: FailedKeys,
): Promise<void> {
  const text = parseBearer(request.headers.authorization);
  if (!text) {
    throw new EngineError(
      'authentication_required',
      'Send your key in the header "Authorization: Bearer bt_…".',
    );
  }
  if (!keys.hasWorked(text)) failedKeys.check(request);
  const key = isKeyFormat(text) ? await keys.find(text) : undefined;
  if (!key) {
    failedKeys.add(request);
    throw new EngineError(
      'authentication_required',
      'This key is unknown or revoked. Make one with: blueticks-engine keys create',
    );
  }
  const { scope } = request.routeOptions.config;
  if (scope && !allows(key.scopes, scope as Scope)) {
    throw new EngineError(
      'permission_denied',
      `This key (${key.prefix}…) lacks the scope ${scope}. Create a key that has it.`,
    );
  }
  request.key = key;
}

/** Authenticates tools on this machine: they know the token in `engine.json`, which only its owner can read. */
export function authenticateControl({ headers, method, url }: FastifyRequest, challenges: Challenges): void {
  if (challenges.accepts(headers.authorization, method, url)) return;
  throw new EngineError('authentication_required', 'This path is for tools on this machine only.');
}
