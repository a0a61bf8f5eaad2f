import type { Sql, Transaction } from '../sql/database';

/** How long after a campaign message an answer or an opt-out counts for it, unless its campaign says otherwise. */
export const REPLY_DAYS = 7;

/** SQL: a message that a person got from a campaign. */
const GOT = 'campaign_id IS NOT NULL AND sent_at IS NOT NULL';

/** SQL: there is a campaign message that this person got and has not answered. */
export const hasUnanswered = (who: string): string =>
  `EXISTS (SELECT FROM messages WHERE who = ${who} AND ${GOT} AND replied_at IS NULL)`;

/** SQL: `c` is the campaign of the message `m`, and at this time what the person does still counts for it. */
const inTime = (at: string): string =>
  `c.id = m.campaign_id AND ${at} <= m.sent_at + make_interval(days => coalesce(c.reply_days, ${REPLY_DAYS}))`;

/** An answer to a session. */
export interface Reply {
  sessionId: string;
  who: string;
  at: Date;
  /** Messages that were sent later are not answered by it. */
  before: Date;
}

/** Notes the answer to the newest campaign message that the person got from the session, if it has none and it is in time. */
export function noteReply(tx: Transaction, { sessionId, who, at, before }: Reply): void {
  tx.write(
    `UPDATE messages AS m SET replied_at = greatest($3, m.sent_at) FROM campaigns AS c
     WHERE m.id = (SELECT id FROM messages WHERE who = $2 AND session_id = $1 AND ${GOT} AND sent_at <= $4
                   ORDER BY sent_at DESC LIMIT 1)
       AND m.replied_at IS NULL AND ${inTime('$3::timestamptz')}`,
    [sessionId, who, at, before],
  );
}

/** Notes an opt-out at the newest campaign message that the person got. */
export function noteOptOut(tx: Transaction, mode: string, who: string, at: Date): void {
  tx.write(
    `UPDATE messages AS m SET opted_out_at = $3 FROM campaigns AS c
     WHERE m.id = (SELECT id FROM messages WHERE who = $2 AND mode = $1 AND ${GOT} ORDER BY sent_at DESC LIMIT 1)
       AND m.opted_out_at IS NULL AND ${inTime('$3::timestamptz')}`,
    [mode, who, at],
  );
}

/** SQL: of the campaign with this id, how many people answered it. @param what `replied_at` or `opted_out_at` */
export const peopleWho = (what: 'replied_at' | 'opted_out_at', campaign: string): string =>
  `(SELECT count(DISTINCT a.who)::int FROM messages AS a WHERE a.campaign_id = ${campaign} AND a.${what} IS NOT NULL)`;

/** What happened to the messages of one variant of a campaign. */
export interface VariantCounts {
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  replied: number;
  opted_out: number;
}

/** The counts of each variant of these campaigns, by the campaign's id and then by the variant's place. */
export async function countVariants(
  sql: Sql,
  campaignIds: readonly string[],
): Promise<Map<string, Map<number, VariantCounts>>> {
  const counts = new Map<string, Map<number, VariantCounts>>(campaignIds.map((id) => [id, new Map()]));
  if (campaignIds.length === 0) return counts;
  const answered = (what: string): string =>
    `(SELECT count(DISTINCT a.who)::int FROM messages AS a
       WHERE a.campaign_id = m.campaign_id AND a.variant = m.variant AND a.${what} IS NOT NULL)`;
  const rows = await sql.query<VariantCounts & { campaign_id: string; variant: number }>(
    `SELECT campaign_id, variant, count(sent_at)::int AS sent, count(delivered_at)::int AS delivered,
       count(read_at)::int AS read, (count(*) FILTER (WHERE status = 'failed'))::int AS failed,
       ${answered('replied_at')} AS replied, ${answered('opted_out_at')} AS opted_out
     FROM messages AS m WHERE campaign_id = ANY($1::text[]) AND variant IS NOT NULL GROUP BY campaign_id, variant`,
    [campaignIds],
  );
  for (const { campaign_id: id, variant, ...row } of rows) counts.get(id)!.set(variant, row);
  return counts;
}

/** How a campaign's messages fared, besides its counts. */
export interface CampaignTimes {
  /** Seconds from sending until half of those who read it had read it; null if nobody did. */
  half_read_s: number | null;
  /** The same for answers. */
  half_replied_s: number | null;
}

/** @param variant only its messages; null: those of the whole campaign */
export async function readTimes(
  sql: Sql,
  campaignId: string,
  variant: number | null = null,
): Promise<CampaignTimes> {
  const ofVariant = '($2::int IS NULL OR variant = $2)';
  const half = (what: string): string =>
    `round(extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY greatest(${what} - sent_at, interval '0'))))::int`;
  const rows = await sql.query<CampaignTimes>(
    `SELECT
       (SELECT ${half('read_at')} FROM messages
        WHERE campaign_id = $1 AND ${ofVariant} AND read_at IS NOT NULL AND sent_at IS NOT NULL) AS half_read_s,
       (SELECT ${half('replied_at')} FROM (
          SELECT DISTINCT ON (who) sent_at, replied_at FROM messages
          WHERE campaign_id = $1 AND ${ofVariant} AND replied_at IS NOT NULL ORDER BY who, replied_at) AS first) AS half_replied_s`,
    [campaignId, variant],
  );
  return rows[0]!;
}

/** Why messages of a campaign failed, most often first. */
export async function countFailures(
  sql: Sql,
  campaignId: string,
): Promise<{ reason: string; count: number }[]> {
  return sql.query(
    `SELECT coalesce(failure_reason, 'unknown') AS reason, count(*)::int AS count FROM messages
     WHERE campaign_id = $1 AND status = 'failed' GROUP BY 1 ORDER BY 2 DESC, 1`,
    [campaignId],
  );
}
