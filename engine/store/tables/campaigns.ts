import { ACTIVE_STATUSES, type CampaignStatus } from '../../domain/campaigns/campaign-status';
import type { MissingVariablePolicy } from '../../domain/campaigns/campaign-content';
import type { Mode } from '../../domain/mode';
import type { Sql } from '../sql/database';
import type { MessageRow, StoredMedia } from './messages';

/** How fast a campaign may go at most; its session's pacing holds as well. */
export interface CampaignPacing {
  per_minute?: number;
  per_hour?: number;
  per_day?: number;
}

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
  send_window: MessageRow['send_window'];
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
