import type { Timers } from '../async/timers';

/** These spare a store that is in trouble; the sandbox's speed does not divide them. */
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

/** Tells until it was taken in, waiting longer each time. Never resolves once the timers have been stopped. */
export async function tellUntilStored(timers: Timers, tell: () => void | Promise<void>): Promise<void> {
  for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)) {
    try {
      await tell();
      return;
    } catch {
      // Whoever could not store it has said so; here it only matters that it is told again.
      await timers.pause(retryMs);
    }
  }
}
