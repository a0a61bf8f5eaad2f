import type { Clock } from '../../../engine/async/clock';

interface Timer {
  at: number;
  action: () => void;
}

/** A clock that stands still until it is advanced. Timers run in the order of their time, then of their making. */
export class FakeClock implements Clock {
  private timers: Timer[] = [];

  constructor(private time = Date.UTC(2026, 0, 5, 9)) {}

  /** How many timers wait. */
  get pending(): number {
    return this.timers.length;
  }

  now(): number {
    return this.time;
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.time + Math.max(delayMs, 0), action };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Moves on and runs what comes due. Promises are not waited for: use it only with synchronous code. */
  advance(ms: number): void {
    const end = this.time + ms;
    while (this.runNext(end));
    this.time = end;
  }

  /** Moves on; before and after every timer all settled promises get to run, but real I/O is not waited for. */
  async advanceAsync(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    while (this.runNext(end)) await settle();
    this.time = end;
  }

  private runNext(end: number): boolean {
    let next: Timer | undefined;
    for (const timer of this.timers) if (timer.at <= end && (!next || timer.at < next.at)) next = timer;
    if (!next) return false;
    this.timers = this.timers.filter((timer) => timer !== next);
    this.time = Math.max(this.time, next.at);
    next.action();
    return true;
  }
}

/** A turn of the event loop: the microtasks of everything that is ready have run when it comes back. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
