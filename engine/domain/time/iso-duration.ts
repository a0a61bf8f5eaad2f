import { DateTime } from 'luxon';
import { instantOf, wallClock } from './time-zone';

/** The parts of a duration: calendar parts, whose length depends on the start, and exact time. */
export interface IsoDuration {
  years: number;
  months: number;
  weeks: number;
  days: number;
  /** Hours, minutes and seconds together. */
  timeMs: number;
}

export type ParsedDuration =
  | { ok: true; duration: IsoDuration }
  | { ok: false; code: 'invalid_duration' | 'negative_duration'; message: string };

const part = (letter: string): string => `(?:(\\d{1,9})${letter})?`;
const DURATION = new RegExp(
  `^P(?=.)${part('Y')}${part('M')}${part('W')}${part('D')}(?:T(?=.)${part('H')}${part('M')}${part('S')})?$`,
);

/**
 * Reads an ISO 8601 duration in whole numbers, such as `P3D`, `PT2H`, `P1W`, `P1M` or `P1DT12H`. Weeks may be combined
 * with other parts. Negative durations are refused.
 */
export function parseDuration(text: string): ParsedDuration {
  const match = DURATION.exec(text);
  if (!match) {
    if (/-\d|^-/.test(text)) {
      const message = 'is negative. Use P0D or more.';
      return { ok: false, code: 'negative_duration', message };
    }
    const message =
      'is not an ISO 8601 duration in whole numbers. Write P3D for three days, PT2H for two hours, or P1DT12H.';
    return { ok: false, code: 'invalid_duration', message };
  }
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  return {
    ok: true,
    duration: { years, months, weeks, days, timeMs: ((hours * 60 + minutes) * 60 + seconds) * 1000 },
  };
}

/** 1 adds a duration, -1 subtracts it. */
export type Direction = 1 | -1;

/**
 * `at` (epoch ms) plus or minus a duration. Years, months, weeks and days are counted on the calendar and keep the local
 * time in `zone`, even across a DST change; in a month without a 31st, the last day is used. Hours, minutes and seconds
 * are exact, and counted after the days. Infinite or NaN if that is beyond any calendar.
 */
export function addDuration(
  at: number,
  duration: IsoDuration,
  zone: string,
  direction: Direction = 1,
): number {
  const { years, months, weeks, days, timeMs } = duration;
  const isExact = years + months + weeks + days === 0;
  const day = isExact ? at : instantOn(zone, addToCalendar(wallClock(zone, at), duration, direction));
  return day + direction * timeMs;
}

/** `instantOf`, also for a local time beyond any calendar. */
export const instantOn = (zone: string, wall: number): number =>
  Number.isFinite(wall) ? instantOf(zone, wall) : wall;

/**
 * The calendar parts of a duration, on a local time (see `wallClock`). Infinite if that is beyond any calendar.
 */
export function addToCalendar(wall: number, duration: IsoDuration, direction: Direction): number {
  const { years, months, weeks, days } = duration;
  const start = DateTime.fromMillis(wall, { zone: 'utc' });
  const parts = { years, months, weeks, days };
  const end = direction === 1 ? start.plus(parts) : start.minus(parts);
  return end.isValid ? end.toMillis() : direction * Infinity;
}
