import type { Clock } from '../async/clock';
import { sleep } from '../async/sleep';
import { newId } from '../domain/ids';
import type { ProxyFaultWord } from '../domain/proxy-fault';
import { EngineError, notFound } from '../errors';
import type { Transact } from '../events/transact';
import type { Sql } from '../store/sql/database';
import { isLeased } from '../store/tables/session-leases';
import { deleteRequest, insertRequest, readAnswer } from '../store/tables/session-requests';
import type { ChannelAct, ChannelAnswers } from '../transport/channel-acts';
import type { ChatAct } from '../transport/chat-acts';
import type { GroupAct, GroupAnswers } from '../transport/group-acts';
import type { LoadedOlder, OldestKnown } from '../transport/older-messages';
import type { Group, Typing } from '../transport/transport';

/** A request to the owner of a session, the only process with the session's link to WhatsApp. */
export type OwnerRequest =
  | { kind: 'link' }
  | { kind: 'pairing_code'; phone: string }
  | { kind: 'reconnect' }
  | { kind: 'log_out' }
  | { kind: 'check_number'; phone: string }
  | { kind: 'list_groups' }
  | { kind: 'group'; act: GroupAct }
  | { kind: 'channel'; act: ChannelAct }
  | { kind: 'upload_again'; inboundId: string }
  | { kind: 'mark_read'; inboundIds: string[] }
  | { kind: 'load_older'; oldest: OldestKnown }
  /** Settings that the owner keeps in memory have changed. */
  | { kind: 'reload_settings' }
  /** @see ProxyUse.testProxy */
  | { kind: 'test_proxy' }
  /** @see ChatActor.act */
  | { kind: 'chat_act'; chat: string; key: string; act: ChatAct }
  /** Starts it, and does not wait for its end. */
  | { kind: 'show_typing'; chatId: string; ms: number; as: Typing };

/** The answers; null means done, or started. Plain JSON, because they go through the database. */
export interface OwnerAnswers {
  link: null;
  /** `expiresAt` in epoch milliseconds. */
  pairing_code: { code: string; expiresAt: number };
  reconnect: null;
  log_out: null;
  check_number: { exists: boolean; chatId: string | null };
  list_groups: Group[];
  /** See `askGroup`, which knows the answer of each. */
  group: GroupAnswers[GroupAct['do']];
  channel: ChannelAnswers[ChannelAct['do']];
  /** Whether the phone had the file. */
  upload_again: { found: boolean };
  mark_read: null;
  load_older: LoadedOlder;
  reload_settings: null;
  test_proxy: { fault: ProxyFaultWord | null };
  chat_act: null;
  show_typing: null;
}

/** What the owner's refusal means for the client. */
export type RefusalCode = 'conflict' | 'not_found' | 'unavailable' | 'internal_error';

/** An answer as it is stored. */
export type StoredAnswer<Kind extends OwnerRequest['kind']> =
  { ok: OwnerAnswers[Kind] } | { error: { code: RefusalCode; message: string } };

/** Asks the process that owns a session, wherever it runs. */
export type AskOwner = <Request extends OwnerRequest>(
  sessionId: string,
  request: Request,
) => Promise<OwnerAnswers[Request['kind']]>;

/** Enough for a new owner to replace one that died (15 s) and to answer. */
const TIMEOUT_MS = 20_000;
const FIRST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 500;

/**
 * The request and its answer are rows in the database, because the owner may run on another machine.
 * The returned function throws the error that the owner answers, `unavailable` when no answer comes in time, and
 * `not_found` when the session is removed meanwhile.
 */
export function createAskOwner(deps: { database: Sql; transact: Transact; clock: Clock }): AskOwner {
  const { database, transact, clock } = deps;
  return async <Request extends OwnerRequest>(sessionId: string, request: Request) => {
    const id = newId('request');
    await transact(async (work) => {
      await insertRequest(work.sql, id, sessionId, request);
      work.wake(sessionId, work.now.getTime());
    });
    const deadline = clock.now() + TIMEOUT_MS;
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 1.5, LONGEST_WAIT_MS)) {
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
  const seconds = TIMEOUT_MS / 1000;
  return (await isLeased(sql, sessionId))
    ? `The process that owns this session did not answer within ${seconds} s. Try again in a moment.`
    : `No engine claimed this session within ${seconds} s. Check that one is running, then try again.`;
}
