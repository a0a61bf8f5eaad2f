import type { FastifyReply, FastifyRequest } from 'fastify';
import { newWireId, wireIdOf } from '../domain/ids';
import { EngineError } from '../errors';
import type { CreatedOnce } from '../groups/group-session';
import {
  claimIdempotencyKeys,
  forgetIdempotencyKey,
  keepResponses,
} from '../store/tables/idempotency-records';
import type { ApiContext } from './context';
import { anotherBody, hashOf, openAnswer, readKey, sealAnswer, sendOnce } from './idempotency';

/** After these, nobody knows whether WhatsApp has done it. */
const UNDECIDED = ['unavailable', 'internal_error'];

/**
 * Creates something on WhatsApp, which no transaction can take back, once for each `Idempotency-Key`. The key is stored
 * first. A repeat gets the first answer with 200 and `Idempotent-Replayed: true`; if there is none, because the answer
 * came too late or the engine has died, it looks for what was created before it creates anything.
 * @param operation see `createOnce`
 * @param status of the first answer
 */
export async function createOnWhatsApp(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  operation: string,
  status: number,
  job: (once: CreatedOnce) => Promise<object>,
): Promise<never> {
  const key = readKey(request);
  const { transact, clock } = context;
  const send = (body: string, replayed: boolean): never => sendOnce(reply, status, { body, replayed });
  if (key === null) {
    const answer = await job({ key: newWireId(), since: clock.now(), mayExist: false });
    return send(JSON.stringify(answer), false);
  }
  const keyId = request.key.id;
  const requestHash = hashOf(operation, { query: request.query, body: request.body });
  const { claim, now } = await transact(async (work) => {
    const claims = await claimIdempotencyKeys(work.sql, keyId, [{ key, requestHash }], work.now);
    return { claim: claims.get(key)!, now: work.now };
  });
  if (!claim.claimed && claim.requestHash !== requestHash) throw anotherBody();
  if (!claim.claimed && claim.response !== null)
    return send(openAnswer(context, keyId, key, claim.response), true);
  const since = (claim.claimed ? now : claim.since).getTime();
  try {
    const wireId = wireIdOf(JSON.stringify([keyId, key, since]));
    const body = JSON.stringify(await job({ key: wireId, since, mayExist: !claim.claimed }));
    const response = sealAnswer(context, keyId, key, body);
    await transact(async (work) => keepResponses(work.sql, keyId, [{ key, response }]));
    return send(body, false);
  } catch (error) {
    if (claim.claimed && error instanceof EngineError && !UNDECIDED.includes(error.code))
      await transact(async (work) => forgetIdempotencyKey(work.sql, keyId, key));
    throw error;
  }
}
