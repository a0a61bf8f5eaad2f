import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { isKeyFormat, parseBearer } from '../domain/access/api-key';
import { allows, type Scope } from '../domain/access/scopes';
import { EngineError } from '../errors';
import type { KnownKeys } from '../keys/known-keys';

/**
 * Finds the request's key and checks that it has the route's scope.
 * @throws EngineError `authentication_required` or `permission_denied`
 */
export async function authenticate(request: FastifyRequest, keys: KnownKeys): Promise<void> {
  const text = parseBearer(request.headers.authorization);
  if (!text) {
    throw new EngineError(
      'authentication_required',
      'Send your key in the header "Authorization: Bearer bt_…".',
    );
  }
  const key = isKeyFormat(text) ? await keys.find(text) : undefined;
  if (!key) {
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

/** Authenticates tools on this machine, by the token in `engine.json`, which only its owner can read. */
export function authenticateControl(request: FastifyRequest, controlToken: string): void {
  const given = Buffer.from(parseBearer(request.headers.authorization) ?? '');
  const wanted = Buffer.from(controlToken);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new EngineError('authentication_required', 'This path is for tools on this machine only.');
}
