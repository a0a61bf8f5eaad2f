import type { MissingVariablePolicy } from '../../domain/campaigns/campaign-content';
import { ACTIVE_STATUSES, type CampaignStatus } from '../../domain/campaigns/campaign-status';
import type { Variant } from '../../domain/campaigns/variants';
import type { Mode } from '../../domain/mode';
import type { CampaignPacing } from '../../domain/pacing/settings';
import type { SendWindow } from '../../domain/time/send-window';
import type { Sql } from '../sql/database';
import { literals } from '../sql/literals';
import { PENDING, UNDELIVERED, type StoredMedia } from './messages';

/** Why the engine aborted a campaign. */
export const ABORTED_REASONS = ['session_removed', 'missed'] as const;
export type AbortedReason = (typeof ABORTED_REASONS)[number];

/** A row of `campaigns`. */
export interface CampaignRow {
  id: string;
  mode: Mode;
  name: string;
  audience_id: string;
  session_id: string;
  /** Null if there are several. */
  from_phone: string | null;
  /** The sessions that send it together, and their numbers in the same order; null: it is `session_id` alone. */
  session_ids: string[] | null;
  from_phones: string[] | null;
  status: CampaignStatus;
  /** Templates: the text, and the caption in `media`. */
  text: string | null;
  media: StoredMedia | null;
  on_missing_variable: MissingVariablePolicy;
  footer: string | null;
  send_at: Date | null;
  send_window: SendWindow | null;
  pacing: CampaignPacing | null;
  /** Its texts, in place of `text` or the caption in `media`; null: it has one for all. */
  variants: Variant[] | null;
  /** For how many days after a message an answer to it counts; null: `REPLY_DAYS`. */
  reply_days: number | null;
  /** Of its messages, as in `MessageRow`. */
  only_while_bot: boolean | null;
  cancel_on_takeover: boolean | null;
  /** Its contacts are those of the audience up to this id. */
  last_contact_id: string | null;
  /** Contacts up to this id have their messages. */
  expanded_through: string | null;
  expanded_all: boolean;
  total_count: number;
  paused_reason: string | null;
  created_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  aborted_at: Date | null;
  /** Null if its user canceled it. */
  aborted_reason: AbortedReason | null;
  /** It is an occurrence of a recurrence: its contacts are those that the audience has when it starts. */
  recurrence_id: string | null;
  /** It does not start after that; null: it may start at any time. */
  start_by: Date | null;
}

export async function insertCampaign(tx: Sql, row: CampaignRow): Promise<void> {
  await tx.query('INSERT INTO campaigns SELECT * FROM jsonb_populate_record(NULL::campaigns, $1::jsonb)', [
    JSON.stringify(row),
  ]);
}

export async function findCampaign(sql: Sql, mode: Mode, id: string): Promise<CampaignRow | undefined> {
  const rows = await sql.query<CampaignRow>('SELECT * FROM campaigns WHERE id = $1 AND mode = $2', [
    id,
    mode,
  ]);
  return rows[0];
}

/** Those of a mode with these ids, in any order. */
export async function findCampaigns(sql: Sql, mode: Mode, ids: readonly string[]): Promise<CampaignRow[]> {
  if (ids.length === 0) return [];
  return sql.query<CampaignRow>('SELECT * FROM campaigns WHERE id = ANY($1::text[]) AND mode = $2', [
    ids,
    mode,
  ]);
}

/** Like `findCampaign`, and locks the row until the transaction ends. */
export async function lockCampaign(tx: Sql, mode: Mode, id: string): Promise<CampaignRow | undefined> {
  const rows = await tx.query<CampaignRow>(
    'SELECT * FROM campaigns WHERE id = $1 AND mode = $2 FOR NO KEY UPDATE',
    [id, mode],
  );
  return rows[0];
}

export async function listCampaigns(
  sql: Sql,
  mode: Mode,
  limit: number,
  before: string | null,
): Promise<CampaignRow[]> {
  return sql.query<CampaignRow>(
    'SELECT * FROM campaigns WHERE mode = $1 AND ($2::text IS NULL OR id < $2) ORDER BY id DESC LIMIT $3',
    [mode, before, limit],
  );
}

/** Writes every column that can change after the insert. */
export async function saveCampaign(tx: Sql, row: CampaignRow): Promise<void> {
  await tx.query(
    `UPDATE campaigns SET status = $2, expanded_through = $3, expanded_all = $4, paused_reason = $5,
       started_at = $6, completed_at = $7, aborted_at = $8, aborted_reason = $9, last_contact_id = $10,
       total_count = $11, start_by = $12
     WHERE id = $1`,
    [
      row.id,
      row.status,
      row.expanded_through,
      row.expanded_all,
      row.paused_reason,
      row.started_at,
      row.completed_at,
      row.aborted_at,
      row.aborted_reason,
      row.last_contact_id,
      row.total_count,
      row.start_by,
    ],
  );
}

/** SQL: still needs its audience. */
const ACTIVE = `status IN (${literals(ACTIVE_STATUSES)})`;

/** A campaign that still needs this audience; undefined if none does. */
export async function activeCampaignOf(sql: Sql, audienceId: string): Promise<CampaignRow | undefined> {
  const rows = await sql.query<CampaignRow>(
    `SELECT * FROM campaigns WHERE audience_id = $1 AND ${ACTIVE} ORDER BY id LIMIT 1`,
    [audienceId],
  );
  return rows[0];
}

/** Leaves a contact that is being removed out of the counts of campaigns that have not created its message yet. */
export async function forgetContact(tx: Sql, audienceId: string, contactId: string): Promise<void> {
  await tx.query(
    `UPDATE campaigns SET total_count = total_count - 1
     WHERE audience_id = $1 AND ${ACTIVE} AND last_contact_id >= $2
       AND (expanded_through IS NULL OR expanded_through < $2)`,
    [audienceId, contactId],
  );
}

/** How long a campaign whose messages are all sent may still become `complete_delivered`. */
const WATCHED_DAYS = 14;

/** Locks campaigns that are due to start, except those that another process has locked. */
export async function lockDueCampaigns(tx: Sql, now: Date): Promise<CampaignRow[]> {
  return tx.query<CampaignRow>(
    `SELECT * FROM campaigns WHERE status = 'pending' AND (send_at IS NULL OR send_at <= $1) AND recurrence_id IS NULL
     ORDER BY id LIMIT 100 FOR NO KEY UPDATE SKIP LOCKED`,
    [now],
  );
}

/** Campaigns of recurrences that are due to start. They are locked after their audience. */
export async function findDueOccurrences(
  sql: Sql,
  now: Date,
): Promise<Pick<CampaignRow, 'id' | 'mode' | 'audience_id'>[]> {
  return sql.query(
    `SELECT id, mode, audience_id FROM campaigns
     WHERE recurrence_id IS NOT NULL AND status = 'pending' AND send_at <= $1 AND (start_by IS NULL OR start_by > $1)
     ORDER BY id LIMIT 100`,
    [now],
  );
}

/** Writes what a campaign that has not started has of its recurrence. */
export async function saveTerms(tx: Sql, row: CampaignRow): Promise<void> {
  await tx.query(
    `UPDATE campaigns AS c SET name = n.name, text = n.text, media = n.media, on_missing_variable = n.on_missing_variable,
       send_window = n.send_window, only_while_bot = n.only_while_bot, cancel_on_takeover = n.cancel_on_takeover,
       send_at = n.send_at, start_by = n.start_by
     FROM jsonb_populate_record(NULL::campaigns, $2::jsonb) AS n WHERE c.id = $1`,
    [row.id, JSON.stringify(row)],
  );
}

/** Ids of running campaigns that still have messages to create, oldest first. */
export async function listExpanding(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT id FROM campaigns WHERE status = 'running' AND NOT expanded_all ORDER BY id`,
  );
  return rows.map(({ id }) => id);
}

/** SQL: `$1` is one of its sessions. */
const OF_SESSION = '(session_id = $1 OR $1 = ANY(session_ids))';

/** A session's running campaigns, oldest first. */
export async function listRunning(sql: Sql, sessionId: string): Promise<CampaignRow[]> {
  return sql.query<CampaignRow>(
    `SELECT * FROM campaigns WHERE ${OF_SESSION} AND status = 'running' ORDER BY id`,
    [sessionId],
  );
}

/** Locks a campaign that still has messages to create; undefined if it is done or locked elsewhere. */
export async function lockExpanding(tx: Sql, id: string): Promise<CampaignRow | undefined> {
  const rows = await tx.query<CampaignRow>(
    `SELECT * FROM campaigns WHERE id = $1 AND status = 'running' AND NOT expanded_all
     FOR NO KEY UPDATE SKIP LOCKED`,
    [id],
  );
  return rows[0];
}

/** SQL: its sessions. */
const ITS_SESSIONS = 's.id = ANY(coalesce(c.session_ids, ARRAY[c.session_id]))';

/** Locks active campaigns whose sessions were all removed. */
export async function lockStranded(tx: Sql): Promise<CampaignRow[]> {
  return tx.query<CampaignRow>(
    `SELECT * FROM campaigns c WHERE ${ACTIVE}
       AND NOT EXISTS (SELECT FROM sessions s WHERE ${ITS_SESSIONS})
     ORDER BY id LIMIT 100 FOR NO KEY UPDATE OF c SKIP LOCKED`,
  );
}

/** Locks running campaigns whose sessions were all logged out. */
export async function lockLoggedOut(tx: Sql): Promise<CampaignRow[]> {
  return tx.query<CampaignRow>(
    `SELECT c.* FROM campaigns c
     WHERE c.status = 'running' AND EXISTS (SELECT FROM sessions s WHERE ${ITS_SESSIONS})
       AND NOT EXISTS (SELECT FROM sessions s WHERE ${ITS_SESSIONS} AND s.state <> 'logged_out')
     ORDER BY c.id LIMIT 100 FOR NO KEY UPDATE OF c SKIP LOCKED`,
  );
}

/** Locks campaigns that are running, and those that were to start by `now`; without those of recurrences that did not. */
export async function lockStarted(tx: Sql, now: Date): Promise<CampaignRow[]> {
  return tx.query<CampaignRow>(
    `SELECT * FROM campaigns
     WHERE status = 'running' OR (status = 'pending' AND start_by IS NULL AND coalesce(send_at, created_at) <= $1)
     ORDER BY id FOR NO KEY UPDATE`,
    [now],
  );
}

const some = (condition: string): string =>
  `EXISTS (SELECT FROM messages m WHERE m.campaign_id = c.id AND ${condition})`;

/** Locks campaigns whose messages are all sent, or all delivered, and whose status does not say so yet. */
export async function lockEnded(tx: Sql, now: Date): Promise<CampaignRow[]> {
  return tx.query<CampaignRow>(
    `SELECT * FROM campaigns c
     WHERE (status = 'running' AND expanded_all
            AND NOT ${some(`m.${PENDING}`)}
            AND NOT ${some(`m.status = 'sending' AND m.sent_at IS NULL`)})
        OR (status = 'complete_sent' AND completed_at > $1::timestamptz - interval '${WATCHED_DAYS} days'
            AND NOT ${some(`m.${UNDELIVERED}`)})
     ORDER BY id LIMIT 100 FOR NO KEY UPDATE OF c SKIP LOCKED`,
    [now],
  );
}

/**
 * The status and the numbers of each of these campaigns, locked against changes until the transaction ends: a message that returns to its
 * lane must not slip past a campaign that is being paused.
 */
export async function shareCampaigns(
  tx: Sql,
  ids: readonly string[],
): Promise<Map<string, Pick<CampaignRow, 'id' | 'status' | 'session_ids'>>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<Pick<CampaignRow, 'id' | 'status' | 'session_ids'>>(
    'SELECT id, status, session_ids FROM campaigns WHERE id = ANY($1::text[]) ORDER BY id FOR SHARE',
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Unfinished campaigns of these sessions that have their own pacing. */
export async function listPacedCampaigns(
  sql: Sql,
  sessionIds: readonly string[],
): Promise<(Pick<CampaignRow, 'id' | 'session_id' | 'session_ids'> & { pacing: CampaignPacing })[]> {
  return sql.query(
    `SELECT id, session_id, session_ids, pacing FROM campaigns
     WHERE (session_id = ANY($1::text[]) OR session_ids && $1::text[]) AND pacing IS NOT NULL
       AND status IN (${literals([...ACTIVE_STATUSES, 'complete_sent'])})`,
    [sessionIds],
  );
}
