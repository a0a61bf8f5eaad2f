import { offsetOf, wallClock } from '../time-zone';
import { readInZone } from './local-time';
import { NothingFound, WallTimes } from './wall-times';

const DAY = 86_400_000;
/** RFC 3339 cannot write later years. */
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59);

/** What a series of moments is made of. */
export interface Series {
  /** A valid RRULE. What its COUNT and UNTIL mean is in `last` and `until`. */
  rrule: string;
  /** The first local time, as `wallClock` writes it. */
  start: number;
  /** IANA name. */
  timezone: string;
  /** Local times that do not take place, as `start`. */
  exdates: readonly number[];
  /** The last local time, as `start`, if the rule counts them; else null. */
  last: number | null;
  /** None is later than this (epoch ms); null if the rule does not say. */
  until: number | null;
}

/**
 * The moments of a series, in epoch ms. The local times come from the rule; each is then read in the zone (see
 * `readInZone`). So "every day at 02:30" is at 03:30 on the night that skips 02:30, and two local times that become one
 * moment are one.
 */
export class Occurrences {
  private readonly walls: WallTimes;
  private readonly excluded: ReadonlySet<number>;

  constructor(private readonly series: Series) {
    this.walls = new WallTimes(withoutEnd(series.rrule), series.start);
    this.excluded = new Set(series.exdates.map((wall) => readInZone(series.timezone, wall).at));
  }

  /** The first after `at`; null if there is none, or none is found within years of searching. */
  next(at: number): number | null {
    let moment = this.nextOfRule(at);
    while (moment !== null && this.excluded.has(moment)) moment = this.nextOfRule(moment);
    return moment;
  }

  /** The first `count` after `at`. */
  upcoming(at: number, count: number): number[] {
    const moments: number[] = [];
    for (let moment = this.next(at); moment !== null; moment = this.next(moment)) {
      moments.push(moment);
      if (moments.length === count) break;
    }
    return moments;
  }

  /** Whether there is one at this moment. */
  includes(at: number): boolean {
    return this.next(at - 1) === at;
  }

  /** Whether the rule has one at this moment, which may be excluded. */
  isOfRule(at: number): boolean {
    return this.nextOfRule(at - 1) === at;
  }

  private nextOfRule(after: number): number | null {
    const { timezone, until } = this.series;
    let first: number | null = null;
    // A skipped local time is read as a later one. So one from before `after` may still come, and the next may come first.
    let wall = this.nextWall(wallClock(timezone, after) - skippedBefore(timezone, after));
    while (wall !== null) {
      const { at, isSkipped } = readInZone(timezone, wall);
      if (at > after && (first === null || at < first)) first = at;
      if (at > after && !isSkipped) break;
      wall = this.nextWall(wall);
    }
    return first === null || first > (until ?? LAST_INSTANT) ? null : first;
  }

  private nextWall(wall: number): number | null {
    try {
      const next = this.walls.next(wall);
      return next === null || next > (this.series.last ?? Infinity) ? null : next;
    } catch (error) {
      if (error instanceof NothingFound) return null;
      throw error;
    }
  }
}

/** How much the clock was set forward within the day before `at`, in ms. */
function skippedBefore(zone: string, at: number): number {
  return Math.max(0, offsetOf(zone, at) - offsetOf(zone, at - DAY));
}

/** The rule, as if it went on for ever. */
export const withoutEnd = (rrule: string): string =>
  rrule
    .split(';')
    .filter((part) => !/^(COUNT|UNTIL)=/.test(part))
    .join(';');
