import type { Mode } from '../../domain/mode';
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

/**
 * Every chat id under which our messages to this account may be stored: its own, and the numbers and lids that turned
 * out to be the same account when they were written to.
 */
export async function namesOfAccount(sql: Sql, sessionId: string, chatId: string): Promise<string[]> {
  const rows = await sql.query<{ asked: string }>(
    'SELECT asked FROM known_accounts WHERE session_id = $1 AND chat_id = $2',
    [sessionId, chatId],
  );
  return [...new Set([chatId, ...rows.map(({ asked }) => asked)])];
}

/**
 * SQL: pairs each of the chat ids `$2` (`given`) with every `name` of the same account in any session of mode `$1`:
 * the chat id itself, the account's own chat id, and the others that turned out to be that account.
 */
export const NAMES = `
  SELECT given.chat_id AS given, same.name FROM unnest($2::text[]) AS given (chat_id) CROSS JOIN LATERAL (
    SELECT given.chat_id AS name
    UNION
    SELECT k.chat_id FROM sessions s JOIN known_accounts k ON k.session_id = s.id AND k.asked = given.chat_id
    WHERE s.mode = $1 AND k.chat_id IS NOT NULL
    UNION
    SELECT k.asked FROM sessions s JOIN known_accounts k ON k.session_id = s.id AND k.chat_id = given.chat_id
    WHERE s.mode = $1
    UNION
    SELECT other.asked FROM sessions s
    JOIN known_accounts k ON k.session_id = s.id AND k.asked = given.chat_id
    JOIN known_accounts other ON other.session_id = s.id AND other.chat_id = k.chat_id
    WHERE s.mode = $1
  ) AS same`;

/** Every chat id known to be the same account as one of these. */
export async function namesInMode(sql: Sql, mode: Mode, chatIds: string[]): Promise<string[]> {
  const rows = await sql.query<{ name: string }>(`SELECT DISTINCT name FROM (${NAMES}) AS names`, [
    mode,
    chatIds,
  ]);
  return rows.map(({ name }) => name);
}
