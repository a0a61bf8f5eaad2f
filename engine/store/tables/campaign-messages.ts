import type { CampaignStatus } from '../../domain/campaigns/campaign-status';
import type { Sql } from '../sql/database';

/** Not handed over, and not on its way back from an attempt that may have reached WhatsApp. */
const PENDING = `status IN ('scheduled', 'queued') AND handed_over_at IS NULL`;

/** How many messages of a campaign wait to be handed over. */
export async function countPending(sql: Sql, campaignId: string): Promise<number> {
  const rows = await sql.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM messages WHERE campaign_id = $1 AND status IN ('scheduled', 'queued')`,
    [campaignId],
  );
  return rows[0]!.n;
}

/** Keeps the pending messages of a campaign from being looked at. */
export async function holdMessages(tx: Sql, campaignId: string): Promise<void> {
  await tx.query(`UPDATE messages SET held = true WHERE campaign_id = $1 AND ${PENDING} AND NOT held`, [
    campaignId,
  ]);
}

/** Lets them be looked at again. */
export async function releaseMessages(tx: Sql, campaignId: string): Promise<void> {
  await tx.query(
    `UPDATE messages SET held = false WHERE campaign_id = $1 AND status IN ('scheduled', 'queued') AND held`,
    [campaignId],
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
