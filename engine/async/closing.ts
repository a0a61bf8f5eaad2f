/** Closes what was opened in reverse order, so that nothing is closed while a later part still uses it. */
export class Closing {
  private closers: (() => unknown)[] = [];

  /** @param onError is told of a part that did not close cleanly; the others are closed all the same. */
  constructor(private readonly onError: (error: unknown) => void) {}

  add(close: () => unknown): void {
    this.closers.push(close);
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
