import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from './clock';
import { deferred, type Deferred } from './deferred';

export interface GroupingOptions {
  /** The most items in one group. */
  most?: number;
  /** The least time between the starts of two writes, so that groups grow. A lone item is still written at once. */
  apart?: { clock: Clock; ms: number };
}

/**
 * Groups writes: items that arrive during a write go into the next one, so many small changes share a transaction.
 * A lone item is written at once.
 */
export class GroupedWrites<Item> {
  private waiting: { item: Item; stored: Deferred<void> }[] = [];
  private running: Promise<void> | null = null;
  /** Ends the wait of the next write for its time. */
  private endWait: () => void = () => undefined;
  private cancelTimer: () => void = () => undefined;
  private isTooSoon = false;
  /** How many wait until everything is written: then no write waits for its time. */
  private settling = 0;

  /** @param write stores a group. If it rejects, so does each `add` of that group. */
  constructor(
    private readonly write: (items: Item[]) => Promise<void>,
    private readonly options: GroupingOptions = {},
  ) {}

  /** Resolves when `item` is stored. */
  add(item: Item): Promise<void> {
    const stored = deferred();
    this.waiting.push({ item, stored });
    this.running ??= this.run();
    return stored.promise;
  }

  /** Writes what is waiting without waiting for its time. */
  flush(): void {
    this.isTooSoon = false;
    this.endWait();
  }

  /** Resolves when nothing waits and no write is in progress. */
  async settled(): Promise<void> {
    this.settling += 1;
    this.flush();
    while (this.running) await this.running;
    this.settling -= 1;
  }

  private async run(): Promise<void> {
    // Wait one turn of the event loop, so that items added at the same moment join this group.
    await nextTurn();
    while (this.waiting.length > 0) {
      await this.untilApart();
      const group = this.waiting.splice(0, this.options.most ?? 500);
      try {
        await this.write(group.map(({ item }) => item));
        group.forEach(({ stored }) => stored.resolve());
      } catch (error) {
        group.forEach(({ stored }) => stored.reject(error));
      }
    }
    this.running = null;
  }

  private async untilApart(): Promise<void> {
    const { apart } = this.options;
    if (!apart) return;
    if (this.isTooSoon && this.settling === 0) await new Promise<void>((resolve) => (this.endWait = resolve));
    this.isTooSoon = true;
    this.cancelTimer();
    this.cancelTimer = apart.clock.after(apart.ms, () => this.flush());
  }
}
