/** A part of the engine answers nothing. Only a new process helps. */
export class PartHung extends Error {
  override readonly name = 'PartHung';

  /** @param part begins the sentence: `The embedded database` */
  constructor(part: string, limitMs: number) {
    super(
      `${part} has answered nothing for ${limitMs / 1000} s. This engine ends at once, and nothing that was committed is lost. Start it again.`,
    );
  }
}

/** The longest time that one look counts for: while this process stood still, nobody could see progress. */
const MOST_MS = 2_000;

/** Counts for how long a part that has work has made no progress. It knows no clock: its owner looks at steady intervals. */
export class Silence {
  private seen: unknown = null;
  private silentMs = 0;

  /**
   * @param progress something that changes as long as the part works; null if it has nothing to do
   * @param elapsedMs since the last look, by a clock that is never set
   * @returns for how many milliseconds nothing has changed
   */
  look(progress: unknown, elapsedMs: number): number {
    const isSilent = progress !== null && progress === this.seen;
    this.silentMs = isSilent ? this.silentMs + Math.min(elapsedMs, MOST_MS) : 0;
    this.seen = progress;
    return this.silentMs;
  }
}
