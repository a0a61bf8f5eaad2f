import type { CampaignPacing, PacingSettings } from './settings';
import type { PriorityRank } from '../messages/priority';

/** The caps by name, as a forecast reports them. `warm_up` is any cap that the warm-up still keeps low. */
export const CAP_NAMES = ['per_minute', 'per_hour', 'per_day', 'new_contacts_per_day', 'warm_up'] as const;
export type CapName = (typeof CAP_NAMES)[number];

/** At most `most` messages in any `windowMs` milliseconds. */
export interface Cap {
  name: CapName;
  windowMs: number;
  most: number;
}

/** The limits that apply at one moment. */
export interface Limits {
  gapMs: number;
  /** A random extra of up to this much is added to each gap. */
  jitterMs: number;
  /** Caps on all messages, from the widest window to the narrowest. */
  caps: Cap[];
  newContacts: Cap;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY_MS = 24 * HOUR;

/** What the warm-up allows on the day of linking, and its daily growth. */
const WARM_UP = { firstDay: 40, firstDayNew: 10, growth: 1.2 };
/** The share of a day's cap that may be used in one hour, so that a low cap does not run out in the first minutes. */
const SHARE_OF_AN_HOUR = 1 / 4;
/** The share of every cap that `normal` leaves to `high`, and `low` to `normal`. */
const RESERVED = 0.1;

/**
 * The limits on a day; day 0 is the day of linking. The warm-up starts at 40 messages, 10 of them to new contacts, and
 * grows by a fifth each day: it takes 15 days to reach 600 messages, and nine to reach 50 new contacts.
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

/** The first day (day 0 is the day of linking) from which the limits no longer grow. */
export function warmUpDays(settings: PacingSettings): number {
  if (!settings.warm_up) return 0;
  const daysTo = (first: number, most: number): number =>
    Math.max(0, Math.ceil(Math.log(most / first) / Math.log(WARM_UP.growth)));
  // Rounding may get there a day earlier, never later.
  return Math.max(
    daysTo(WARM_UP.firstDay, settings.per_day),
    daysTo(WARM_UP.firstDayNew, Math.max(1, settings.new_contacts_per_day)),
  );
}

/** The caps that are set, from the widest window to the narrowest. */
export function caps({ per_minute, per_hour, per_day }: CampaignPacing): Cap[] {
  const named: [CapName, number, number | undefined][] = [
    ['per_day', DAY_MS, per_day],
    ['per_hour', HOUR, per_hour],
    ['per_minute', MINUTE, per_minute],
  ];
  return named.flatMap(([name, windowMs, most = Infinity]) =>
    most === Infinity ? [] : [{ name, windowMs, most }],
  );
}

/** The limits slowed down: gaps are `factor` times as long, caps that much smaller, but never less than 1. */
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
 * The part of a cap that a priority may use. `high` may use all of it. `normal` leaves a tenth to `high`, and `low`
 * leaves another tenth to `normal`: of 600 a day they may use 600, 540 and 480. So the cap holds for all messages
 * together, and even a campaign that has used up its share never delays an alert or a reminder. If a cap is too small
 * to share, every priority may use its first place.
 */
export function shareOf(most: number, rank: PriorityRank): number {
  if (rank === 0 || most === Infinity) return most;
  const kept = rank * Math.ceil(most * RESERVED);
  return Math.min(most, Math.max(1, most - kept));
}
