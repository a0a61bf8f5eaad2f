import type { PriorityRank } from '../../domain/messages/priority';
import type { Sql } from '../sql/database';
import { KNOWN, WAITING, waitsForBot } from './lane-messages';
import { PENDING, type MessageRow } from './messages';
import type { SessionRow } from './sessions';

/*
 * What pending messages wait for, read for the sessions of a whole page at once: a constant number of statements, each of
 * which looks only at the rows that it returns, however many are pending.
 */

export async function findSessions(sql: Sql, ids: readonly string[]): Promise<SessionRow[]> {
  return sql.query<SessionRow>('SELECT * FROM sessions WHERE id = ANY($1::text[])', [ids]);
}

const RANKS: readonly PriorityRank[] = [0, 1, 2];

/** What decides about a due message, and whether its session knows its recipient. */
export type DueMessage = Pick<
  MessageRow,
  | 'id'
  | 'session_id'
  | 'who'
  | 'priority'
  | 'campaign_id'
  | 'due_at'
  | 'send_at'
  | 'expires_at'
  | 'send_window'
  | 'attempts'
  | 'held'
> & { is_known: boolean };

/**
 * The first `limit` due messages of each session, in the order in which a lane claims them. Read for each priority by
 * itself, so that what is due later is not looked at.
 */
export async function findFirstDue(
  sql: Sql,
  sessionIds: readonly string[],
  now: Date,
  limit: number,
): Promise<DueMessage[]> {
  return sql.query<DueMessage>(
    `SELECT first.* FROM unnest($1::text[]) AS s(id) CROSS JOIN LATERAL (
       SELECT of_rank.* FROM unnest($4::int[]) AS rank(priority) CROSS JOIN LATERAL (
         SELECT id, session_id, who, priority, campaign_id, due_at, send_at, expires_at, send_window, attempts, held,
           ${KNOWN} AS is_known
         FROM messages WHERE session_id = s.id AND messages.priority = rank.priority AND ${WAITING} AND due_at <= $2
           AND ${waitsForBot('$2')} IS NOT TRUE
         ORDER BY due_at, id LIMIT $3) AS of_rank
       ORDER BY priority, due_at, id LIMIT $3) AS first`,
    [sessionIds, now, limit, RANKS],
  );
}

/** Which of these recipients their sessions know: they have written to them, or heard from them. */
export async function findKnown(
  sql: Sql,
  chats: readonly Pick<MessageRow, 'session_id' | 'who'>[],
): Promise<Pick<MessageRow, 'session_id' | 'who'>[]> {
  return sql.query(
    `SELECT k.session_id, k.who FROM unnest($1::text[], $2::text[]) AS m(session_id, who)
     JOIN known_contacts AS k ON k.session_id = m.session_id AND k.who = m.who`,
    [chats.map((chat) => chat.session_id), chats.map((chat) => chat.who)],
  );
}

/** The next `limit` pending messages of each campaign. */
export async function findNextOfCampaigns(
  sql: Sql,
  ids: readonly string[],
  limit: number,
): Promise<MessageRow[]> {
  return sql.query<MessageRow>(
    `SELECT m.* FROM unnest($1::text[]) AS c(id) CROSS JOIN LATERAL (
       SELECT * FROM messages WHERE campaign_id = c.id AND ${PENDING} ORDER BY due_at, id LIMIT $2) AS m`,
    [ids, limit],
  );
}

/** The next pending message of each sequence. */
export async function findNextOfSequences(sql: Sql, ids: readonly string[]): Promise<MessageRow[]> {
  return sql.query<MessageRow>(
    `SELECT DISTINCT ON (sequence_id) * FROM messages WHERE sequence_id = ANY($1::text[]) AND ${PENDING}
     ORDER BY sequence_id, due_at, id`,
    [ids],
  );
}
