import { DAY_MS } from '../limits';

const DAYS = 7;
const WEEK_MS = DAYS * DAY_MS;
/** By how much two spans may differ and still be alike: of the count, and messages besides. */
const TOLERANCE = 0.02;
const SLACK = 2;
/**
 * A span has about so many messages: of fewer, as in a week of three a day, one more or less to new contacts would be
 * a seventh of them, and in the weeks left out it would add up to many days.
 */
const MESSAGES = 300;

/** Whole weeks: what went in them, and what they were spent waiting for. */
interface Span<Reason> {
  weeks: number;
  /** By the number of the group. */
  counts: number[];
  waited: Map<Reason, number>;
}

/** So many more spans like this one follow it. */
export interface Leap<Reason> {
  times: number;
  span: Span<Reason>;
  /** How long one span is. */
  days: number;
  /** The day, counted from the start, on which the span is over. */
  endsOnDay: number;
}

/**
 * Finds out when weeks have become alike, so that the rest of them need not be played: after the warm-up nothing
 * changes any more but who is left. Weeks, because send windows may have days; where little goes, several at once.
 */
export class AlikeWeeks<Reason> {
  private index = 0;
  private current: Span<Reason>;
  private before: Span<Reason> | null = null;

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
   * @returns the spans like the last one that can be left out; null for none.
   */
  passTo(at: number, left: () => readonly number[]): Leap<Reason> | null {
    const index = Math.floor((at - this.start) / WEEK_MS);
    if (index === this.index) return null;
    const isNext = index === this.index + 1;
    this.index = index;
    if (!isNext) {
      this.before = null;
      this.current = this.empty();
      return null;
    }
    this.current.weeks += 1;
    if (!this.isWhole()) return null;
    const [before, span] = [this.before, this.current];
    this.before = span;
    this.current = this.empty();
    if (!before || !isAlike(before, span)) return null;
    // One more is played, as somebody runs out in the one after it.
    const times =
      Math.min(...left().map((n, i) => (span.counts[i]! > 0 ? n / span.counts[i]! : Infinity))) - 1;
    return times >= 1 && times < Infinity
      ? { times: Math.floor(times), span, days: span.weeks * DAYS, endsOnDay: index * DAYS }
      : null;
  }

  /** Enough went in it, or half of that in as many weeks as the one before had: so their lengths do not alternate. */
  private isWhole(): boolean {
    const count = this.current.counts.reduce((sum, n) => sum + n, 0);
    if (count >= MESSAGES) return true;
    return this.before !== null && this.current.weeks >= this.before.weeks && count >= MESSAGES / 2;
  }

  private empty(): Span<Reason> {
    return { weeks: 0, counts: new Array<number>(this.groups).fill(0), waited: new Map() };
  }
}

function isAlike<Reason>(before: Span<Reason>, now: Span<Reason>): boolean {
  if (before.weeks !== now.weeks) return false;
  return now.counts.every((n, i) => Math.abs(n - before.counts[i]!) <= SLACK + TOLERANCE * n);
}
