import type { Timers } from '../../../async/timers';

/**
 * Notices a link that went dead without closing. The server is asked now and then; when nothing at all has come since
 * it was last asked, the link is given up: at most two periods after it died. Periods are timers, not differences of
 * the clock, so that a machine that slept or a clock that was set does not look like a dead link.
 */
export class Watchdog {
  private heard = true;
  private stop: () => void = () => {};

  constructor(
    private readonly timers: Timers,
    private readonly periodMs: number,
    private readonly ask: () => void,
    private readonly giveUp: () => void,
  ) {}

  start(): void {
    this.stop = this.timers.after(this.periodMs, () => {
      if (!this.heard) return this.giveUp();
      this.heard = false;
      this.ask();
      this.start();
    });
  }

  /** Anything has come. */
  hear(): void {
    this.heard = true;
  }

  end(): void {
    this.stop();
  }
}
