import type { PacingReason } from '../pacing/pacer';

/** Why a pending message has not gone, in the words of the API. */
export const WAITING_REASONS = [
  'send_at',
  'send_window',
  'gap',
  'per_minute',
  'per_hour',
  'per_day',
  'new_contacts',
  'warm_up',
  'quiet_hours',
  'slowed_down',
  'whatsapp_quota',
  'restricted',
  'link_down',
  'logged_out',
  'earlier_message',
  'campaign_paused',
  'campaign_pacing',
  'human_has_the_chat',
] as const;
export type WaitingReason = (typeof WAITING_REASONS)[number];

/** As the API shows it. */
export interface WaitingFor {
  reason: WaitingReason;
  /** RFC 3339: before then it does not go, and then this reason ends; null: nobody knows when. */
  until: string | null;
  /** For people to read. */
  message: string;
}

/** The pacer's words, which the API also uses in forecasts, as reasons. */
export const REASON_OF_PACE: Readonly<Record<PacingReason, WaitingReason>> = {
  min_gap: 'gap',
  per_minute: 'per_minute',
  per_hour: 'per_hour',
  per_day: 'per_day',
  new_contacts_per_day: 'new_contacts',
  warm_up: 'warm_up',
  slowdown: 'slowed_down',
  quiet_hours: 'quiet_hours',
  campaign_pacing: 'campaign_pacing',
  whatsapp_quota: 'whatsapp_quota',
};
