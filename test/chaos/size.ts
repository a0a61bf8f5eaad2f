/** `npm run test:chaos` sets CHAOS_FULL=1 and runs each test in full, for an hour; `npm test` runs it in short. */
export const FULL = process.env['CHAOS_FULL'] === '1';

/** @returns the first in a full run, else the second */
export function fullOrShort<T>(full: T, short: T): T {
  return FULL ? full : short;
}
