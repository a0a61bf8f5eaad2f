import type { Timers } from '../../../async/timers';

/**
 * Notices a link that died without closing. It pings the server regularly. If nothing has arrived since the last ping,
 * it gives up: at most two periods after the link died. It counts timers, not clock time, so that a machine that
 * slept or a clock that was set does not look like a dead link.
 */
export class Watchdog {
  private heard = true;
  private cancel: () => void = () => {};

  constructor(
    private readonly timers: Timers,
    private readonly periodMs: number,
    private readonly ping: () => void,
    private readonly giveUp: () => void,
  ) {}

  start(): void {
    this.cancel = this.timers.after(this.periodMs, () => {
      if (!this.heard) return this.giveUp();
      this.heard = false;
      this.ping();
      this.start();
    });
  }

  /** Call this for everything that arrives. */
  hear(): void {
    this.heard = true;
  }

  stop(): void {
    this.cancel();
  }
}
