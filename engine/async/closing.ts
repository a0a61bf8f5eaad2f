import { withDeadline } from './deadline';
import { systemClock } from './clock';

/** Even when the time is up, most things only need a moment. */
const MOMENT_MS = 200;

/** Closes things in the reverse order of opening, so nothing is closed while something opened later still uses it. */
export class Closing {
  private closers: { close: () => unknown; isVital: boolean }[] = [];

  /** @param onError called when something fails to close. The rest are still closed. */
  constructor(private readonly onError: (error: unknown) => void) {}

  add(close: () => unknown): void {
    this.closers.push({ close, isVital: false });
  }

  /** Adds something that must be closed whole, however long the rest takes. */
  addVital(close: () => unknown): void {
    this.closers.push({ close, isVital: true });
  }

  /** Adds a group that closes at this place in the order, whenever its members are added. */
  group(): Closing {
    const group = new Closing(this.onError);
    this.add(() => group.run());
    return group;
  }

  /**
   * Closes everything that was added. A second call does nothing.
   * @param withinMs for everything that is not vital. What takes longer is left behind, and reported as an error.
   */
  async run(withinMs = Infinity): Promise<void> {
    const until = performance.now() + withinMs;
    for (const { close, isVital } of this.closers.splice(0).reverse()) {
      try {
        if (isVital || until === Infinity) await close();
        else await closeInTime(close, until - performance.now());
      } catch (error) {
        this.onError(error);
      }
    }
  }
}

function closeInTime(close: () => unknown, ms: number): Promise<unknown> {
  const tooLate = (): Error =>
    new Error('It takes too long to close. What it does is left to the next start.');
  return withDeadline(systemClock, Math.max(ms, MOMENT_MS), async () => close(), tooLate);
}
