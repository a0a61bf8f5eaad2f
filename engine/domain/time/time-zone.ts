import { IANAZone } from 'luxon';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Whether this is an IANA name. Only names: offsets such as +02:00 pass in some Node versions, and know no DST. */
export function isTimeZone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name);
}

/** What the clocks of `zone` show at `at` (epoch ms), as the epoch ms at which clocks of UTC show the same. */
export function wallClock(zone: string, at: number): number {
  return at + IANAZone.create(zone).offset(at) * MINUTE;
}

/**
 * When (epoch ms) the clocks of `zone` show `wall` (as `wallClock` gives it). A time that they show twice is the first
 * of the two; one that they leap over is the first instant after the leap, as for the start of a send window.
 */
export function instantOf(zone: string, wall: number): number {
  const offset = (at: number): number => IANAZone.create(zone).offset(at) * MINUTE;
  // No zone is a day off from UTC, so that these are the offsets before and after a change that may be near.
  const before = wall - offset(wall - DAY);
  const after = wall - offset(wall + DAY);
  for (const at of [Math.min(before, after), Math.max(before, after)])
    if (at + offset(at) === wall) return at;
  return firstOther(offset, Math.min(before, after), Math.max(before, after));
}

/** The first instant in (from, until] whose offset is not that at `from`; there is one change between them. */
function firstOther(offset: (at: number) => number, from: number, until: number): number {
  const old = offset(from);
  let [same, other] = [from, until];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (offset(middle) === old) same = middle;
    else other = middle;
  }
  return other;
}
