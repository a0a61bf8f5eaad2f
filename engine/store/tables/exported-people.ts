import type { Mode } from '../../domain/mode';
import type { Sql } from '../sql/database';
import { BY_PERSON, type InboundMessageRow } from './inbound-messages';

/** A message that a person wrote, as far as its row says. */
export type ReceivedRow = Pick<
  InboundMessageRow,
  'id' | 'session_id' | 'kind' | 'chat_id' | 'wire_id' | 'created_at' | 'written_at'
>;

/** Up to `limit` messages that the person wrote in their own chat, oldest first, after the id `after`. */
export async function listReceived(
  sql: Sql,
  ids: readonly string[],
  after: string,
  limit: number,
): Promise<ReceivedRow[]> {
  return sql.query<ReceivedRow>(
    `SELECT id, session_id, kind, chat_id, wire_id, created_at, written_at FROM inbound_messages
     WHERE who = ANY($1::text[]) AND ${BY_PERSON} AND id > $2 ORDER BY id LIMIT $3`,
    [ids, after, limit],
  );
}

/** Ids of all events about a person, what they wrote and what was sent to them, oldest first. */
export async function findEventIds(sql: Sql, mode: Mode, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT id FROM (
       SELECT id, mode FROM events WHERE from_who = ANY($2::text[])
       UNION
       SELECT id, mode FROM events WHERE subject_id IS NULL AND who = ANY($2::text[])
       UNION
       SELECT e.id, e.mode FROM messages AS m JOIN events AS e ON e.subject_id = m.id WHERE m.who = ANY($2::text[])
       UNION
       SELECT e.id, e.mode FROM sequences AS s JOIN events AS e ON e.subject_id = s.id WHERE s.who = ANY($2::text[])
       UNION
       SELECT e.id, e.mode FROM recurrences AS r JOIN events AS e ON e.subject_id = r.id WHERE r.who = ANY($2::text[])) AS e
     WHERE mode = $1 ORDER BY id`,
    [mode, ids],
  );
  return rows.map(({ id }) => id);
}

/** An event with its data, which is JSON text. */
export interface StoredEvent {
  id: string;
  type: string;
  created_at: Date;
  data: string;
}

export async function readEvents(sql: Sql, ids: readonly string[]): Promise<StoredEvent[]> {
  return sql.query<StoredEvent>(
    'SELECT id, type, created_at, data FROM events WHERE id = ANY($1::text[]) ORDER BY id',
    [ids],
  );
}
