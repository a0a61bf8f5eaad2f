const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How long after each failed attempt to deliver an event the next one comes, in milliseconds. */
export const DELIVERY_DELAYS_MS: readonly number[] = [
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
];

/** Attempts to deliver one event to one webhook, the first included. */
export const DELIVERY_ATTEMPTS = DELIVERY_DELAYS_MS.length + 1;

/**
 * Milliseconds from the last failed attempt to the next one; 0 when none was made yet, null when all 8 are used up.
 */
export function nextDeliveryAttempt(attemptsMade: number): number | null {
  if (attemptsMade <= 0) return 0;
  return DELIVERY_DELAYS_MS[attemptsMade - 1] ?? null;
}

/** The least and the most that a message waits for its next try, in milliseconds. */
export const SEND_RETRY_LEAST_MS = 1_000;
export const SEND_RETRY_MOST_MS = 5 * MINUTE;

/**
 * Milliseconds until a message whose `attempts`-th try (from 1) met an error that may pass is tried again: doubles
 * from 1 s to 5 min. `jitter` from 0 to 1 places the wait between half of that (never under 1 s) and all of it, so
 * that messages which failed together do not come back together, also at the cap.
 */
export function sendRetryDelay(attempts: number, jitter = 1): number {
  const full = Math.min(SEND_RETRY_LEAST_MS * 2 ** Math.max(attempts - 1, 0), SEND_RETRY_MOST_MS);
  const share = Math.min(Math.max(jitter, 0), 1);
  return Math.max(SEND_RETRY_LEAST_MS, Math.round((full / 2) * (1 + share)));
}
