import type { Chat, EditChat } from '../chats/chat-schema';
import { showChatOf, whosOfChat } from '../chats/show-chats';
import { afterGiveBack, afterTakeOver } from '../domain/chats/takeover';
import { parseRecipient } from '../domain/messages/recipient';
import { personIdOf } from '../domain/people/person-id';
import { readFuture } from '../domain/time/read-times';
import type { Mode } from '../domain/mode';
import { Faults, notFound, validOrThrow } from '../errors';
import type { Work } from '../events/transact';
import { senderChooser } from '../sessions/senders';
import type { Sql } from '../store/sql/database';
import { listChatsOf } from '../store/tables/chats';
import { findWhoForNew, holdNames } from '../store/tables/person-names';
import { listSessions } from '../store/tables/sessions';
import {
  holderOf,
  listTakeoversOf,
  lockTakeover,
  readTakeover,
  saveTakeover,
  withHolder,
  type TakeoverRow,
} from '../store/tables/takeovers';
import { tellTakenOver } from './chat-events';
import { endMessages } from './end-messages';
import { tellGivenBack } from './give-back';

const HOUR_MS = 3_600_000;
const LONGEST_MS = 365 * 24 * HOUR_MS;

/** A chat of a linked number. */
type ChatOf = Pick<TakeoverRow, 'who' | 'session_id' | 'mode' | 'chat_id'>;

/**
 * Takes over a chat, or gives it back: for one linked number, or for each that has the chat. Nothing needs to have been
 * written in it. To do it again changes only the time.
 * @param given see `whosOfChat`
 * @throws EngineError `invalid_request`, `not_found` for a person's id that nobody has, or an error of the sender chooser
 */
export async function editChat(work: Work, mode: Mode, given: string, edit: EditChat): Promise<Chat> {
  const until = readUntil(edit, work.now.getTime());
  const whos = await whosOfChat(work.sql, mode, given);
  const chats = await chatsOf(work, mode, given, whos, edit.from);
  if (edit.handled_by === 'human')
    for (const { session_id: session } of chats) await endMessages(work, session, whos);
  for (const chat of chats) {
    if (edit.handled_by === 'human') await takeOver(work, chat, until);
    else await giveBack(work, chat);
  }
  return showChatOf(work.sql, chats[0]!, work.now);
}

/**
 * When a takeover is to end; undefined if nothing is said.
 * @param now epoch ms
 * @throws EngineError `invalid_request`
 */
export function readUntil({ handled_by, human_until }: EditChat, now: number): Date | null | undefined {
  const faults = new Faults();
  if (human_until !== undefined && handled_by === 'bot')
    faults.add('human_until', 'not_allowed', 'cannot be combined with handled_by bot. Leave it out.');
  const until =
    typeof human_until === 'string' ? readFuture('human_until', human_until, now, faults) : human_until;
  if (until && handled_by === 'human' && until.getTime() > now + LONGEST_MS)
    faults.add('human_until', 'too_late', 'is more than 365 days ahead. Use an earlier time, or null.');
  faults.throwIfAny();
  return until;
}

async function takeOver(work: Work, chat: ChatOf, until: Date | null | undefined): Promise<void> {
  const { hours } = await readTakeover(work.sql, chat.who, chat.session_id);
  const usual = hours > 0 ? new Date(work.now.getTime() + hours * HOUR_MS) : null;
  const before = await lockTakeover(work.sql, chat);
  const row = withHolder(
    before,
    afterTakeOver(holderOf(before), until === undefined ? usual : until, work.now),
  );
  saveTakeover(work.sql, row);
  await tellTakenOver(work, before, row, 'api');
}

async function giveBack(work: Work, chat: ChatOf): Promise<void> {
  const { holder } = await readTakeover(work.sql, chat.who, chat.session_id);
  if (holder.humanSince === null) return;
  const before = await lockTakeover(work.sql, chat);
  const row = withHolder(before, afterGiveBack(work.now));
  saveTakeover(work.sql, row);
  if (before.human_since) await tellGivenBack(work, row, 'api');
}

/** The chat as each linked number has it, in the order in which they are locked. */
async function chatsOf(
  work: Work,
  mode: Mode,
  given: string,
  whos: readonly string[],
  from: string | undefined,
): Promise<ChatOf[]> {
  const { sql } = work;
  const known = await knownChats(sql, mode, whos);
  holdNames(
    sql,
    mode,
    known.map(({ chat_id: id }) => id),
  );
  if (from === undefined && known.length > 0) return known;
  const session = (await senderChooser(sql, mode))(from);
  const found = known.filter(({ session_id: id }) => id === session.id);
  if (found.length > 0) return found;
  const [other] = known;
  if (other) return [{ ...other, session_id: session.id }];
  if (personIdOf(given) !== null) throw notFound('chat', given);
  const { chatId } = validOrThrow('chat_id', parseRecipient(given));
  const who = (await findWhoForNew(sql, mode, [chatId]))(chatId);
  return [{ who, session_id: session.id, mode, chat_id: chatId }];
}

/** Those in which something was written or that were taken over, of the sessions that there are. */
async function knownChats(sql: Sql, mode: Mode, whos: readonly string[]): Promise<ChatOf[]> {
  const sessions = (await listSessions(sql, mode)).map(({ id }) => id);
  const found = [...(await listChatsOf(sql, mode, whos)), ...(await listTakeoversOf(sql, mode, whos))];
  return sessions.flatMap((id) => {
    const row = found.find(({ session_id: session }) => session === id);
    return row ? [{ who: row.who, session_id: id, mode, chat_id: row.chat_id }] : [];
  });
}
