import type { Sql } from './database';

/** Remembers that something was written in these chats; those that were known keep their date. */
export async function addKnownChats(
  tx: Sql,
  sessionId: string,
  chatIds: readonly string[],
  now: Date,
): Promise<void> {
  if (chatIds.length === 0) return;
  await tx.query(
    `INSERT INTO known_chats (session_id, chat_id, since) SELECT $1, chat_id, $3 FROM unnest($2::text[]) AS c (chat_id)
     ON CONFLICT DO NOTHING`,
    [sessionId, [...new Set(chatIds)], now],
  );
}

/**
 * Every chat id under which our messages to this account may stand: its own, and the numbers and lids that turned out
 * to be the same account when they were written to.
 */
export async function namesOfAccount(sql: Sql, sessionId: string, chatId: string): Promise<string[]> {
  const rows = await sql.query<{ asked: string }>(
    'SELECT asked FROM known_accounts WHERE session_id = $1 AND chat_id = $2',
    [sessionId, chatId],
  );
  return [...new Set([chatId, ...rows.map(({ asked }) => asked)])];
}
