import type { CampaignPacing, PacingSettings } from './settings';
import type { PriorityRank } from '../messages/priority';

/** Under which name a forecast says that it was held up by a cap; `warm_up`: by one that has yet to grow. */
export type CapName = 'per_minute' | 'per_hour' | 'per_day' | 'new_contacts_per_day' | 'warm_up';

/** At most `most` messages in any `windowMs` milliseconds. */
export interface Cap {
  name: CapName;
  windowMs: number;
  most: number;
}

/** What holds at one moment. */
export interface Limits {
  gapMs: number;
  /** Up to so much is added to a gap. */
  jitterMs: number;
  /** Caps on all messages, from the widest window to the narrowest. */
  caps: Cap[];
  newContacts: Cap;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY_MS = 24 * HOUR;

/** What a warm-up allows on the day of linking, and by what it grows each day. */
const WARM_UP = { firstDay: 40, firstDayNew: 10, growth: 1.2 };
/** Of the day's messages, what may go within one hour, so that a small day is not used up in its first minutes. */
const SHARE_OF_AN_HOUR = 1 / 4;
/** Of every cap, what `normal` leaves to `high`, and `low` to `normal`. */
const RESERVED = 0.1;

/**
 * The limits on a day, counted from 0, the day of linking. The warm-up starts with 40 messages, 10 of them to new
 * contacts, and grows by a fifth each day: from there to 600 takes 15 days, and from 10 to 50 nine.
 */
export function limitsOn(settings: PacingSettings, daysSinceLinked: number): Limits {
  const { per_minute, per_hour, per_day, new_contacts_per_day } = settings;
  const growth = settings.warm_up ? WARM_UP.growth ** Math.max(0, daysSinceLinked) : Infinity;
  const day = Math.round(WARM_UP.firstDay * growth);
  const grown = {
    per_minute,
    per_hour: Math.min(
      per_hour,
      settings.warm_up ? Math.ceil(Math.min(day, per_day) * SHARE_OF_AN_HOUR) : Infinity,
    ),
    per_day: Math.min(per_day, day),
  };
  return {
    gapMs: settings.min_gap_s * SECOND,
    jitterMs: settings.jitter_s * SECOND,
    caps: caps(grown).map((cap) => ({
      ...cap,
      name: day < per_day && cap.name !== 'per_minute' ? 'warm_up' : cap.name,
    })),
    newContacts: {
      name: 'new_contacts_per_day',
      windowMs: DAY_MS,
      most: Math.min(new_contacts_per_day, Math.round(WARM_UP.firstDayNew * growth)),
    },
  };
}

/** The first day, counted from that of linking, from which on the limits stay as they are. */
export function warmUpDays(settings: PacingSettings): number {
  if (!settings.warm_up) return 0;
  const daysTo = (first: number, most: number): number =>
    Math.max(0, Math.ceil(Math.log(most / first) / Math.log(WARM_UP.growth)));
  // What is rounded may be there a day earlier, never later.
  return Math.max(
    daysTo(WARM_UP.firstDay, settings.per_day),
    daysTo(WARM_UP.firstDayNew, Math.max(1, settings.new_contacts_per_day)),
  );
}

/** A campaign's own caps, from the widest window to the narrowest. */
export function caps({ per_minute, per_hour, per_day }: CampaignPacing): Cap[] {
  const named: [CapName, number, number | undefined][] = [
    ['per_day', DAY_MS, per_day],
    ['per_hour', HOUR, per_hour],
    ['per_minute', MINUTE, per_minute],
  ];
  return named.flatMap(([name, windowMs, most]) => (most === undefined ? [] : [{ name, windowMs, most }]));
}

/** The limits after a slow-down: gaps `factor` times as long, caps as many times smaller, but never nothing. */
export function slowed(limits: Limits, factor: number): Limits {
  const smaller = (cap: Cap): Cap => ({
    ...cap,
    most: Math.min(cap.most, Math.max(1, Math.floor(cap.most / factor))),
  });
  return {
    gapMs: limits.gapMs * factor,
    jitterMs: limits.jitterMs * factor,
    caps: limits.caps.map(smaller),
    newContacts: smaller(limits.newContacts),
  };
}

/** The limits with every time divided by `speed`. */
export function hurried(limits: Limits, speed: number): Limits {
  return {
    gapMs: limits.gapMs / speed,
    jitterMs: limits.jitterMs / speed,
    caps: limits.caps.map((cap) => hurriedCap(cap, speed)),
    newContacts: hurriedCap(limits.newContacts, speed),
  };
}

export function hurriedCap(cap: Cap, speed: number): Cap {
  return { ...cap, windowMs: cap.windowMs / speed };
}

/**
 * How many of a cap a priority may find taken and still go: `high` all of it; after a `normal` or `low` message at
 * least a tenth is still free for `high`, and after a `low` one another tenth for `normal`. So the caps hold for all
 * messages together, and still a campaign that has used up its day never holds up an alert, nor a single reminder.
 * Where a cap is too small to share, everybody may use its first place.
 */
export function shareOf(most: number, rank: PriorityRank): number {
  if (rank === 0) return most;
  const kept = rank * Math.ceil(most * RESERVED);
  return Math.min(most, Math.max(1, most - kept));
}
