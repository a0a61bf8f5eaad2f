import type { Sql, Transaction } from '../sql/database';

/** Records that something was written in these chats. Known chats keep their date. */
export function addKnownChats(
  tx: Transaction,
  sessionId: string,
  chatIds: readonly string[],
  now: Date,
): void {
  if (chatIds.length === 0) return;
  tx.write(
    `INSERT INTO known_chats (session_id, chat_id, since) SELECT $1, chat_id, $3 FROM unnest($2::text[]) AS c (chat_id)
     ON CONFLICT DO NOTHING`,
    [sessionId, [...new Set(chatIds)], now],
  );
}

/** Which of these chats are new: nothing was written in them before. */
export async function unknownChats(
  sql: Sql,
  sessionId: string,
  chatIds: readonly string[],
): Promise<Set<string>> {
  if (chatIds.length === 0) return new Set();
  const rows = await sql.query<{ chat_id: string }>(
    'SELECT chat_id FROM known_chats WHERE session_id = $1 AND chat_id = ANY($2::text[])',
    [sessionId, chatIds],
  );
  const known = new Set(rows.map((row) => row.chat_id));
  return new Set(chatIds.filter((chatId) => !known.has(chatId)));
}

/** Stores the WhatsApp name of the person behind these chat ids. */
export function saveChatName(
  tx: Transaction,
  sessionId: string,
  chatIds: readonly string[],
  name: string,
): void {
  tx.write(
    `UPDATE known_chats SET name = $3
     WHERE session_id = $1 AND chat_id = ANY($2::text[]) AND name IS DISTINCT FROM $3`,
    [sessionId, chatIds, name],
  );
}

/** The names of the people in these chats, by chat id, if known. */
export async function namesOfChats(
  sql: Sql,
  sessionId: string,
  chatIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await sql.query<{ chat_id: string; name: string }>(
    'SELECT chat_id, name FROM known_chats WHERE session_id = $1 AND chat_id = ANY($2::text[]) AND name IS NOT NULL',
    [sessionId, chatIds],
  );
  return new Map(rows.map(({ chat_id: chatId, name }) => [chatId, name]));
}
