import { DAY_MS } from '../limits';

const WEEK_DAYS = 7;
const WEEK_MS = WEEK_DAYS * DAY_MS;
/** Two periods repeat when each count differs by at most this share, plus this many messages. */
const TOLERANCE = 0.02;
const SLACK = 2;
/**
 * A period has at least about this many messages. With fewer, such as three a day, one message more or less would be a
 * large share of the week, and would add up to many days over the weeks that are skipped.
 */
const LEAST_MESSAGES = 300;

/** One or more whole weeks. */
interface Period<Reason> {
  days: number;
  /** Messages sent, by queue. */
  counts: number[];
  /** Milliseconds spent waiting, by reason. */
  waited: Map<Reason, number>;
}

/** The period will repeat this many times more before any queue runs empty. */
interface Skip<Reason> {
  times: number;
  period: Period<Reason>;
  /** The day, counted from the start, on which the period ended. */
  endsOnDay: number;
}

/**
 * Watches a simulated campaign and says when its weeks repeat, so that the rest need not be played: after the warm-up,
 * only the number of messages left changes. It compares weeks, not days, because a send window may be open on some
 * weekdays only. If few messages go each week, it compares periods of several weeks.
 *
 * Example: 400 messages went in the first week and 401 in the second, so the weeks repeat. With 4,000 left, the second
 * week would repeat 9.97 times more: 8 are skipped, and the last 1.97 are played, because a queue runs empty in them.
 */
export class RepeatedWeeks<Reason> {
  /** The number of the week that the clock is in, from 0. */
  private week = 0;
  private current: Period<Reason>;
  private previous: Period<Reason> | null = null;

  /** @param start epoch milliseconds. */
  constructor(
    private readonly start: number,
    private readonly queues: number,
  ) {
    this.current = this.empty();
  }

  /** A message of this queue was sent after waiting this long. */
  add(queue: number, reason: Reason, waitedMs: number): void {
    this.current.counts[queue]! += 1;
    this.current.waited.set(reason, (this.current.waited.get(reason) ?? 0) + waitedMs);
  }

  /**
   * Moves the clock to `at`.
   * @param left returns how many messages each queue has left.
   * @returns what can be skipped, or null.
   */
  advanceTo(at: number, left: () => readonly number[]): Skip<Reason> | null {
    const week = Math.floor((at - this.start) / WEEK_MS);
    if (week === this.week) return null;
    const isNextWeek = week === this.week + 1;
    this.week = week;
    if (!isNextWeek) {
      this.previous = null;
      this.current = this.empty();
      return null;
    }
    this.current.days += WEEK_DAYS;
    if (!this.isLongEnough()) return null;
    const { previous, current: period } = this;
    this.previous = period;
    this.current = this.empty();
    if (!previous || !isRepeated(previous, period)) return null;
    const repeats = left().map((n, queue) =>
      period.counts[queue]! > 0 ? n / period.counts[queue]! : Infinity,
    );
    // The last whole period is played too, since a queue runs empty soon after it.
    const times = Math.floor(Math.min(...repeats)) - 1;
    return times >= 1 && times < Infinity ? { times, period, endsOnDay: week * WEEK_DAYS } : null;
  }

  /** Half is enough once it has as many weeks as the period before. Otherwise the lengths would alternate. */
  private isLongEnough(): boolean {
    const { previous, current } = this;
    const count = current.counts.reduce((sum, n) => sum + n, 0);
    if (count >= LEAST_MESSAGES) return true;
    return previous !== null && current.days >= previous.days && count >= LEAST_MESSAGES / 2;
  }

  private empty(): Period<Reason> {
    return { days: 0, counts: new Array<number>(this.queues).fill(0), waited: new Map() };
  }
}

function isRepeated<Reason>(previous: Period<Reason>, period: Period<Reason>): boolean {
  if (previous.days !== period.days) return false;
  return period.counts.every((n, queue) => Math.abs(n - previous.counts[queue]!) <= SLACK + TOLERANCE * n);
}
