import type { Sql } from './database';
import type { MessageRow } from './messages';

/**
 * Locks up to `limit` due rows of a session, `high` before `normal` before `low`, then by time. Rows that somebody
 * is editing at this moment are passed over: they will be found again.
 * @param exceptChats chats of which nothing is wanted now.
 */
export async function lockDue(
  tx: Sql,
  sessionId: string,
  now: Date,
  limit: number,
  exceptChats: string[],
): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages
     WHERE session_id = $1 AND status IN ('scheduled', 'queued') AND due_at <= $2 AND NOT chat_id = ANY($4::text[])
     ORDER BY priority, due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED`,
    [sessionId, now, limit, exceptChats],
  );
}

/**
 * When the session's earliest pending row wants a look, or null.
 * @param busyChats of these, what is due already does not count: it waits for another message.
 */
export async function nextDueAt(
  sql: Sql,
  sessionId: string,
  now: Date,
  busyChats: string[],
): Promise<Date | null> {
  const rows = await sql.query<{ due_at: Date }>(
    `SELECT due_at FROM messages WHERE session_id = $1 AND status IN ('scheduled', 'queued')
       AND (due_at > $2 OR NOT chat_id = ANY($3::text[]))
     ORDER BY due_at LIMIT 1`,
    [sessionId, now, busyChats],
  );
  return rows[0]?.due_at ?? null;
}

/** Locks pending rows of all sessions whose `expires_at` has come. */
export async function lockExpired(tx: Sql, now: Date, limit: number): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages WHERE expires_at <= $1 AND status IN ('scheduled', 'queued')
     ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [now, limit],
  );
}

/** Locks rows that a former owner claimed and of which the server's answer is not known. */
export async function lockInterrupted(tx: Sql, sessionId: string): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages WHERE session_id = $1 AND status = 'sending' AND sent_at IS NULL ORDER BY id FOR UPDATE`,
    [sessionId],
  );
}

/** Rows that the server has accepted and that may still change. */
export async function listHandedOver(sql: Sql, sessionId: string, since: Date): Promise<MessageRow[]> {
  return sql.query<MessageRow>(
    `SELECT * FROM messages WHERE session_id = $1 AND status IN ('sending', 'delivered') AND sent_at > $2 ORDER BY id`,
    [sessionId, since],
  );
}

export async function lockByWireIds(tx: Sql, sessionId: string, wireIds: string[]): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    'SELECT * FROM messages WHERE wire_id = ANY($2::text[]) AND session_id = $1 ORDER BY id FOR UPDATE',
    [sessionId, wireIds],
  );
}

/** Locks what is pending to a chat and was asked to go away when its person writes first. */
export async function lockCancelOnReply(tx: Sql, sessionId: string, chatId: string): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages WHERE chat_id = $2 AND session_id = $1 AND cancel_on_reply
       AND status IN ('scheduled', 'queued') ORDER BY id FOR UPDATE`,
    [sessionId, chatId],
  );
}
