import type { Mode } from '../domain/mode';
import { notFound } from '../errors';
import type { AskOwner } from '../sessions/ask-owner';
import type { Sql } from '../store/sql/database';
import { findUnread } from '../store/tables/chat-messages';
import { listChatsOf, readSome, type ChatRow } from '../store/tables/chats';
import { listSessions } from '../store/tables/sessions';
import { whosOfChat } from './show-chats';

/** WhatsApp is told of so many messages at a time. */
const AT_ONCE = 500;

/**
 * Marks what was received in a chat as read, also for its writers: WhatsApp shows them two blue ticks, if the number's
 * privacy settings allow it.
 * @param given see `whosOfChat`
 * @throws EngineError `not_found` if nothing was written in the chat, or `unavailable` while WhatsApp cannot be told
 */
export async function markRead(
  { database, askOwner }: { database: Sql; askOwner: AskOwner },
  mode: Mode,
  given: string,
): Promise<void> {
  const whos = await whosOfChat(database, mode, given);
  const chats = await listChatsOf(database, mode, whos);
  if (chats.length === 0) throw notFound('chat', given);
  const linked = new Set((await listSessions(database, mode)).map(({ id }) => id));
  for (const chat of chats) {
    const { session_id: sessionId } = chat;
    const tell = async (inboundIds: string[]): Promise<void> =>
      void (await askOwner(sessionId, { kind: 'mark_read', inboundIds }));
    await markChatRead(database, chat, linked.has(sessionId) ? tell : null);
  }
}

/**
 * Marks a chat of one session as read.
 * @param tell tells WhatsApp of these received messages; null: the session is no longer linked
 */
export async function markChatRead(
  sql: Sql,
  { who, mode, session_id: sessionId, unread_count: unread }: ChatRow,
  tell: ((inboundIds: string[]) => Promise<void>) | null,
): Promise<void> {
  const chat = { who, mode, sessionId };
  let left = unread;
  while (left > 0) {
    const ids = tell ? await findUnread(sql, chat, left, AT_ONCE) : [];
    if (ids.length > 0) await tell?.(ids);
    // What is older than the history counts as read with the rest.
    const count = ids.length < AT_ONCE ? left : ids.length;
    await readSome(sql, chat, count);
    left -= count;
  }
}
