import type { Sql } from '../sql/database';

/** How far the messages of one campaign have come, counted from the rows at one moment. Cumulative: read ⊆ delivered ⊆ sent. */
export interface CampaignCounts {
  /** Messages that were made. */
  made: number;
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  canceled: number;
  /** Neither accepted by WhatsApp's server, nor failed, nor canceled. */
  waiting: number;
  /** Accepted, and neither delivered nor failed. */
  underway: number;
}

/** Before the first message is made. */
export const NO_MESSAGES: CampaignCounts = {
  made: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  failed: 0,
  canceled: 0,
  waiting: 0,
  underway: 0,
};

/** The counts of each of these campaigns, in one query that reads an index only. */
export async function countMessages(
  sql: Sql,
  campaignIds: readonly string[],
): Promise<Map<string, CampaignCounts>> {
  const rows = await sql.query<CampaignCounts & { campaign_id: string }>(
    `SELECT campaign_id, count(*)::int AS made, count(sent_at)::int AS sent, count(delivered_at)::int AS delivered,
       count(read_at)::int AS read,
       (count(*) FILTER (WHERE status = 'failed'))::int AS failed,
       (count(*) FILTER (WHERE status = 'canceled'))::int AS canceled,
       (count(*) FILTER (WHERE status IN ('scheduled', 'queued', 'sending') AND sent_at IS NULL))::int AS waiting,
       (count(*) FILTER (WHERE status IN ('scheduled', 'queued', 'sending') AND sent_at IS NOT NULL))::int AS underway
     FROM messages WHERE campaign_id = ANY($1::text[]) GROUP BY campaign_id`,
    [campaignIds],
  );
  const counts = new Map<string, CampaignCounts>(campaignIds.map((id) => [id, NO_MESSAGES]));
  for (const { campaign_id: id, ...row } of rows) counts.set(id, row);
  return counts;
}
