import type { Sql } from '../sql/database';
import { OLDER_KIND } from './older-content';

/** A row of `awaited_messages`. */
export interface AwaitedMessageRow {
  session_id: string;
  wire_id: string;
  chat_id: string;
  /** Who the chat is with: a person's id, or a group's chat id. */
  who: string;
  /** The id of the inbound message. */
  id: string;
  /** The kind of the inbound message, as far as can be told. */
  kind: string;
  created_at: Date;
  /** When the person wrote it, by WhatsApp's clock. */
  written_at: Date;
  /** What can be said without the content, encrypted. */
  sealed: Buffer;
  /** When to say it. */
  tell_at: Date;
}

/** What is needed to open it. */
export type SealedAwaited = Pick<AwaitedMessageRow, 'id' | 'sealed'>;

/**
 * `insertInbound` removes it again.
 * @returns whether it is new: neither awaited already nor stored with its content
 */
export async function insertAwaited(tx: Sql, row: AwaitedMessageRow): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO awaited_messages (session_id, wire_id, id, sealed, tell_at, chat_id, who, kind, created_at, written_at)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
     WHERE NOT EXISTS (
       SELECT FROM inbound_messages WHERE session_id = $1 AND chat_id = $6 AND wire_id = $2 AND kind <> $11
     )
     ON CONFLICT DO NOTHING RETURNING id`,
    [
      ...[row.session_id, row.wire_id, row.id, row.sealed, row.tell_at, row.chat_id, row.who],
      ...[row.kind, row.created_at, row.written_at, OLDER_KIND],
    ],
  );
  return rows.length > 0;
}

/** Removes one that holds nothing that somebody wrote. */
export async function deleteAwaited(sql: Sql, sessionId: string, wireId: string): Promise<void> {
  await sql.query('DELETE FROM awaited_messages WHERE session_id = $1 AND wire_id = $2', [sessionId, wireId]);
}

/** Those of a session that are still awaited, the oldest first. */
export function listAwaited(sql: Sql, sessionId: string, limit: number): Promise<SealedAwaited[]> {
  return sql.query(
    'SELECT id, sealed FROM awaited_messages WHERE session_id = $1 ORDER BY tell_at LIMIT $2',
    [sessionId, limit],
  );
}

/** Waits for those of a session until `until`, at least. */
export async function postponeAwaited(sql: Sql, sessionId: string, until: Date): Promise<void> {
  await sql.query('UPDATE awaited_messages SET tell_at = greatest(tell_at, $2) WHERE session_id = $1', [
    sessionId,
    until,
  ]);
}

/** Those whose content did not come in time, the oldest first. */
export function findOverdue(sql: Sql, now: Date, limit: number): Promise<AwaitedMessageRow[]> {
  return sql.query('SELECT * FROM awaited_messages WHERE tell_at <= $1 ORDER BY tell_at LIMIT $2', [
    now,
    limit,
  ]);
}

/** Removes one. @returns false if it is awaited no longer */
export async function takeAwaited(tx: Sql, { id, session_id, wire_id }: AwaitedMessageRow): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM awaited_messages WHERE session_id = $1 AND wire_id = $2 AND id = $3 RETURNING id',
    [session_id, wire_id, id],
  );
  return rows.length > 0;
}
