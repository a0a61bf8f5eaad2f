import type { Mode } from '../../domain/mode';
import type { Sql } from '../sql/database';
import { PENDING, SKIPPED, UNTRIED, type MessageRow } from './messages';

/*
 * Messages whose time is relative to a moment of the client's.
 */

/**
 * Locks the messages with this reference that move with their moment: those that can still be changed, and those that it may
 * bring back. In the order of ids, so that two callers cannot deadlock.
 */
export async function lockMovable(tx: Sql, mode: Mode, reference: string): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages
     WHERE mode = $1 AND reference = $2 AND moment IS NOT NULL AND ((${UNTRIED}) OR (${SKIPPED}))
     ORDER BY id FOR UPDATE`,
    [mode, reference],
  );
}

/** Every message with this reference that hangs on a moment, or could. */
export async function listByMoment(sql: Sql, mode: Mode, reference: string): Promise<MessageRow[]> {
  return sql.query<MessageRow>(
    `SELECT * FROM messages WHERE mode = $1 AND reference = $2 AND (moment IS NOT NULL OR ${PENDING}) ORDER BY id`,
    [mode, reference],
  );
}

/**
 * Which of these canceled messages must stay so: their number is gone, or the person has written meanwhile, and they have
 * `cancel_on_reply`.
 */
export async function findEndedMeanwhile(sql: Sql, ids: readonly string[]): Promise<Set<string>> {
  const rows = await sql.query<{ id: string }>(
    `SELECT id FROM messages AS m WHERE id = ANY($1::text[]) AND (
       NOT EXISTS (SELECT FROM sessions AS s WHERE s.id = m.session_id)
       OR (cancel_on_reply AND EXISTS (
         SELECT FROM inbound_messages AS i
         WHERE i.who = m.who AND i.session_id = m.session_id AND i.kind = 'message' AND i.created_at >= m.created_at)))`,
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}
