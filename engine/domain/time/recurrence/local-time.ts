import { DateTime } from 'luxon';
import { parseInstant } from '../send-at';
import { instantBeforeGap, wallClock } from '../time-zone';

/** `YYYY-MM-DDTHH:MM`, with or without seconds. */
const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;

export type ReadLocalTime = { ok: true; wall: number } | { ok: false; code: 'invalid_time'; message: string };

/**
 * Reads a time of a zone: local, such as `2026-03-02T09:00`, or an instant in RFC 3339, whose offset may be another zone's.
 * Parts of a second are dropped.
 * @param zone IANA name
 * @returns the local time, as `wallClock` writes it
 */
export function readLocalTime(text: string, zone: string): ReadLocalTime {
  if (LOCAL.test(text)) {
    const parsed = parseInstant(text.length === 16 ? `${text}:00Z` : `${text}Z`);
    return parsed.ok
      ? { ok: true, wall: parsed.at }
      : { ok: false, code: 'invalid_time', message: parsed.message };
  }
  const parsed = parseInstant(text);
  if (parsed.ok) return { ok: true, wall: wholeSeconds(wallClock(zone, parsed.at)) };
  const message =
    parsed.code === 'missing_offset'
      ? parsed.message
      : 'is not a time. Write a local time such as 2026-03-02T09:00, or RFC 3339 with offset such as 2026-03-02T09:00:00+01:00.';
  return { ok: false, code: 'invalid_time', message };
}

const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000;

/** `2026-03-02T09:00:00` for the epoch ms when a UTC clock shows that. */
export const writeLocalTime = (wall: number): string => new Date(wall).toISOString().slice(0, 19);

/** The end of the local day that begins at `wall`, to the second. */
export const endOfDay = (wall: number): number =>
  DateTime.fromMillis(wall, { zone: 'utc' }).endOf('day').startOf('second').toMillis();

/**
 * When (epoch ms) a zone's clock shows `wall`, as RFC 5545 reads local times (3.3.5): the first of two, and a time that is
 * skipped with the offset before the gap, so 02:30 on a night that skips 02:00 to 03:00 is 03:30.
 */
export function readInZone(zone: string, wall: number): { at: number; isSkipped: boolean } {
  const at = instantBeforeGap(zone, wall);
  return { at, isSkipped: wallClock(zone, at) !== wall };
}
