import type { Sql } from '../sql/database';

/** A row of `known_accounts`, without its session and the chat id that was looked up. */
export interface KnownAccountRow {
  /** The account's own chat id; null if the number is not on WhatsApp. */
  chat_id: string | null;
  checked_at: Date;
}

/** What WhatsApp last answered for this chat id; undefined if it was never asked. */
export async function findKnownAccount(
  sql: Sql,
  sessionId: string,
  asked: string,
): Promise<KnownAccountRow | undefined> {
  const rows = await sql.query<KnownAccountRow>(
    'SELECT chat_id, checked_at FROM known_accounts WHERE session_id = $1 AND asked = $2',
    [sessionId, asked],
  );
  return rows[0];
}

export async function saveKnownAccount(
  sql: Sql,
  sessionId: string,
  asked: string,
  account: KnownAccountRow,
): Promise<void> {
  await sql.query(
    `INSERT INTO known_accounts (session_id, asked, chat_id, checked_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (session_id, asked) DO UPDATE SET chat_id = excluded.chat_id, checked_at = excluded.checked_at`,
    [sessionId, asked, account.chat_id, account.checked_at],
  );
}
