import type { Variant } from '../domain/campaigns/variants';
import type { EventType } from '../domain/events/event-types';
import type { NewEvent, Work } from '../events/transact';
import { type CampaignCounts, countMessages } from '../store/tables/campaign-messages';
import { countVariants, REPLY_DAYS, type VariantCounts } from '../store/tables/campaign-answers';
import type { CampaignRow } from '../store/tables/campaigns';
import type { Sql } from '../store/sql/database';
import type { ShownForecast } from './campaign-schema';

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

/** A campaign as the API and events show it. `counts` must be of the same moment. */
export function presentCampaign(
  row: CampaignRow,
  counts: CampaignCounts,
  ofVariants: ReadonlyMap<number, VariantCounts> = new Map(),
) {
  // Contacts without a message. They will get none if the campaign was aborted.
  const withoutMessage = row.total_count - counts.made;
  const canceled = counts.canceled + (row.status === 'aborted' ? withoutMessage : 0);
  const pending = counts.waiting + (row.status === 'aborted' ? 0 : withoutMessage);
  return {
    id: row.id,
    name: row.name,
    audience_id: row.audience_id,
    status: row.status,
    total_count: row.total_count,
    sent_count: counts.sent,
    delivered_count: counts.delivered,
    read_count: counts.read,
    replied_count: counts.replied,
    opted_out_count: counts.opted_out,
    failed_count: counts.failed,
    pending_count: pending,
    canceled_count: canceled,
    from: row.from_phone,
    from_numbers: row.from_phones ?? (row.from_phone === null ? [] : [row.from_phone]),
    text: row.text,
    variants: row.variants?.map((variant, place) => presentVariant(variant, ofVariants.get(place))) ?? null,
    media_url: row.media?.url ?? null,
    media_caption: row.media?.caption ?? null,
    footer: row.footer,
    on_missing_variable: row.on_missing_variable,
    reply_days: row.reply_days ?? REPLY_DAYS,
    send_at: time(row.send_at),
    send_window: row.send_window,
    pacing: row.pacing,
    paused_reason: row.paused_reason,
    created_at: row.created_at.toISOString(),
    started_at: time(row.started_at),
    completed_at: time(row.completed_at),
    aborted_at: time(row.aborted_at),
    aborted_reason: row.aborted_reason,
    recurrence_id: row.recurrence_id,
  };
}

function presentVariant({ name, text, share }: Variant, counts: VariantCounts = NO_COUNTS) {
  return {
    ...{ name, text, share },
    sent_count: counts.sent,
    delivered_count: counts.delivered,
    read_count: counts.read,
    replied_count: counts.replied,
    opted_out_count: counts.opted_out,
    failed_count: counts.failed,
  };
}

const NO_COUNTS: VariantCounts = { sent: 0, delivered: 0, read: 0, failed: 0, replied: 0, opted_out: 0 };

export type ShownCampaign = ReturnType<typeof presentCampaign>;

/** Lists and events have no forecast, since it is not stored and takes a few milliseconds to compute. */
export interface ForeseenCampaign extends ShownCampaign {
  /** Null if the campaign has ended. */
  forecast: ShownForecast | null;
}

/** Campaigns with their counts, in the same order. */
export async function presentCampaigns(sql: Sql, rows: readonly CampaignRow[]): Promise<ShownCampaign[]> {
  if (rows.length === 0) return [];
  const counts = await countMessages(
    sql,
    rows.map(({ id }) => id),
  );
  const varied = rows.filter(({ variants }) => variants !== null).map(({ id }) => id);
  const ofVariants = await countVariants(sql, varied);
  return rows.map((row) => presentCampaign(row, counts.get(row.id)!, ofVariants.get(row.id)));
}

/** Emits an event for each campaign, in the transaction that changed them. @returns them as the events show them. */
export async function tellOfCampaigns(
  work: Work,
  type: EventType,
  rows: readonly CampaignRow[],
): Promise<ShownCampaign[]> {
  const shown = await presentCampaigns(work.sql, rows);
  const events = rows.map((row, index): NewEvent => ({
    mode: row.mode,
    type,
    data: shown[index]!,
    subjectId: row.id,
    fromPhone: row.from_phone,
  }));
  work.tell(events);
  return shown;
}
