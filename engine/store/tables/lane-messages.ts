import { STATUS } from '../../domain/messages/status-post';
import type { PriorityRank } from '../../domain/messages/priority';
import type { Sql } from '../sql/database';
import { PENDING, type MessageRow } from './messages';
import type { Ongoing } from './ongoing';
import { hasHuman } from './takeovers';

/*
 * The messages of one session, for its lane and its pacing: what is due, on its way, handed over. The
 * functions without a session id are for the sweep.
 */

/** SQL: pending, and not held back by a paused campaign. */
export const WAITING = `${PENDING} AND NOT held`;

/** SQL: waiting, and its `message.queued` event is not written yet. */
const UNTOLD = `status = 'scheduled' AND NOT held`;

/**
 * SQL: waits until a person gives the chat back. Only once its `message.queued` event is written, and not if it is to be
 * canceled instead: so a claim still finds the rest, and decides. @param now placeholder of the time
 */
export const waitsForBot = (now: string): string =>
  `(status = 'queued' AND only_while_bot AND NOT coalesce(cancel_on_takeover, false)
    AND ${hasHuman('(messages.who)', 'messages.session_id', now)})`;

const LOWEST: PriorityRank = 2;

/** SQL: the session has written to the recipient, or heard from them. A status is nobody new. */
export const KNOWN = `(messages.who = '${STATUS}' OR EXISTS (SELECT 1 FROM known_contacts AS k
  WHERE k.session_id = messages.session_id AND k.who = messages.who))`;

/** Which of a session's due rows to claim. */
export interface Wanted {
  /** Skip these people and groups: they have a message on its way. */
  exceptWhos: string[];
  /** Skip these campaigns: they have reached their pacing limit. */
  exceptCampaigns: string[];
  /** The lowest priority to claim; null for none. */
  lowest: PriorityRank | null;
  /** The same for new contacts, never lower in rank than `lowest`; null if they have to wait. */
  lowestOfNew: PriorityRank | null;
}

/** SQL for `wanted`, and not waiting for the bot at `$2`. @param first the number of the first free placeholder. */
function wantedRows(wanted: Wanted, first: number): { condition: string; params: unknown[] } {
  const { exceptWhos, exceptCampaigns, lowest, lowestOfNew } = wanted;
  const params: unknown[] = [];
  const add = (value: unknown): string => `$${first - 1 + params.push(value)}`;
  const conditions = [`NOT who = ANY(${add(exceptWhos)}::text[])`];
  if (lowest === null) conditions.push('false');
  else if (lowest < LOWEST) conditions.push(`priority <= ${lowest}`);
  if (lowestOfNew === null) conditions.push(KNOWN);
  else if (lowestOfNew !== lowest) conditions.push(`(priority <= ${lowestOfNew} OR ${KNOWN})`);
  if (exceptCampaigns.length > 0)
    conditions.push(`(campaign_id IS NULL OR NOT campaign_id = ANY(${add(exceptCampaigns)}::text[]))`);
  conditions.push(`${waitsForBot('$2')} IS NOT TRUE`);
  return { condition: conditions.join(' AND '), params };
}

/**
 * Locks up to `limit` due rows of a session, `high` before `normal` before `low`, then by time. Rows that
 * another transaction has locked are skipped: the next look finds them.
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
 * When the session's earliest waiting row is due; null if none waits. Of the rows that are due already, only the wanted
 * ones count.
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

/** How far ahead to look for them: many may wait, and most of those may be known. */
const TURNS_AHEAD = 200;

/** The next due messages to new contacts, in the order in which a lane claims them: to whom, and in which chat. */
export async function findDueToStrangers(
  sql: Sql,
  sessionId: string,
  now: Date,
  limit: number,
): Promise<{ who: string; chat_id: string }[]> {
  return sql.query(
    `SELECT who, chat_id FROM (
       SELECT session_id, chat_id, who FROM messages WHERE session_id = $1 AND ${WAITING} AND due_at <= $2
       ORDER BY priority, due_at, id LIMIT $4) AS messages
     WHERE NOT ${KNOWN} LIMIT $3`,
    [sessionId, now, limit, TURNS_AHEAD],
  );
}

/** Whether a session has due rows that only wait for the pace, and whether any lacks its `message.queued` event. */
export async function whatIsDue(
  sql: Sql,
  sessionId: string,
  now: Date,
): Promise<{ waiting: boolean; untold: boolean }> {
  const rows = await sql.query<{ waiting: boolean; untold: boolean }>(
    `SELECT EXISTS (SELECT FROM messages WHERE session_id = $1 AND ${WAITING} AND due_at <= $2
         AND ${waitsForBot('$2')} IS NOT TRUE) AS waiting,
       EXISTS (SELECT FROM messages WHERE session_id = $1 AND ${UNTOLD} AND due_at <= $2) AS untold`,
    [sessionId, now],
  );
  return rows[0]!;
}

/** Locks due rows whose `message.queued` event is not written yet. */
export async function lockUntold(
  tx: Sql,
  sessionId: string,
  now: Date,
  limit: number,
): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages WHERE session_id = $1 AND ${UNTOLD} AND due_at <= $2
     ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED`,
    [sessionId, now, limit],
  );
}

/** Locks pending rows of all sessions that have expired. */
export async function lockExpired(tx: Sql, now: Date, limit: number): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages WHERE expires_at <= $1 AND ${PENDING}
     ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [now, limit],
  );
}

/** Locks rows that an earlier owner claimed and that WhatsApp's server never acknowledged. */
export async function lockInterrupted(tx: Sql, sessionId: string): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages WHERE session_id = $1 AND status = 'sending' AND sent_at IS NULL ORDER BY id FOR UPDATE`,
    [sessionId],
  );
}

/** Rows that WhatsApp's server has accepted and whose status can still change; not those of erased people. */
export async function listHandedOver(sql: Sql, sessionId: string, since: Date): Promise<MessageRow[]> {
  return sql.query<MessageRow>(
    `SELECT * FROM messages WHERE session_id = $1 AND status IN ('sending', 'delivered') AND sent_at > $2
       AND erased_at IS NULL ORDER BY id`,
    [sessionId, since],
  );
}

/** @returns the rows, and whether the session knows their recipients already */
export async function lockByWireIds(
  tx: Sql,
  sessionId: string,
  wireIds: string[],
): Promise<{ row: MessageRow; isKnown: boolean }[]> {
  const rows = await tx.query<MessageRow & { is_known: boolean }>(
    `SELECT *, ${KNOWN} AS is_known FROM messages WHERE wire_id = ANY($2::text[]) AND session_id = $1
     ORDER BY id FOR UPDATE`,
    [sessionId, wireIds],
  );
  return rows.map(({ is_known: isKnown, ...row }) => ({ row, isKnown }));
}

/**
 * Locks what a person's reply cancels: pending messages to these ids that have `cancel_on_reply`, and pending steps of
 * these sequences and occurrences of these recurrences. One statement, in the order of ids, so that two callers cannot
 * deadlock.
 */
export async function lockAnswered(
  tx: Sql,
  sessionId: string,
  whos: string[],
  { sequences, recurrences }: Ongoing,
): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages WHERE ${PENDING} AND (
       (who = ANY($2::text[]) AND session_id = $1 AND cancel_on_reply)
       OR (sequence_id = ANY($3::text[]) AND handed_over_at IS NULL)
       OR (recurrence_id = ANY($4::text[]) AND handed_over_at IS NULL))
     ORDER BY id FOR UPDATE`,
    [sessionId, whos, sequences, recurrences],
  );
}

/**
 * Locks what is canceled when a person has the chat: pending messages with `cancel_on_takeover`, in the order of ids.
 * @param whos every id of who the chat is with
 */
export async function lockEndedByTakeover(
  tx: Sql,
  sessionId: string,
  whos: readonly string[],
): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages WHERE who = ANY($2::text[]) AND session_id = $1 AND cancel_on_takeover AND ${PENDING}
     ORDER BY id FOR UPDATE`,
    [sessionId, whos],
  );
}

/**
 * Locks due rows of logged-out sessions, which cannot be sent. Campaigns are paused instead; but where other numbers go on
 * with a campaign, what this one may have sent already ends here.
 */
export async function lockDueOfLoggedOut(tx: Sql, now: Date, limit: number): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT m.* FROM sessions AS s JOIN messages AS m ON m.session_id = s.id
     WHERE s.state = 'logged_out' AND (m.campaign_id IS NULL OR EXISTS (
         SELECT FROM campaigns AS c WHERE c.id = m.campaign_id AND c.session_ids IS NOT NULL))
       AND m.${PENDING} AND m.due_at <= $1
     ORDER BY m.due_at LIMIT $2 FOR UPDATE OF m SKIP LOCKED`,
    [now, limit],
  );
}

/**
 * Locks what WhatsApp's server has not accepted: pending rows and rows on their way, in the order of ids.
 * @param after only rows with a greater id.
 */
export async function lockUnsent(
  tx: Sql,
  sessionId: string,
  after: string,
  limit: number,
): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages WHERE session_id = $1 AND id > $2
       AND (${PENDING} OR (status = 'sending' AND sent_at IS NULL))
     ORDER BY id LIMIT $3 FOR UPDATE`,
    [sessionId, after, limit],
  );
}

/**
 * Locks pending rows without a session: they were created while it was being removed. Jumps from the first row of one
 * session to the first row of the next, because 100,000 rows may be pending. Rows of paused campaigns are found later, when
 * the campaign goes on. Rows that several numbers may send belong to their campaign until one of them draws it.
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
         AND NOT EXISTS (SELECT FROM campaigns AS c WHERE c.id = p.id)
     )
     SELECT m.* FROM removed CROSS JOIN LATERAL
       (SELECT * FROM messages WHERE session_id = removed.id AND ${WAITING}
        ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED) AS m LIMIT $1`,
    [limit],
  );
}

/** A past hand-over, at its latest possible time. */
export interface HandOverRow {
  session_id: string;
  at: Date;
  handed_over_at: Date;
  new_contact: boolean;
  campaign_id: string | null;
  who: string;
  /** WhatsApp's server has not accepted it yet. */
  under_way: boolean;
}

/**
 * The last `limit` messages that each session handed over after its moment, oldest first. A message that was tried several
 * times counts once: WhatsApp sees one message.
 */
export async function listHandOvers(
  sql: Sql,
  since: ReadonlyMap<string, Date>,
  limit: number,
): Promise<HandOverRow[]> {
  const rows = await sql.query<HandOverRow>(
    `SELECT m.* FROM unnest($1::text[], $2::timestamptz[]) AS s(id, since) CROSS JOIN LATERAL (
       SELECT session_id, greatest(handed_over_at, sent_at) AS at, handed_over_at, new_contact, campaign_id, who,
         status = 'sending' AND sent_at IS NULL AS under_way
       FROM messages WHERE session_id = s.id AND handed_over_at > s.since
       ORDER BY handed_over_at DESC LIMIT $3) AS m`,
    [[...since.keys()], [...since.values()], limit],
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
