import { showChatOf } from '../chats/show-chats';
import { handledBy } from '../domain/chats/takeover';
import type { Work } from '../events/transact';
import { holderOf, type TakeoverRow } from '../store/tables/takeovers';

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
