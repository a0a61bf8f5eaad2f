import type { MissingVariablePolicy } from '../../domain/campaigns/campaign-content';
import { ACTIVE_STATUSES, type CampaignStatus } from '../../domain/campaigns/campaign-status';
import type { Mode } from '../../domain/mode';
import type { CampaignPacing } from '../../domain/pacing/settings';
import type { SendWindow } from '../../domain/time/send-window';
import type { Sql } from '../sql/database';
import type { StoredMedia } from './messages';

/** A row of `campaigns`; names are the columns'. */
export interface CampaignRow {
  id: string;
  mode: Mode;
  name: string;
  audience_id: string;
  session_id: string;
  from_phone: string | null;
  status: CampaignStatus;
  /** Templates: the text, and the caption in `media`. */
  text: string | null;
  media: StoredMedia | null;
  on_missing_variable: MissingVariablePolicy;
  footer: string | null;
  send_at: Date | null;
  send_window: SendWindow | null;
  pacing: CampaignPacing | null;
  /** Its contacts are those with ids up to this one. */
  last_contact_id: string | null;
  /** Contacts up to this id have been dealt with. */
  expanded_through: string | null;
  expanded_all: boolean;
  total_count: number;
  paused_reason: string | null;
  created_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  aborted_at: Date | null;
  /** Null where its user canceled it. */
  aborted_reason: 'session_removed' | null;
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

/** Like `findCampaign`, and nobody else changes the row until the transaction ends. */
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

/** Writes everything of a campaign that changes after it was made. */
export async function saveCampaign(tx: Sql, row: CampaignRow): Promise<void> {
  await tx.query(
    `UPDATE campaigns SET status = $2, expanded_through = $3, expanded_all = $4, paused_reason = $5,
       started_at = $6, completed_at = $7, aborted_at = $8, aborted_reason = $9
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
    ],
  );
}

const ACTIVE = ACTIVE_STATUSES.map((status) => `'${status}'`).join(', ');

/** A campaign that still needs this audience, if there is one. */
export async function activeCampaignOf(sql: Sql, audienceId: string): Promise<CampaignRow | undefined> {
  const rows = await sql.query<CampaignRow>(
    `SELECT * FROM campaigns WHERE audience_id = $1 AND status IN (${ACTIVE}) ORDER BY id LIMIT 1`,
    [audienceId],
  );
  return rows[0];
}

/** Takes a contact that is being removed out of the count of every campaign that has not made its message yet. */
export async function forgetContact(tx: Sql, audienceId: string, contactId: string): Promise<void> {
  await tx.query(
    `UPDATE campaigns SET total_count = total_count - 1
     WHERE audience_id = $1 AND status IN (${ACTIVE}) AND last_contact_id >= $2
       AND (expanded_through IS NULL OR expanded_through < $2)`,
    [audienceId, contactId],
  );
}

/** How long the messages of a campaign are watched for their delivery after the last was sent. */
const WATCHED_DAYS = 14;

/** Campaigns whose time has come, locked; those that another process has in hand are passed over. */
export async function lockDueCampaigns(tx: Sql, now: Date): Promise<CampaignRow[]> {
  return tx.query<CampaignRow>(
    `SELECT * FROM campaigns WHERE status = 'pending' AND (send_at IS NULL OR send_at <= $1)
     ORDER BY id LIMIT 100 FOR NO KEY UPDATE SKIP LOCKED`,
    [now],
  );
}

/** Ids of running campaigns whose messages are not all made yet, oldest first. */
export async function listExpanding(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT id FROM campaigns WHERE status = 'running' AND NOT expanded_all ORDER BY id`,
  );
  return rows.map(({ id }) => id);
}

/** Campaigns of a session that are being sent, oldest first. */
export async function listRunning(sql: Sql, sessionId: string): Promise<CampaignRow[]> {
  return sql.query<CampaignRow>(
    `SELECT * FROM campaigns WHERE session_id = $1 AND status = 'running' ORDER BY id`,
    [sessionId],
  );
}

/** Locks one of those whose messages are not all made yet; undefined where it is none any more, or another process has it in hand. */
export async function lockExpanding(tx: Sql, id: string): Promise<CampaignRow | undefined> {
  const rows = await tx.query<CampaignRow>(
    `SELECT * FROM campaigns WHERE id = $1 AND status = 'running' AND NOT expanded_all
     FOR NO KEY UPDATE SKIP LOCKED`,
    [id],
  );
  return rows[0];
}

/** Locks campaigns that are to go on, and whose session was removed. */
export async function lockStranded(tx: Sql): Promise<CampaignRow[]> {
  return tx.query<CampaignRow>(
    `SELECT * FROM campaigns c WHERE status IN (${ACTIVE_STATUSES.map((status) => `'${status}'`).join(', ')})
       AND NOT EXISTS (SELECT FROM sessions s WHERE s.id = c.session_id)
     ORDER BY id LIMIT 100 FOR NO KEY UPDATE OF c SKIP LOCKED`,
  );
}

/** Locks running campaigns whose session was logged out. */
export async function lockLoggedOut(tx: Sql): Promise<CampaignRow[]> {
  return tx.query<CampaignRow>(
    `SELECT c.* FROM campaigns c JOIN sessions s ON s.id = c.session_id
     WHERE c.status = 'running' AND s.state = 'logged_out'
     ORDER BY c.id LIMIT 100 FOR NO KEY UPDATE OF c SKIP LOCKED`,
  );
}

const some = (condition: string): string =>
  `EXISTS (SELECT FROM messages m WHERE m.campaign_id = c.id AND ${condition})`;

/** Locks campaigns that have come to an end that is not stored yet: all sent, or all delivered. */
export async function lockEnded(tx: Sql, now: Date): Promise<CampaignRow[]> {
  return tx.query<CampaignRow>(
    `SELECT * FROM campaigns c
     WHERE (status = 'running' AND expanded_all
            AND NOT ${some(`m.status IN ('scheduled', 'queued')`)}
            AND NOT ${some(`m.status = 'sending' AND m.sent_at IS NULL`)})
        OR (status = 'complete_sent' AND completed_at > $1::timestamptz - interval '${WATCHED_DAYS} days'
            AND NOT ${some(`m.status IN ('scheduled', 'queued', 'sending')`)})
     ORDER BY id LIMIT 100 FOR NO KEY UPDATE OF c SKIP LOCKED`,
    [now],
  );
}

/**
 * The status of each of these campaigns, which does not change until the transaction ends: for messages that come
 * back to their lane and must not slip past a pause that is being made.
 */
export async function shareCampaigns(tx: Sql, ids: readonly string[]): Promise<Map<string, CampaignStatus>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ id: string; status: CampaignStatus }>(
    'SELECT id, status FROM campaigns WHERE id = ANY($1::text[]) ORDER BY id FOR SHARE',
    [ids],
  );
  return new Map(rows.map(({ id, status }) => [id, status]));
}

/** Campaigns of a session that are under way and have caps of their own. */
export async function listPacedCampaigns(
  sql: Sql,
  sessionId: string,
): Promise<{ id: string; pacing: CampaignPacing }[]> {
  return sql.query(
    `SELECT id, pacing FROM campaigns WHERE session_id = $1 AND pacing IS NOT NULL
       AND status IN ('pending', 'running', 'paused', 'complete_sent')`,
    [sessionId],
  );
}
