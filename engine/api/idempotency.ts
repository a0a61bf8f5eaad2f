import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EngineError, invalidRequest, MOST_DETAILS, sentenceOf, type ErrorDetail } from '../errors';
import type { Work } from '../events/transact';
import {
  claimIdempotencyKeys,
  keepResponses,
  knowsIdempotencyKey,
} from '../store/tables/idempotency-records';
import type { ApiContext } from './context';

const LONGEST_KEY = 64;
const ANOTHER_BODY = 'was used with another body within the last 24 hours. Use a new key for a new request.';

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
    const jobFor = async (): Promise<string> => JSON.stringify(await job(work, prepared as Prepared));
    if (key === null) return { body: await jobFor(), replayed: false };
    const requestHash = hashOf(operation, request.body);
    const keyId = request.key.id;
    const claim = (await claimIdempotencyKeys(work.sql, keyId, [{ key, requestHash }], work.now)).get(key);
    if (!claim?.claimed && claim?.requestHash === requestHash)
      return { body: openAnswer(context, keyId, key, answerOf(claim)), replayed: true };
    if (!claim?.claimed) throw anotherBody();
    const body = await jobFor();
    keepResponses(work.sql, keyId, [{ key, response: sealAnswer(context, keyId, key, body) }]);
    return { body, replayed: false };
  });
  return sendOnce(reply, 201, answer);
}

/** Sends an answer that is text already. A repeat gets it with 200 and a header that says so. */
export function sendOnce(
  reply: FastifyReply,
  status: number,
  { body, replayed }: { body: string; replayed: boolean },
): never {
  if (replayed) void reply.header('idempotent-replayed', 'true');
  // Typed as never: the answer is already text, but the routes' response types are objects.
  return reply
    .status(replayed ? 200 : status)
    .type('application/json; charset=utf-8')
    .serializer((text: string) => text)
    .send(body) as never;
}

/** One of several things to create, with its own idempotency key if it has one. */
interface Keyed<Input> {
  key: string | undefined;
  input: Input;
}

/**
 * Creates several things in the transaction of `work`, each once for its own key: those that a request with the same key
 * and body created before are answered as they were then. So it makes no difference whether a thing comes alone or with
 * others.
 * @param operation as for `createOnce` of one such thing
 * @param pathOf the i-th one's path in the body
 * @param create creates the new ones: answers for these places, in this order
 * @returns the answers, in the order of `items`
 * @throws EngineError `idempotency_key_conflict` with every key that was used with another body; or what `create` throws
 */
export async function createEachOnce<Input>(
  context: ApiContext,
  keyId: string,
  work: Work,
  operation: string,
  items: ReadonlyArray<Keyed<Input>>,
  pathOf: (index: number) => string,
  create: (places: number[]) => Promise<object[]>,
): Promise<object[]> {
  const hashes = items.map(({ key, input }) => (key === undefined ? '' : hashOf(operation, input)));
  // A key that comes twice is one request and its repeat.
  const firstPlaces = new Map<string, number>();
  items.forEach(({ key }, place) => {
    if (key !== undefined && !firstPlaces.has(key)) firstPlaces.set(key, place);
  });
  const records = [...firstPlaces].map(([key, place]) => ({ key, requestHash: hashes[place]! }));
  const claims = await claimIdempotencyKeys(work.sql, keyId, records, work.now);
  const faults = items.flatMap(({ key }, place): ErrorDetail[] => {
    if (key === undefined) return [];
    const claim = claims.get(key)!;
    const hash = claim.claimed ? hashes[firstPlaces.get(key)!] : claim.requestHash;
    if (hash === hashes[place]) return [];
    const path = `${pathOf(place)}.idempotency_key`;
    return [{ path, code: 'idempotency_key_conflict', message: ANOTHER_BODY }];
  });
  if (faults[0])
    throw new EngineError('idempotency_key_conflict', sentenceOf(faults[0]), {
      details: faults.slice(0, MOST_DETAILS),
    });
  const isNew = ({ key }: Keyed<Input>, place: number): boolean =>
    key === undefined || (claims.get(key)!.claimed && firstPlaces.get(key) === place);
  const places = [...items.keys()].filter((place) => isNew(items[place]!, place));
  const created = new Map((await create(places)).map((answer, index) => [places[index]!, answer]));
  keepResponses(
    work.sql,
    keyId,
    [...created].flatMap(([place, answer]) => {
      const { key } = items[place]!;
      if (key === undefined) return [];
      return [{ key, response: sealAnswer(context, keyId, key, JSON.stringify(answer)) }];
    }),
  );
  return items.map(({ key }, place) => {
    const claim = key === undefined ? undefined : claims.get(key);
    if (key === undefined || !claim || claim.claimed)
      return created.get(key === undefined ? place : firstPlaces.get(key)!)!;
    return JSON.parse(openAnswer(context, keyId, key, answerOf(claim))) as object;
  });
}

/** The stored answer to a request that has one: what is done in one transaction always has. */
function answerOf({ response }: { response: string | null }): string {
  if (response === null) throw anotherBody();
  return response;
}

export const anotherBody = (): EngineError =>
  new EngineError('idempotency_key_conflict', `This Idempotency-Key ${ANOTHER_BODY}`);

/** Encrypted, because the answer to a new webhook contains its secret. */
export function sealAnswer({ encryption }: ApiContext, keyId: string, key: string, body: string): string {
  return encryption.seal(body, placeOf(keyId, key)).toString('base64');
}

export function openAnswer({ encryption }: ApiContext, keyId: string, key: string, sealed: string): string {
  return encryption.openText(Buffer.from(sealed, 'base64'), placeOf(keyId, key));
}

function placeOf(keyId: string, key: string): string {
  return `idempotency:${keyId}:${key}`;
}

export function readKey(request: FastifyRequest): string | null {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return null;
  const key = Array.isArray(header) ? header.join(',') : header;
  if (key.length >= 1 && key.length <= LONGEST_KEY) return key;
  const message = `has ${key.length} characters. Use 1 to ${LONGEST_KEY}.`;
  throw invalidRequest([{ path: 'Idempotency-Key', code: 'wrong_length', message }]);
}

export function hashOf(operation: string, body: unknown): string {
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
