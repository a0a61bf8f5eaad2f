import type { Mode } from '../mode';
import type { SendWindow } from '../time/send-window';

/**
 * How a session paces its messages. Names as in the API; unset ones default to `DEFAULT_PACING`. A cap of `Infinity` is
 * none.
 */
export interface PacingSettings {
  /** Minimum seconds between two messages. */
  min_gap_s: number;
  /** A random extra of up to this many seconds for each gap, except before `high`. */
  jitter_s: number;
  /** Messages in any 60 seconds. */
  per_minute: number;
  /** Messages in any 60 minutes. */
  per_hour: number;
  /** Messages in any 24 hours. */
  per_day: number;
  /** Messages in any 24 hours to chats with no messages so far. */
  new_contacts_per_day: number;
  /** Whether the caps start low on the day of linking and grow daily. */
  warm_up: boolean;
  /** Whether to show "typing…" briefly before a text to a person. */
  typing: boolean;
  /** Hours when only `high` is sent; null for none. */
  quiet_hours: QuietHours | null;
}

/** From `start` until just before `end` (`HH:MM`), local time in `timezone`. */
export type QuietHours = Omit<SendWindow, 'days'>;

/**
 * Meant for a personal number linked today. WhatsApp publishes no limits for such numbers, so these are careful
 * guesses:
 * - WhatsApp bans numbers that look automated or that recipients report: bursts, even intervals, sudden growth, and
 *   above all messages to many people who never wrote to the number. Users of unofficial clients report bans after 150
 *   to 1,200 messages to strangers, even with 7 to 60 seconds in between. So the gap alone is no protection; the daily
 *   cap and the cap on new contacts matter most.
 * - The official Business Platform lets a new business message 250 people first in 24 hours. A number without that
 *   contract should stay far below: 50, and 10 on its first day.
 * - People rarely send more than one message every few seconds: a gap of 6 to 12 s, 8 a minute, 120 an hour.
 * - Senders whose numbers lasted report starting at 20 to 50 a day and growing to a few hundred over about two weeks.
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

/** The pace of the sandbox, where nobody is banned: a test never waits for hours. */
export const SANDBOX_PACING: Readonly<PacingSettings> = {
  ...DEFAULT_PACING,
  min_gap_s: 1,
  jitter_s: 0,
  per_minute: Infinity,
  per_hour: Infinity,
  per_day: Infinity,
  new_contacts_per_day: Infinity,
  warm_up: false,
};

/** A campaign's own caps. They can only make it slower than its session. */
export interface CampaignPacing {
  per_minute?: number;
  per_hour?: number;
  per_day?: number;
}

/** The range of a setting, both ends included. */
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

/** The settings that were changed, completed with the defaults. */
export function withDefaults(set: Partial<PacingSettings>): PacingSettings {
  return { ...DEFAULT_PACING, ...set };
}

/** Whether a session has the pace of a real number: always, but for the sandbox until one of its settings is changed. */
export function hasRealPace(mode: Mode, set: Partial<PacingSettings>): boolean {
  return mode === 'live' || Object.keys(set).length > 0;
}

/** The settings of a session. The sandbox rehearses a warm-up only if it is asked to, since it was never linked. */
export function settingsOf(mode: Mode, set: Partial<PacingSettings>): PacingSettings {
  if (mode === 'live') return withDefaults(set);
  return hasRealPace(mode, set) ? withDefaults({ warm_up: false, ...set }) : SANDBOX_PACING;
}
