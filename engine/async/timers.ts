import type { Clock } from './clock';

/** A clock whose timers can all be canceled together, so that nothing runs after a close. */
export class Timers implements Clock {
  private readonly pending = new Set<() => void>();
  private stopped = false;

  constructor(private readonly clock: Clock) {}

  now(): number {
    return this.clock.now();
  }

  /** After `stop`, the action never runs. */
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

  stop(): void {
    this.stopped = true;
    for (const cancel of [...this.pending]) cancel();
  }
}
