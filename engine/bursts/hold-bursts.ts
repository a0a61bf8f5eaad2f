import type { Clock } from '../async/clock';
import type { Sql } from '../store/sql/database';
import { holdBursts, releaseBursts } from '../store/tables/bursts';

/** Longer than it usually takes to connect and to read what was missed. */
export const LONGEST_HOLD_MS = 15_000;

/**
 * Holds the bursts of a session that a process has just opened: what was missed while no process had it belongs to them.
 * @returns releases them; call it when that was read. A second call does nothing.
 */
export async function holdBurstsOf(sql: Sql, sessionId: string, clock: Clock): Promise<() => Promise<void>> {
  await holdBursts(sql, sessionId, new Date(clock.now() + LONGEST_HOLD_MS));
  let isHeld = true;
  return async () => {
    if (!isHeld) return;
    isHeld = false;
    // If the database cannot be reached, they go when their time is over.
    await releaseBursts(sql, sessionId).catch(() => undefined);
  };
}
