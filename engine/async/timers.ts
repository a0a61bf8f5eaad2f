import type { Clock } from './clock';

/** Timers on a clock that can all be cancelled together, so that nothing happens after a close. */
export class Timers {
  private readonly pending = new Set<() => void>();
  private stopped = false;

  constructor(private readonly clock: Clock) {}

  /** As `Clock.after`; after `stop` the action never runs. */
  after(delayMs: number, action: () => void): () => void {
    if (this.stopped) return () => {};
    const cancelTimer = this.clock.after(delayMs, () => {
      this.pending.delete(cancel);
      action();
    });
    const cancel = (): void => {
      this.pending.delete(cancel);
      cancelTimer();
    };
    this.pending.add(cancel);
    return cancel;
  }

  /** Resolves after the delay; never after `stop`. */
  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  stop(): void {
    this.stopped = true;
    for (const cancel of [...this.pending]) cancel();
  }
}
