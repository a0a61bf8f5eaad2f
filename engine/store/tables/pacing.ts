import type { CampaignPacing } from '../../domain/pacing/settings';
import type { Sql } from '../sql/database';
import type { SessionRow, StoredSlowdown } from './sessions';

/** What of a session's row its pacing rests on. */
export type PacingRow = Pick<
  SessionRow,
  'mode' | 'state' | 'pacing' | 'linked_at' | 'created_at' | 'slowdown'
>;

/** A hand-over of the past, at the latest moment at which it can have been. */
export interface HandOverRow {
  at: Date;
  new_contact: boolean;
  campaign_id: string | null;
}

export async function readPacing(sql: Sql, sessionId: string): Promise<PacingRow | undefined> {
  const rows = await sql.query<PacingRow>(
    'SELECT mode, state, pacing, linked_at, created_at, slowdown FROM sessions WHERE id = $1',
    [sessionId],
  );
  return rows[0];
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

/** @returns the session's row as it is now, or undefined where it is gone. */
export async function saveSlowdown(
  tx: Sql,
  sessionId: string,
  slowdown: StoredSlowdown,
): Promise<SessionRow | undefined> {
  const rows = await tx.query<SessionRow>('UPDATE sessions SET slowdown = $2 WHERE id = $1 RETURNING *', [
    sessionId,
    JSON.stringify(slowdown),
  ]);
  return rows[0];
}

/** Sets what is given, and puts back to its default what is given as null. */
export async function savePacing(
  tx: Sql,
  sessionId: string,
  edit: Record<string, unknown>,
): Promise<SessionRow | undefined> {
  const rows = await tx.query<SessionRow>(
    'UPDATE sessions SET pacing = jsonb_strip_nulls(pacing || $2::jsonb) WHERE id = $1 RETURNING *',
    [sessionId, JSON.stringify(edit)],
  );
  return rows[0];
}
