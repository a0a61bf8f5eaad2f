import type { EventType } from '../domain/events/event-types';
import type { NewEvent, Work } from '../events/transact';
import { type CampaignCounts, countMessages } from '../store/tables/campaign-messages';
import type { CampaignRow } from '../store/tables/campaigns';
import type { Sql } from '../store/sql/database';
import type { ShownForecast } from './campaign-schema';

const time = (date: Date | null): string | null => date?.toISOString() ?? null;

/** A campaign as the API and events show it. `counts` must be of the same moment. */
export function presentCampaign(row: CampaignRow, counts: CampaignCounts) {
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
    failed_count: counts.failed,
    pending_count: pending,
    canceled_count: canceled,
    from: row.from_phone,
    from_numbers: row.from_phones ?? (row.from_phone === null ? [] : [row.from_phone]),
    text: row.text,
    media_url: row.media?.url ?? null,
    media_caption: row.media?.caption ?? null,
    footer: row.footer,
    on_missing_variable: row.on_missing_variable,
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
  return rows.map((row) => presentCampaign(row, counts.get(row.id)!));
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
