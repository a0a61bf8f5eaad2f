import { parseRecipient } from '../domain/messages/recipient';
import { personIdOf } from '../domain/people/person-id';
import type { Mode } from '../domain/mode';
import { EngineError, notFound, validOrThrow } from '../errors';
import type { AskOwner } from '../sessions/ask-owner';
import { senderChooser } from '../sessions/senders';
import type { Sql } from '../store/sql/database';
import { listChatsOf } from '../store/tables/chats';
import type { Typing } from '../transport/transport';
import { whosOfChat } from './show-chats';

/**
 * Shows "typing…" or "recording…" in a chat, by the number that has the chat, or else the only linked one. Resolves when
 * it is being shown: nothing waits for its end.
 * @param given see `whosOfChat`
 * @throws EngineError `invalid_request`, `conflict` for a channel, an error of the sender chooser, or `unavailable` while
 * the number is not connected
 */
export async function showTyping(
  { database, askOwner }: { database: Sql; askOwner: AskOwner },
  mode: Mode,
  given: string,
  { seconds, kind }: { seconds: number; kind: Typing },
): Promise<void> {
  const { sessionId, chatId } = await chatToShowIn(database, mode, given);
  if (chatId.endsWith('@newsletter'))
    throw new EngineError(
      'conflict',
      'Channels do not show who is typing. Use a chat with a person or a group.',
    );
  await askOwner(sessionId, { kind: 'show_typing', chatId, ms: seconds * 1000, as: kind });
}

async function chatToShowIn(
  sql: Sql,
  mode: Mode,
  given: string,
): Promise<{ sessionId: string; chatId: string }> {
  const chats = await listChatsOf(sql, mode, await whosOfChat(sql, mode, given));
  const [latest] = chats.sort((a, b) => b.last_message_at.getTime() - a.last_message_at.getTime());
  if (latest) return { sessionId: latest.session_id, chatId: latest.chat_id };
  if (personIdOf(given) !== null) throw notFound('chat', given);
  const { chatId } = validOrThrow('chat_id', parseRecipient(given));
  return { sessionId: (await senderChooser(sql, mode))(undefined).id, chatId };
}
