const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The wait after each failed attempt to deliver an event, in milliseconds. */
export const DELIVERY_DELAYS_MS: readonly number[] = [
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
];

/** Attempts to deliver one event to one webhook, including the first. */
export const DELIVERY_ATTEMPTS = DELIVERY_DELAYS_MS.length + 1;

/**
 * Milliseconds from the last failed attempt to the next one: 0 before the first attempt, null after the last.
 */
export function nextDeliveryAttempt(attemptsMade: number): number | null {
  if (attemptsMade <= 0) return 0;
  return DELIVERY_DELAYS_MS[attemptsMade - 1] ?? null;
}

/** The shortest and longest wait of a message for its next attempt, in milliseconds. */
export const SEND_RETRY_LEAST_MS = 1_000;
export const SEND_RETRY_MOST_MS = 5 * MINUTE;

/**
 * Milliseconds until the next attempt of a message whose attempt number `attempts` (from 1) failed for now: doubles from
 * 1 s to 5 min. `jitter`, from 0 to 1, moves the wait between half of that (at least 1 s) and all of it, so messages
 * that fail together do not return together.
 */
export function sendRetryDelay(attempts: number, jitter = 1): number {
  const full = Math.min(SEND_RETRY_LEAST_MS * 2 ** Math.max(attempts - 1, 0), SEND_RETRY_MOST_MS);
  const share = Math.min(Math.max(jitter, 0), 1);
  return Math.max(SEND_RETRY_LEAST_MS, Math.round((full / 2) * (1 + share)));
}
