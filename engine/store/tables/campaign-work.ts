import { ACTIVE_STATUSES } from '../../domain/campaigns/campaign-status';
import type { Sql } from '../sql/database';
import type { CampaignRow } from './campaigns';

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
