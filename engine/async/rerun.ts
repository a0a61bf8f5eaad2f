import type { Clock } from './clock';
import { Timers } from './timers';

export interface RerunOptions {
  clock: Clock;
  run(): Promise<void>;
  /** Told why a run failed. Must not throw. */
  onError(error: unknown): void;
  /** After a failure the next run starts this much later, woken or not. */
  retryMs: number;
  /** The next run starts at the latest this long after the last one ended. Absent: only when woken. */
  everyMs?: number;
  /** The least time from one start to the next; however often it is woken. */
  apartMs?: number;
}

/**
 * Runs an action when woken, never twice at a time. A wake-up during a run leads to one more run, which starts after
 * it and so sees whatever the waker did before.
 *
 * Delays are timers and not differences of times, so that a clock that is set back delays nothing.
 */
export class Rerun {
  private readonly timers: Timers;
  private running: Promise<void> | null = null;
  private woken = false;
  private closed = false;
  /** Delays that have to pass before the next run. */
  private delays = 0;
  private cancelRound = (): void => {};

  constructor(private readonly options: RerunOptions) {
    this.timers = new Timers(options.clock);
  }

  /** Whether `close` was called: a long run should end early. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** Whether another run follows the present one. */
  get isWoken(): boolean {
    return this.woken;
  }

  wake(): void {
    this.woken = true;
    this.start();
  }

  /** Wakes it in `ms` milliseconds, unless it is closed or the returned function is called before that. */
  wakeAfter(ms: number): () => void {
    return this.timers.after(ms, () => this.wake());
  }

  /** Resolves when no run is under way. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  /** Starts nothing more, and resolves when the run under way has ended. */
  async close(): Promise<void> {
    this.closed = true;
    this.timers.stop();
    await this.running;
  }

  private start(): void {
    if (!this.woken || this.closed || this.running || this.delays > 0) return;
    this.cancelRound();
    this.running = this.runOnce().finally(() => {
      this.running = null;
      this.start();
      if (!this.running && this.options.everyMs !== undefined)
        this.cancelRound = this.wakeAfter(this.options.everyMs);
    });
  }

  private async runOnce(): Promise<void> {
    // Never within `wake`: the waker may not be done.
    await Promise.resolve();
    if (this.closed) return;
    this.woken = false;
    if (this.options.apartMs !== undefined) this.delay(this.options.apartMs);
    try {
      await this.options.run();
    } catch (error) {
      this.options.onError(error);
      this.woken = true;
      this.delay(this.options.retryMs);
    }
  }

  private delay(ms: number): void {
    this.delays += 1;
    this.timers.after(ms, () => {
      this.delays -= 1;
      this.start();
    });
  }
}
