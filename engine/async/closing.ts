/** Closes things in the reverse order of opening, so nothing is closed while something opened later still uses it. */
export class Closing {
  private closers: (() => unknown)[] = [];

  /** @param onError called when something fails to close. The rest are still closed. */
  constructor(private readonly onError: (error: unknown) => void) {}

  add(close: () => unknown): void {
    this.closers.push(close);
  }

  /** Adds a group that closes at this place in the order, whenever its members are added. */
  group(): Closing {
    const group = new Closing(this.onError);
    this.add(() => group.run());
    return group;
  }

  /** Closes everything that was added. A second call does nothing. */
  async run(): Promise<void> {
    for (const close of this.closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        this.onError(error);
      }
    }
  }
}
