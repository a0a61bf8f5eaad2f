import type { Clock } from './clock';

/** How long an answer is kept: `forMs` at least, and longer if it took long to get. */
export interface Keeping {
  forMs: number;
  /** At most this part of the time is spent on asking, e.g. 0.02. Absent: no limit. */
  share?: number;
}

/**
 * Asks for something expensive on behalf of everyone: callers during one asking share it, and its answer is given to those
 * who come soon after. A failure is not kept.
 */
export class KeptAnswer<T> {
  private asking: Promise<T> | null = null;
  private kept: { answer: T; at: number; forMs: number } | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly keeping: Keeping,
    private readonly ask: () => Promise<T>,
  ) {}

  /** The latest answer, however old; undefined before the first. */
  get last(): T | undefined {
    return this.kept?.answer;
  }

  get(): Promise<T> {
    const { kept, clock } = this;
    // The clock may have been set back.
    if (kept && Math.abs(clock.now() - kept.at) < kept.forMs) return Promise.resolve(kept.answer);
    return (this.asking ??= this.askOnce().finally(() => (this.asking = null)));
  }

  private async askOnce(): Promise<T> {
    const { clock, keeping } = this;
    const began = clock.now();
    const answer = await this.ask();
    const at = clock.now();
    const forMs = keeping.share ? Math.max(keeping.forMs, (at - began) / keeping.share) : keeping.forMs;
    this.kept = { answer, at, forMs };
    return answer;
  }
}
