import { z } from 'zod';
import { CAMPAIGN_STATUSES } from '../domain/campaigns/campaign-status';
import { ratesOf, type Rates } from '../domain/campaigns/rates';
import type { Mode } from '../domain/mode';
import { notFound } from '../errors';
import { countFailures, readTimes, REPLY_DAYS } from '../store/tables/campaign-answers';
import { findCampaign } from '../store/tables/campaigns';
import type { Sql } from '../store/sql/database';
import { nullableTime } from '../request-fields';
import { VariantSchema } from './campaign-schema';
import { presentCampaigns, type ShownCampaign } from './present-campaign';

const rate = z.number().nullable();
const seconds = z.int().nullable();
const rates = z
  .object({ delivered: rate, read: rate, replied: rate, opted_out: rate, failed: rate })
  .describe('of what was sent, from 0 to 1; failed: of what was sent or failed; null before anything was');

/** What came of a campaign. */
export const CampaignReportSchema = z.object({
  campaign_id: z.string(),
  name: z.string(),
  status: z.enum(CAMPAIGN_STATUSES),
  reply_days: z.int().describe('an answer or opt-out counts for this many days after the message'),
  created_at: z.string(),
  started_at: nullableTime,
  completed_at: nullableTime,
  total_count: z.int(),
  sent_count: z.int(),
  delivered_count: z.int(),
  read_count: z.int(),
  replied_count: z.int(),
  opted_out_count: z.int(),
  failed_count: z.int(),
  canceled_count: z.int(),
  pending_count: z.int(),
  rates,
  failures: z.array(z.object({ reason: z.string(), count: z.int() })).describe('most frequent first'),
  half_read_after_s: seconds.describe('seconds after sending when half of those who read it had read it'),
  half_replied_after_s: seconds.describe('seconds after sending when half of those who replied had replied'),
  variants: z
    .array(VariantSchema.extend({ rates, half_read_after_s: seconds, half_replied_after_s: seconds }))
    .nullable()
    .describe('the same for each variant; null without any'),
});
export type CampaignReport = z.output<typeof CampaignReportSchema>;

/** @throws EngineError `not_found` */
export async function reportOf(sql: Sql, mode: Mode, id: string): Promise<CampaignReport> {
  const row = await findCampaign(sql, mode, id);
  if (!row) throw notFound('campaign', id);
  const [shown] = await presentCampaigns(sql, [row]);
  const { half_read_s: halfRead, half_replied_s: halfReplied } = await readTimes(sql, id);
  const { name, status, created_at, started_at, completed_at, ...counts } = shown!;
  return {
    ...{ campaign_id: id, name, status, created_at, started_at, completed_at },
    reply_days: row.reply_days ?? REPLY_DAYS,
    total_count: counts.total_count,
    sent_count: counts.sent_count,
    delivered_count: counts.delivered_count,
    read_count: counts.read_count,
    replied_count: counts.replied_count,
    opted_out_count: counts.opted_out_count,
    failed_count: counts.failed_count,
    canceled_count: counts.canceled_count,
    pending_count: counts.pending_count,
    rates: ratesIn(counts),
    failures: await countFailures(sql, id),
    half_read_after_s: halfRead,
    half_replied_after_s: halfReplied,
    variants: counts.variants && (await reportOfVariants(sql, id, counts.variants)),
  };
}

async function reportOfVariants(
  sql: Sql,
  id: string,
  variants: NonNullable<ShownCampaign['variants']>,
): Promise<NonNullable<CampaignReport['variants']>> {
  const reports = [];
  for (const [place, variant] of variants.entries()) {
    const times = await readTimes(sql, id, place);
    reports.push({
      ...{ ...variant, rates: ratesIn(variant) },
      half_read_after_s: times.half_read_s,
      half_replied_after_s: times.half_replied_s,
    });
  }
  return reports;
}

type Counts = Pick<
  ShownCampaign,
  'sent_count' | 'delivered_count' | 'read_count' | 'replied_count' | 'opted_out_count' | 'failed_count'
>;

function ratesIn(counts: Counts): Rates {
  return ratesOf({
    sent: counts.sent_count,
    delivered: counts.delivered_count,
    read: counts.read_count,
    replied: counts.replied_count,
    optedOut: counts.opted_out_count,
    failed: counts.failed_count,
  });
}
