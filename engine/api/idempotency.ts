import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EngineError, invalidRequest } from '../errors';
import type { Work } from '../events/transact';
import { claimIdempotencyKey, keepResponse, knowsIdempotencyKey } from '../store/tables/idempotency-records';
import type { ApiContext } from './context';

const LONGEST_KEY = 64;

/**
 * Creates something in one transaction, once for each `Idempotency-Key`. A repeat gets the first answer with 200 and
 * `Idempotent-Replayed: true`; the same key with another body is refused.
 * @param operation names what the request does, the same for all its paths.
 * @param prepare work that takes too long for a transaction and is done before it; skipped if the answer is a repeat.
 */
export async function createOnce<Prepared = undefined>(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  operation: string,
  job: (work: Work, prepared: Prepared) => Promise<object>,
  prepare?: () => Promise<Prepared>,
): Promise<never> {
  const key = readKey(request);
  const { database, clock } = context;
  const repeats =
    prepare && key !== null
      ? await knowsIdempotencyKey(database, request.key.id, key, new Date(clock.now()))
      : false;
  const prepared = repeats ? undefined : await prepare?.();
  const answer = await context.transact(async (work) => {
    const jobFor = (): Promise<object> => job(work, prepared as Prepared);
    if (key === null) return { body: JSON.stringify(await jobFor()), replayed: false };
    const requestHash = hashOf(operation, request.body);
    const record = { keyId: request.key.id, key, requestHash, now: work.now };
    const claim = await claimIdempotencyKey(work.sql, record);
    if (claim.claimed) {
      const body = JSON.stringify(await jobFor());
      // Encrypted, because the answer to a new webhook contains its secret.
      const sealed = context.encryption.seal(body, placeOf(request.key.id, key)).toString('base64');
      keepResponse(work.sql, request.key.id, key, sealed);
      return { body, replayed: false };
    }
    if (claim.requestHash === requestHash) {
      const sealed = Buffer.from(claim.response, 'base64');
      return { body: context.encryption.openText(sealed, placeOf(request.key.id, key)), replayed: true };
    }
    throw new EngineError(
      'idempotency_key_conflict',
      'This Idempotency-Key was used with another body within the last 24 hours. Use a new key for a new request.',
    );
  });
  if (answer.replayed) void reply.header('idempotent-replayed', 'true');
  // Typed as never: the answer is already text, but the routes' response types are objects.
  return reply
    .status(answer.replayed ? 200 : 201)
    .type('application/json; charset=utf-8')
    .serializer((body: string) => body)
    .send(answer.body) as never;
}

function placeOf(keyId: string, key: string): string {
  return `idempotency:${keyId}:${key}`;
}

function readKey(request: FastifyRequest): string | null {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return null;
  const key = Array.isArray(header) ? header.join(',') : header;
  if (key.length >= 1 && key.length <= LONGEST_KEY) return key;
  const message = `has ${key.length} characters. Use 1 to ${LONGEST_KEY}.`;
  throw invalidRequest([{ path: 'Idempotency-Key', code: 'wrong_length', message }]);
}

function hashOf(operation: string, body: unknown): string {
  return createHash('sha256').update(operation).update(canonical(body)).digest('hex');
}

/** JSON with sorted keys, so that the order of fields does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
