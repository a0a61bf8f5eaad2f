import type { SendWindow } from '../time/send-window';

/** How a session's sending is spread. Names as in the API; what its user did not set is `DEFAULT_PACING`. */
export interface PacingSettings {
  /** Seconds between two messages, at least. */
  min_gap_s: number;
  /** Up to so many seconds more, drawn anew for each gap. `high` does without. */
  jitter_s: number;
  /** Messages in any 60 seconds. */
  per_minute: number;
  /** Messages in any 60 minutes. */
  per_hour: number;
  /** Messages in any 24 hours. */
  per_day: number;
  /** Of these, to chats in which nothing was written before. */
  new_contacts_per_day: number;
  /** Whether the caps begin low on the day of linking and grow from day to day. */
  warm_up: boolean;
  /** Whether "typing…" is shown for a moment before a text to a person. */
  typing: boolean;
  /** The hours in which only `high` goes; null for none. */
  quiet_hours: QuietHours | null;
}

/** From `start` up to, not including, `end` (`HH:MM`) on the wall clock of `timezone`. */
export type QuietHours = Omit<SendWindow, 'days'>;

/**
 * For a number of one's own that was linked today. WhatsApp publishes no limits for such numbers, so these are careful
 * guesses, not its numbers:
 * - It bans for what looks like a machine and for what recipients report: bursts, even intervals, sudden growth, and
 *   above all many people who never wrote to the number. Reports in the issue trackers of unofficial clients tell of
 *   bans after 150 to 1,200 messages to strangers, also with 7 to 60 seconds between them. So the gap alone protects
 *   nobody; the caps of the day and of new contacts are what counts.
 * - Its own Business Platform lets a new business write first to 250 people in 24 hours. A number without that
 *   contract stays far below: 50, and 10 on its first day.
 * - Hand-made sending seldom goes beyond one message in some seconds: a gap of 6 to 12 s, 8 a minute, 120 an hour.
 * - Senders who report long lives of their numbers begin at 20 to 50 a day and take about two weeks to some hundreds.
 */
export const DEFAULT_PACING: Readonly<PacingSettings> = {
  min_gap_s: 6,
  jitter_s: 6,
  per_minute: 8,
  per_hour: 120,
  per_day: 600,
  new_contacts_per_day: 50,
  warm_up: true,
  typing: false,
  quiet_hours: null,
};

/** A campaign's own caps; they can only make it slower than its session. */
export interface CampaignPacing {
  per_minute?: number | undefined;
  per_hour?: number | undefined;
  per_day?: number | undefined;
}

/** What a knob may be set to, both ends included. */
export interface Bounds {
  least: number;
  most: number;
  whole: boolean;
}

export const PACING_BOUNDS = {
  min_gap_s: { least: 1, most: 3600, whole: false },
  jitter_s: { least: 0, most: 3600, whole: false },
  per_minute: { least: 1, most: 60, whole: true },
  per_hour: { least: 1, most: 1000, whole: true },
  per_day: { least: 1, most: 10_000, whole: true },
  new_contacts_per_day: { least: 0, most: 1000, whole: true },
} as const satisfies Partial<Record<keyof PacingSettings, Bounds>>;

/** What a session's user set, completed with the defaults. */
export function withDefaults(set: Partial<PacingSettings>): PacingSettings {
  return { ...DEFAULT_PACING, ...set };
}
