import type { Clock } from './clock';
import { sleep } from './sleep';

/** Milliseconds: the first wait, doubled after each failure up to the longest. */
export interface BackOff {
  firstMs: number;
  longestMs: number;
}

/**
 * Repeats `action` until it succeeds, waiting longer after each failure.
 * @param onError called with each failure before the wait. If it throws, the retries end with that error.
 */
export async function retry<T>(
  clock: Clock,
  { firstMs, longestMs }: BackOff,
  action: () => T | Promise<T>,
  onError: (error: unknown) => void | Promise<void>,
): Promise<T> {
  for (let waitMs = firstMs; ; waitMs = Math.min(waitMs * 2, longestMs)) {
    try {
      return await action();
    } catch (error) {
      await onError(error);
      await sleep(clock, waitMs);
    }
  }
}
