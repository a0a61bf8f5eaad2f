import type { Clock } from '../async/clock';
import { sleep } from '../async/sleep';
import { newId } from '../domain/ids';
import { EngineError, notFound } from '../errors';
import type { Transact } from '../events/transact';
import type { Sql } from '../store/sql/database';
import { isLeased } from '../store/tables/session-leases';
import { deleteRequest, insertRequest, readAnswer } from '../store/tables/session-requests';
import type { OwnerAnswers, OwnerRequest, StoredAnswer } from './owner-requests';

/** Asks the process that owns a session, whichever that is. */
export type AskOwner = <Request extends OwnerRequest>(
  sessionId: string,
  request: Request,
) => Promise<OwnerAnswers[Request['kind']]>;

/** Within this time a new owner takes over from one that died (15 s), and answers. */
const PATIENCE_MS = 20_000;
const FIRST_LOOK_MS = 10;
const LOOKS_AT_LEAST_EVERY_MS = 500;

/**
 * A request is a row, and so is its answer: the owner may be another process, on another machine. The answer throws
 * what the owner says is wrong, `unavailable` when nobody answers in time, and `not_found` when the session goes away
 * meanwhile.
 */
export function createAskOwner(deps: { database: Sql; transact: Transact; clock: Clock }): AskOwner {
  const { database, transact, clock } = deps;
  return async <Request extends OwnerRequest>(sessionId: string, request: Request) => {
    const id = newId('request');
    await transact(async (work) => {
      await insertRequest(work.sql, id, sessionId, request);
      work.wake(sessionId, work.now.getTime());
    });
    const deadline = clock.now() + PATIENCE_MS;
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 1.5, LOOKS_AT_LEAST_EVERY_MS)) {
      await sleep(clock, wait);
      const found = await readAnswer(database, id);
      if (found === 'gone') throw notFound('session', sessionId);
      if (found !== 'waiting') return openAnswer(found.answer as StoredAnswer<Request['kind']>);
      if (clock.now() >= deadline) break;
    }
    await deleteRequest(database, id);
    throw new EngineError('unavailable', await whyUnanswered(database, sessionId));
  };
}

function openAnswer<Kind extends OwnerRequest['kind']>(answer: StoredAnswer<Kind>): OwnerAnswers[Kind] {
  if ('ok' in answer) return answer.ok;
  throw new EngineError(answer.error.code, answer.error.message);
}

async function whyUnanswered(sql: Sql, sessionId: string): Promise<string> {
  const seconds = PATIENCE_MS / 1000;
  return (await isLeased(sql, sessionId))
    ? `The process that works this session did not answer within ${seconds} s. Try again in a moment.`
    : `No process works this session: within ${seconds} s none took it over. See that an engine runs, then try again.`;
}
