import type { Timers } from '../../async/timers';
import { linkDown } from '../transport';

/** Requests that the simulated server has not answered yet. They all fail when the link drops. */
export class PendingRequests {
  private readonly waiting = new Set<() => void>();

  constructor(private readonly timers: Timers) {}

  /** Resolves with `answer()` after the delay in milliseconds, or rejects with what it throws. */
  add<T>(delayMs: number, answer: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.timers.after(delayMs, () => {
        this.waiting.delete(fail);
        try {
          resolve(answer());
        } catch (error) {
          reject(error);
        }
      });
      const fail = (): void => {
        cancel();
        reject(linkDown());
      };
      this.waiting.add(fail);
    });
  }

  failAll(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const fail of waiting) fail();
  }
}
