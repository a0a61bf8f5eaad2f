import type { PriorityRank } from '../../domain/messages/priority';
import type { Sql } from '../sql/database';
import type { MessageRow } from './messages';

/** Pending, and not held back by a paused campaign. */
const WAITING = `status IN ('scheduled', 'queued') AND NOT held`;

const LOWEST: PriorityRank = 2;

/** Of a restricted session: only chats in which something was written before. */
const KNOWN_CHAT = `EXISTS (SELECT 1 FROM known_chats AS k
  WHERE k.session_id = messages.session_id AND k.chat_id = messages.chat_id)`;

/** What of a session's rows is wanted now. */
export interface Wanted {
  /** Chats of which nothing is wanted: they have a message under way. */
  exceptChats: string[];
  /** Campaigns of which nothing is wanted: they are as fast as they may be. */
  exceptCampaigns: string[];
  /** The lowest priority that is wanted; null for nothing at all. */
  lowest: PriorityRank | null;
  /** The same of new contacts, who are never wanted before others; null where they have to wait. */
  lowestOfNew: PriorityRank | null;
}

/** SQL for what is wanted of the due rows. @param first the number of the first free placeholder. */
function wantedRows(wanted: Wanted, first: number): { condition: string; params: unknown[] } {
  const { exceptChats, exceptCampaigns, lowest, lowestOfNew } = wanted;
  const params: unknown[] = [];
  const add = (value: unknown): string => `$${first - 1 + params.push(value)}`;
  const conditions = [`NOT chat_id = ANY(${add(exceptChats)}::text[])`];
  if (lowest === null) conditions.push('false');
  else if (lowest < LOWEST) conditions.push(`priority <= ${lowest}`);
  if (lowestOfNew === null) conditions.push(KNOWN_CHAT);
  else if (lowestOfNew !== lowest) conditions.push(`(priority <= ${lowestOfNew} OR ${KNOWN_CHAT})`);
  if (exceptCampaigns.length > 0)
    conditions.push(`(campaign_id IS NULL OR NOT campaign_id = ANY(${add(exceptCampaigns)}::text[]))`);
  return { condition: conditions.join(' AND '), params };
}

/**
 * Locks up to `limit` due rows of a session, `high` before `normal` before `low`, then by time. Rows that somebody
 * is editing at this moment are passed over: they will be found again.
 */
export async function lockDue(
  tx: Sql,
  sessionId: string,
  now: Date,
  limit: number,
  wanted: Wanted,
): Promise<MessageRow[]> {
  const { condition, params } = wantedRows(wanted, 4);
  return tx.query<MessageRow>(
    `SELECT * FROM messages
     WHERE session_id = $1 AND ${WAITING} AND due_at <= $2 AND ${condition}
     ORDER BY priority, due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED`,
    [sessionId, now, limit, ...params],
  );
}

/**
 * When the session's earliest pending row wants a look, or null. Of what is due already, only what is wanted counts.
 */
export async function nextDueAt(
  sql: Sql,
  sessionId: string,
  now: Date,
  wanted: Wanted,
): Promise<Date | null> {
  const { condition, params } = wantedRows(wanted, 3);
  const rows = await sql.query<{ due_at: Date | null }>(
    `SELECT least(
       (SELECT due_at FROM messages WHERE session_id = $1 AND ${WAITING} AND due_at <= $2 AND ${condition}
        ORDER BY priority, due_at LIMIT 1),
       (SELECT due_at FROM messages WHERE session_id = $1 AND ${WAITING} AND due_at > $2
        ORDER BY due_at LIMIT 1)) AS due_at`,
    [sessionId, now, ...params],
  );
  return rows[0]?.due_at ?? null;
}

/** Whether anything of a session's is due, and whether something of that has not been told as queued yet. */
export async function whatIsDue(
  sql: Sql,
  sessionId: string,
  now: Date,
): Promise<{ waiting: boolean; untold: boolean }> {
  const rows = await sql.query<{ waiting: boolean; untold: boolean }>(
    `SELECT EXISTS (SELECT FROM messages WHERE session_id = $1 AND ${WAITING} AND due_at <= $2) AS waiting,
       EXISTS (SELECT FROM messages WHERE session_id = $1 AND status = 'scheduled' AND NOT held AND due_at <= $2) AS untold`,
    [sessionId, now],
  );
  return rows[0]!;
}

/** Locks due rows that have not been told as queued yet. */
export async function lockUntold(
  tx: Sql,
  sessionId: string,
  now: Date,
  limit: number,
): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages WHERE session_id = $1 AND status = 'scheduled' AND NOT held AND due_at <= $2
     ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED`,
    [sessionId, now, limit],
  );
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

/**
 * Locks what a person's writing ends: what is pending in any of these chats and was asked to go away then, and the
 * pending steps of these sequences. Both at once and in the order of ids, so that two callers cannot block each other.
 */
export async function lockAnswered(
  tx: Sql,
  sessionId: string,
  chatIds: string[],
  sequenceIds: string[],
): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages WHERE status IN ('scheduled', 'queued') AND (
       (chat_id = ANY($2::text[]) AND session_id = $1 AND cancel_on_reply)
       OR (sequence_id = ANY($3::text[]) AND handed_over_at IS NULL))
     ORDER BY id FOR UPDATE`,
    [sessionId, chatIds, sequenceIds],
  );
}

/** Locks due rows of sessions whose number was logged out: nobody will send them. */
export async function lockDueOfLoggedOut(tx: Sql, now: Date, limit: number): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT m.* FROM sessions AS s JOIN messages AS m ON m.session_id = s.id
     WHERE s.state = 'logged_out' AND m.campaign_id IS NULL
       AND m.status IN ('scheduled', 'queued') AND m.due_at <= $1
     ORDER BY m.due_at LIMIT $2 FOR UPDATE OF m SKIP LOCKED`,
    [now, limit],
  );
}

/**
 * Locks what a session has no answer for: what is pending, and what is on its way at this moment; by id.
 * @param after only those with a greater id.
 */
export async function lockUnsent(
  tx: Sql,
  sessionId: string,
  after: string,
  limit: number,
): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages WHERE session_id = $1 AND id > $2
       AND (status IN ('scheduled', 'queued') OR (status = 'sending' AND sent_at IS NULL))
     ORDER BY id LIMIT $3 FOR UPDATE`,
    [sessionId, after, limit],
  );
}

/**
 * Locks pending rows without a session: made in the very moment in which it was removed. Goes from one session's first
 * row to the next one's, as 100,000 rows may be pending; those of paused campaigns come once these go on.
 */
export async function lockOrphaned(tx: Sql, limit: number): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `WITH RECURSIVE having_pending (id) AS (
       (SELECT session_id FROM messages WHERE ${WAITING} ORDER BY session_id LIMIT 1)
       UNION ALL
       SELECT next.session_id FROM having_pending AS p CROSS JOIN LATERAL
         (SELECT session_id FROM messages WHERE ${WAITING} AND session_id > p.id ORDER BY session_id LIMIT 1) AS next
     ), removed AS (
       SELECT id FROM having_pending AS p WHERE NOT EXISTS (SELECT FROM sessions AS s WHERE s.id = p.id)
     )
     SELECT m.* FROM removed CROSS JOIN LATERAL
       (SELECT * FROM messages WHERE session_id = removed.id AND ${WAITING}
        ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED) AS m LIMIT $1`,
    [limit],
  );
}

/** A hand-over of the past, at the latest moment at which it can have been. */
export interface HandOverRow {
  at: Date;
  new_contact: boolean;
  campaign_id: string | null;
}

/**
 * What a session handed over after `since`, in its order; the latest `limit` of it. A message that was tried several
 * times is there once: WhatsApp knows it as one.
 */
export async function listHandOvers(
  sql: Sql,
  sessionId: string,
  since: Date,
  limit: number,
): Promise<HandOverRow[]> {
  const rows = await sql.query<HandOverRow>(
    `SELECT greatest(handed_over_at, sent_at) AS at, new_contact, campaign_id FROM messages
     WHERE session_id = $1 AND handed_over_at > $2 ORDER BY handed_over_at DESC LIMIT $3`,
    [sessionId, since, limit],
  );
  return rows.sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** How many messages a session handed over after `since`. */
export async function countHandOvers(sql: Sql, sessionId: string, since: Date): Promise<number> {
  const rows = await sql.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM messages WHERE session_id = $1 AND handed_over_at > $2',
    [sessionId, since],
  );
  return rows[0]!.n;
}

/** When WhatsApp rejected messages that were handed over after `since`. */
export async function listRejections(sql: Sql, sessionId: string, since: Date): Promise<Date[]> {
  const rows = await sql.query<{ failed_at: Date }>(
    `SELECT failed_at FROM messages WHERE session_id = $1 AND handed_over_at > $2
       AND status = 'failed' AND failure_reason LIKE 'rejected\\_by\\_whatsapp%'`,
    [sessionId, since],
  );
  return rows.map((row) => row.failed_at);
}
