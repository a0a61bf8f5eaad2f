import { TransportError } from '../transport';
import type { Timers } from '../../async/timers';

/** The error of anything that the link was needed for while it was not there. */
export function linkDown(): TransportError {
  return new TransportError('link_down', true, 'The link is down; try again when it is back.');
}

/** What has been asked of the server and not answered yet. When the link goes, none of it gets an answer. */
export class Asked {
  private readonly waiting = new Set<() => void>();

  constructor(private readonly timers: Timers) {}

  /** The server's answer after a delay in milliseconds; what `answer` throws, the asker gets as a rejection. */
  ask<T>(delayMs: number, answer: () => T): Promise<T> {
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
