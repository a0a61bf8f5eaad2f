import { IANAZone } from 'luxon';

const MINUTE = 60_000;
const DAY = 86_400_000;

/**
 * Whether this is an IANA name. Offsets such as +02:00 are refused, though some Node versions accept them, because they
 * have no DST.
 */
export function isTimeZone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name);
}

/** The local time in `zone` at `at` (epoch ms), as the epoch ms when a UTC clock shows the same. */
export function wallClock(zone: string, at: number): number {
  return at + offsetOf(zone, at);
}

/** How far the clock of `zone` is ahead of UTC at `at` (epoch ms), in milliseconds. */
export function offsetOf(zone: string, at: number): number {
  return IANAZone.create(zone).offset(at) * MINUTE;
}

/**
 * When (epoch ms) the local time in `zone` is `wall` (see `wallClock`). For a time that occurs twice it is the first of
 * the two; for one that is skipped it is the first instant after the gap, as for the start of a send window.
 */
export function instantOf(zone: string, wall: number): number {
  const { before, after } = readings(zone, wall);
  return firstThatShows(zone, wall) ?? offsetChange(IANAZone.create(zone), ...inOrder(before, after));
}

/** `instantOf`, but a time that is skipped is read with the offset before the gap, as RFC 5545 (3.3.5) has it. */
export function instantBeforeGap(zone: string, wall: number): number {
  return firstThatShows(zone, wall) ?? readings(zone, wall).before;
}

function firstThatShows(zone: string, wall: number): number | undefined {
  const { before, after } = readings(zone, wall);
  return inOrder(before, after).find((at) => wallClock(zone, at) === wall);
}

/** `wall` with the offsets before and after any change nearby: no zone is a day away from UTC. */
function readings(zone: string, wall: number): { before: number; after: number } {
  return { before: wall - offsetOf(zone, wall - DAY), after: wall - offsetOf(zone, wall + DAY) };
}

const inOrder = (a: number, b: number): [number, number] => [Math.min(a, b), Math.max(a, b)];

/** The first instant in (from, until] whose offset differs from that at `from`. The offset must change exactly once. */
export function offsetChange(zone: IANAZone, from: number, until: number): number {
  const offset = zone.offset(from);
  let [before, after] = [from, until];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (zone.offset(middle) === offset) before = middle;
    else after = middle;
  }
  return after;
}

export const TIME_OF_DAY_FAULT = 'must be a time from 00:00 to 23:59, written HH:MM. Midnight is 00:00.';

/** Reads `HH:MM`. @returns minutes since midnight; null for any other text. */
export function minuteOfDay(time: string): number | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time);
  return match && Number(match[1]) * 60 + Number(match[2]);
}
