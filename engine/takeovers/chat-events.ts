import { showChatOf } from '../chats/show-chats';
import { handledBy } from '../domain/chats/takeover';
import type { Work } from '../events/transact';
import { holderOf, withHolder, type TakeoverRow } from '../store/tables/takeovers';

/** What made the change: the owner on the phone, a request, or the end of `human_until`. */
export type ChangedBy = 'phone' | 'api' | 'time';

/**
 * Emits that a chat was taken over or given back: the chat as it is shown, for one linked number.
 * @param row who has it now
 */
export async function tellOfChat(
  work: Work,
  type: 'chat.taken_over' | 'chat.given_back',
  row: TakeoverRow,
  by: ChangedBy,
): Promise<void> {
  const chat = await showChatOf(work.sql, row, work.now);
  const holder = handledBy(holderOf(row), work.now);
  const data = {
    ...chat,
    handled_by: holder,
    human_until: (holder === 'human' && row.human_until?.toISOString()) || null,
    ...{ by, session_id: row.session_id },
  };
  work.tell([{ mode: row.mode, type, data, chatId: row.chat_id, who: row.who }]);
}

const BOT = { humanSince: null, humanUntil: null, givenBackAt: null };

/**
 * Emits that a person has a chat that the bot had. If an earlier takeover is over, and nobody has noticed, that is told
 * first.
 * @param before the row as it was
 * @param row as it is stored now
 */
export async function tellTakenOver(
  work: Work,
  before: TakeoverRow,
  row: TakeoverRow,
  by: ChangedBy,
): Promise<void> {
  const hasChanged =
    handledBy(holderOf(before), work.now) === 'bot' && handledBy(holderOf(row), work.now) === 'human';
  if (!hasChanged) return;
  if (before.human_since) await tellOfChat(work, 'chat.given_back', withHolder(row, BOT), 'time');
  await tellOfChat(work, 'chat.taken_over', row, by);
}
