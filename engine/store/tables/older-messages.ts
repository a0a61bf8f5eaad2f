import type { Mode } from '../../domain/mode';
import type { Sql, Transaction } from '../sql/database';
import { rowsJson } from '../sql/rows-json';
import type { ChatMessageRow } from './chat-messages';
import type { ChatOfSession } from './chats';
import { OLDER_KIND } from './older-content';
import { likely } from '../sql/likely';

/** A message of a shared history: its row, and the message itself, encrypted. */
export interface OlderRow extends ChatMessageRow {
  /** Null if there is nothing to keep. */
  sealed: Buffer | null;
}

/**
 * Which of these ids on WhatsApp a session need not store: the engine sent or is sending them, they are in its history, or
 * their content is awaited.
 * @param own those among them that the session's own number wrote. The engine may have sent others from
 *   another number; they are stored all the same.
 */
export async function findKnownWireIds(
  sql: Sql,
  sessionId: string,
  mode: Mode,
  wireIds: readonly string[],
  own: readonly string[],
): Promise<Set<string>> {
  const rows = await sql.query<{ wire_id: string }>(
    `SELECT wire_id FROM chat_messages WHERE session_id = $1 AND wire_id = ANY($3::text[])
     UNION ALL SELECT wire_id FROM messages WHERE mode = $2 AND wire_id = ANY($4::text[])
     UNION ALL SELECT wire_id FROM awaited_messages WHERE session_id = $1 AND wire_id = ANY($3::text[])`,
    [sessionId, mode, wireIds, own],
  );
  return new Set(rows.map(({ wire_id: id }) => id));
}

/**
 * Stores messages that a history brought, and their chats, in which nothing is unread because of them. Those that have come
 * meanwhile stay as they are. Call it last, as `chats.ts` says.
 * @returns how many were stored
 */
export async function insertOlderMessages(tx: Transaction, rows: readonly OlderRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  const kept = rows.filter(({ sealed }) => sealed !== null);
  const [stored] = await tx.query<{ count: number }>(
    `WITH stored AS (
       INSERT INTO chat_messages SELECT * FROM json_populate_recordset(NULL::chat_messages, $1::json)
       ON CONFLICT DO NOTHING RETURNING id, wire_id, session_id, mode, chat_id, who, created_at, at
     ), contents AS (
       INSERT INTO inbound_messages
         (id, mode, session_id, kind, chat_id, wire_id, created_at, sealed_content, who, written_at)
       SELECT s.id, s.mode, s.session_id, $4, s.chat_id, s.wire_id, s.created_at, c.sealed, s.who, s.at
       FROM stored AS s JOIN unnest($2::text[], $3::bytea[]) AS c (id, sealed) ON c.id = s.id
       ON CONFLICT (session_id, chat_id, wire_id, kind) DO UPDATE
         SET id = excluded.id, sealed_content = excluded.sealed_content, created_at = excluded.created_at
     ), of_chats AS (
       INSERT INTO chats AS old (who, session_id, mode, chat_id, last_message_at, unread_count)
       SELECT who, session_id, mode, (array_agg(chat_id ORDER BY at DESC))[1], max(at), 0
       FROM stored GROUP BY who, session_id, mode ORDER BY who
       ON CONFLICT (who, mode, session_id) DO UPDATE
         SET chat_id = excluded.chat_id, last_message_at = excluded.last_message_at
         WHERE old.last_message_at < excluded.last_message_at
     )
     SELECT count(*)::int AS count FROM stored`,
    [
      rowsJson(rows.map(({ sealed: _sealed, ...row }) => row)),
      kept.map(({ id }) => id),
      kept.map(({ sealed }) => sealed),
      OLDER_KIND,
    ],
  );
  return stored!.count;
}

/** The oldest message that is stored of a chat. */
export async function findOldest(
  sql: Sql,
  { who, mode, sessionId }: ChatOfSession,
): Promise<Pick<ChatMessageRow, 'chat_id' | 'wire_id' | 'direction' | 'at'> | undefined> {
  const rows = await sql.query<Pick<ChatMessageRow, 'chat_id' | 'wire_id' | 'direction' | 'at'>>(
    `SELECT chat_id, wire_id, direction, at FROM chat_messages
     WHERE who = $1 AND mode = $2 AND ${likely('session_id = $3')} ORDER BY at, id LIMIT 1`,
    [who, mode, sessionId],
  );
  return rows[0];
}

/** How many messages are stored of a chat. @param whos every id of the person, or the chat id of a group */
export async function countMessages(sql: Sql, mode: Mode, whos: readonly string[]): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM chat_messages WHERE who = ANY($2::text[]) AND mode = $1',
    [mode, whos],
  );
  return row!.count;
}
