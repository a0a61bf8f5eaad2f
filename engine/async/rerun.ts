import type { Clock } from './clock';
import { Timers } from './timers';

export interface RerunOptions {
  clock: Clock;
  run(): Promise<void>;
  /** Called when a run fails. Must not throw. */
  onError(error: unknown): void;
  /** The delay before the next run after a failure, woken or not. */
  retryMs: number;
  /** The longest pause between two runs. Absent: runs only when woken. */
  everyMs?: number;
  /** The shortest time between two starts, however often it is woken. */
  apartMs?: number;
}

/**
 * Runs an action when woken, never two runs at once. A wake-up during a run causes one more run after it, which sees
 * everything the caller did before waking it.
 *
 * Delays are timers, not clock comparisons, so setting the clock back delays nothing.
 */
export class Rerun {
  private readonly timers: Timers;
  private running: Promise<void> | null = null;
  private woken = false;
  private closed = false;
  /** How many delays must still end before the next run. */
  private delays = 0;
  private cancelRound = (): void => {};

  constructor(private readonly options: RerunOptions) {
    this.timers = new Timers(options.clock);
  }

  /** Whether `close` was called. Long runs check this to end early. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** Whether another run will follow the current one. */
  get isWoken(): boolean {
    return this.woken;
  }

  wake(): void {
    this.woken = true;
    this.start();
  }

  /** Wakes it in `ms` milliseconds, unless it is closed or the returned function is called first. */
  wakeAfter(ms: number): () => void {
    return this.timers.after(ms, () => this.wake());
  }

  /** Resolves when no run is in progress. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  /** Starts no more runs, and resolves when the current one has ended. */
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
    // Never run inside `wake`: the caller may not be finished.
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
