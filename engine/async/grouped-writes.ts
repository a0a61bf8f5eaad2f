/**
 * Writes together what comes in while an earlier write is under way: one transaction for many small facts, without
 * a timer, so that a lone one is not held up.
 */
export class GroupedWrites<Item> {
  private waiting: { item: Item; resolve: () => void; reject: (error: unknown) => void }[] = [];
  private running: Promise<void> | null = null;

  /** @param write stores a group; if it rejects, everyone of the group hears of it. */
  constructor(
    private readonly write: (items: Item[]) => Promise<void>,
    private readonly most = 500,
  ) {}

  /** Resolves when `item` is stored. */
  add(item: Item): Promise<void> {
    const stored = new Promise<void>((resolve, reject) => this.waiting.push({ item, resolve, reject }));
    this.running ??= this.run();
    return stored;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.running) await this.running;
  }

  private async run(): Promise<void> {
    // One turn of the event loop lets those that come at the same moment join.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0, this.most);
      try {
        await this.write(group.map((entry) => entry.item));
        group.forEach((entry) => entry.resolve());
      } catch (error) {
        group.forEach((entry) => entry.reject(error));
      }
    }
    this.running = null;
  }
}
