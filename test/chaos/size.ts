/** `npm run test:chaos` sets CHAOS_FULL=1 and runs each test in full, for an hour; `npm test` runs it in short. */
export const FULL = process.env['CHAOS_FULL'] === '1';

/** @returns the first in a full run, else the second */
export function fullOrShort<T>(full: T, short: T): T {
  return FULL ? full : short;
}

/**
 * What waits for a lost wake-up waits for the sweep. In full that is the engine's own minute; the short form has a
 * quicker one, and as many losses.
 */
export const SWEEP_SECONDS = fullOrShort(60, 10);

/** In short the ten seconds that an attempt may take, and some to record it. */
export const CLAIM_SECONDS = fullOrShort(60, 16);

/** A test that mostly waits and shares nothing: in short, those of a file run at the same time. */
export const itWaits = fullOrShort(it, it.concurrent as typeof it);
