import { DAY_MS } from './pacing-limits';

const DAYS = 7;
const WEEK_MS = DAYS * DAY_MS;
/** By how much two weeks may differ and still be alike: of the count, and messages besides. */
const TOLERANCE = 0.02;
const SLACK = 2;

/** What went in one week, and what it was spent waiting for. */
interface Week<Reason> {
  /** By the number of the group. */
  counts: number[];
  waited: Map<Reason, number>;
}

/**
 * Finds out when weeks have become alike, so that the rest of them need not be played: after the warm-up nothing
 * changes any more but who is left. Weeks, because send windows may have days.
 */
export class AlikeWeeks<Reason> {
  private index = 0;
  private current: Week<Reason>;
  private before: Week<Reason> | null = null;

  /** @param start epoch milliseconds. */
  constructor(
    private readonly start: number,
    private readonly groups: number,
  ) {
    this.current = this.empty();
  }

  /** One of this group goes, after so many milliseconds of waiting. */
  add(group: number, reason: Reason, waitedMs: number): void {
    this.current.counts[group]! += 1;
    this.current.waited.set(reason, (this.current.waited.get(reason) ?? 0) + waitedMs);
  }

  /**
   * The time goes on to `at`.
   * @param left how many of each group are left.
   * @returns how many weeks like the last one can be left out, and that week; null for none.
   */
  passTo(
    at: number,
    left: () => readonly number[],
  ): { weeks: number; week: Week<Reason>; endsOnDay: number } | null {
    const index = Math.floor((at - this.start) / WEEK_MS);
    if (index === this.index) return null;
    const [before, week] = [this.before, this.current];
    const isNext = index === this.index + 1;
    this.index = index;
    this.before = isNext ? week : null;
    this.current = this.empty();
    if (!isNext || !before || !isAlike(before.counts, week.counts)) return null;
    // One more is played, as somebody runs out in the one after it.
    const weeks =
      Math.min(...left().map((n, i) => (week.counts[i]! > 0 ? n / week.counts[i]! : Infinity))) - 1;
    return weeks >= 1 && weeks < Infinity
      ? { weeks: Math.floor(weeks), week, endsOnDay: index * DAYS }
      : null;
  }

  private empty(): Week<Reason> {
    return { counts: new Array<number>(this.groups).fill(0), waited: new Map() };
  }
}

function isAlike(before: readonly number[], now: readonly number[]): boolean {
  return now.every((n, i) => Math.abs(n - before[i]!) <= SLACK + TOLERANCE * n);
}
