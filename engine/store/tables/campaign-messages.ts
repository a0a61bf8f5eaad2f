import type { Sql } from '../sql/database';
import { peopleWho } from './campaign-answers';
import type { ContactCount } from './contacts';
import { waitsForBot } from './lane-messages';
import { PENDING, UNDELIVERED, UNTRIED } from './messages';

/** A campaign's messages, counted. Cumulative: a message that was read also counts as delivered and as sent. */
export interface CampaignCounts {
  /** Messages that exist. */
  made: number;
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  canceled: number;
  /** People who answered within the campaign's days. */
  replied: number;
  /** People who opted out within them. */
  opted_out: number;
  /** Not yet accepted by WhatsApp's server, not failed, not canceled. */
  waiting: number;
  /** Accepted by WhatsApp's server, not yet delivered, not failed. */
  underway: number;
}

/** Before the first message is created. */
export const NO_MESSAGES: CampaignCounts = {
  made: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  failed: 0,
  canceled: 0,
  replied: 0,
  opted_out: 0,
  waiting: 0,
  underway: 0,
};

/** The counts of each of these campaigns, in one query that reads only indexes. */
export async function countMessages(
  sql: Sql,
  campaignIds: readonly string[],
): Promise<Map<string, CampaignCounts>> {
  const rows = await sql.query<CampaignCounts & { campaign_id: string }>(
    `SELECT campaign_id, count(*)::int AS made, count(sent_at)::int AS sent, count(delivered_at)::int AS delivered,
       count(read_at)::int AS read,
       (count(*) FILTER (WHERE status = 'failed'))::int AS failed,
       (count(*) FILTER (WHERE status = 'canceled'))::int AS canceled,
       (count(*) FILTER (WHERE ${UNDELIVERED} AND sent_at IS NULL))::int AS waiting,
       (count(*) FILTER (WHERE ${UNDELIVERED} AND sent_at IS NOT NULL))::int AS underway,
       ${peopleWho('replied_at', 'messages.campaign_id')} AS replied,
       ${peopleWho('opted_out_at', 'messages.campaign_id')} AS opted_out
     FROM messages WHERE campaign_id = ANY($1::text[]) GROUP BY campaign_id`,
    [campaignIds],
  );
  const counts = new Map<string, CampaignCounts>(campaignIds.map((id) => [id, NO_MESSAGES]));
  for (const { campaign_id: id, ...row } of rows) counts.set(id, row);
  return counts;
}

/** How many messages of a campaign have not been sent yet, and wait for nobody who has their chat. */
export async function countPending(sql: Sql, campaignId: string, now: Date): Promise<number> {
  const rows = await sql.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM messages
     WHERE campaign_id = $1 AND ${PENDING} AND ${waitsForBot('$2')} IS NOT TRUE`,
    [campaignId, now],
  );
  return rows[0]!.n;
}

/** Keeps the pending messages of a campaign out of its lane. */
export async function holdMessages(tx: Sql, campaignId: string): Promise<void> {
  await tx.query(`UPDATE messages SET held = true WHERE campaign_id = $1 AND ${UNTRIED} AND NOT held`, [
    campaignId,
  ]);
}

/** Returns them to the lane. */
export async function releaseMessages(tx: Sql, campaignId: string): Promise<void> {
  await tx.query(`UPDATE messages SET held = false WHERE campaign_id = $1 AND ${PENDING} AND held`, [
    campaignId,
  ]);
}

/**
 * Counts a session's pending messages: those of each of these campaigns, and, as `campaign_id: null`, those without a
 * campaign that are due by `dueBy`.
 */
export async function countWaiting(
  sql: Sql,
  sessionId: string,
  campaignIds: readonly string[],
  dueBy: Date,
): Promise<(ContactCount & { campaign_id: string | null })[]> {
  return sql.query(
    `WITH waiting AS (
       SELECT campaign_id, who FROM messages
       WHERE session_id = $1 AND campaign_id IS NULL AND ${PENDING} AND NOT held AND due_at <= $3
       UNION ALL
       SELECT campaign_id, who FROM messages
       WHERE campaign_id = ANY($2::text[]) AND ${PENDING})
     SELECT w.campaign_id, count(*)::int AS total, count(k.who)::int AS known
     FROM waiting AS w LEFT JOIN known_contacts AS k ON k.session_id = $1 AND k.who = w.who
     GROUP BY w.campaign_id`,
    [sessionId, campaignIds, dueBy],
  );
}
