import { systemClock, type Clock } from '../../../engine/async/clock';

/** The real clock, which a test can move ahead. Timers stay real; `hurry` divides their delays. */
export class JumpingClock implements Clock {
  private offset = 0;

  constructor(private readonly hurry = 1) {}

  now(): number {
    return Date.now() + this.offset;
  }

  after(delayMs: number, action: () => void): () => void {
    return systemClock.after(delayMs / this.hurry, action);
  }

  jump(ms: number): void {
    this.offset += ms;
  }
}
