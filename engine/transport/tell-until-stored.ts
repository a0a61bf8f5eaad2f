import { retry } from '../async/retry';
import type { Timers } from '../async/timers';

/** Gentle on a store in trouble. The sandbox's speed does not change them. */
export const STORE_BACK_OFF = { firstMs: 1_000, longestMs: 30_000 };

/**
 * Repeats `tell` until it succeeds, and waits longer each time. Never resolves once the timers are stopped.
 * Failures are not logged: the receiver, which could not store it, has done that.
 */
export function tellUntilStored(timers: Timers, tell: () => void | Promise<void>): Promise<void> {
  return retry(timers, STORE_BACK_OFF, tell, () => undefined);
}
