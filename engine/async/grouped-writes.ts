import { setImmediate as nextTurn } from 'node:timers/promises';
import { deferred, type Deferred } from './deferred';

/**
 * Groups writes: items that arrive during a write go into the next one, so many small changes share a transaction.
 * There is no timer: a lone item is written at once.
 */
export class GroupedWrites<Item> {
  private waiting: { item: Item; stored: Deferred<void> }[] = [];
  private running: Promise<void> | null = null;

  /**
   * @param write stores a group. If it rejects, so does each `add` of that group.
   * @param most items in one group.
   */
  constructor(
    private readonly write: (items: Item[]) => Promise<void>,
    private readonly most = 500,
  ) {}

  /** Resolves when `item` is stored. */
  add(item: Item): Promise<void> {
    const stored = deferred();
    this.waiting.push({ item, stored });
    this.running ??= this.run();
    return stored.promise;
  }

  /** Resolves when no write is in progress. */
  async settled(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    // Wait one turn of the event loop, so that items added at the same moment join this group.
    await nextTurn();
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0, this.most);
      try {
        await this.write(group.map(({ item }) => item));
        group.forEach(({ stored }) => stored.resolve());
      } catch (error) {
        group.forEach(({ stored }) => stored.reject(error));
      }
    }
    this.running = null;
  }
}
