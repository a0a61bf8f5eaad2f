import { setTimeout as sleep } from 'node:timers/promises';
import { advice, bad, good, type Finding } from './finding';

const WATCH_MS = 250;
/** Beyond what a busy machine does to a reading of two clocks. */
const MOST_DRIFT_MS = 100;
const FIRST_SANE_YEAR = 2025;
const LAST_SANE_YEAR = 2100;
const MOST_APART_MS = 2_000;
const BAD_APART_MS = 60_000;

const MEND = 'set the clock by the network (on Linux: timedatectl set-ntp true)';

export interface Clocks {
  /** The wall clock, milliseconds since 1970. */
  wall(): number;
  /** Never set: milliseconds since any moment. */
  steady(): number;
  sleep(ms: number): Promise<unknown>;
}

const REAL: Clocks = { wall: () => Date.now(), steady: () => performance.now(), sleep };

/**
 * Whether the clock by which messages are sent tells the time: a sane year, an even pace, and a database server
 * that agrees.
 *
 * @param aheadMs how far this machine's clock is ahead of the database server's; null where there is none.
 */
export async function checkClock(aheadMs: number | null, clocks: Clocks = REAL): Promise<Finding> {
  const [wall, steady] = [clocks.wall(), clocks.steady()];
  await clocks.sleep(WATCH_MS);
  const drift = clocks.wall() - wall - (clocks.steady() - steady);
  const now = new Date(clocks.wall());
  const shown = now.toISOString();
  if (now.getUTCFullYear() < FIRST_SANE_YEAR || now.getUTCFullYear() > LAST_SANE_YEAR) {
    return bad(`${shown} cannot be right`, MEND);
  }
  if (Math.abs(drift) > MOST_DRIFT_MS) {
    return bad(`jumped by ${Math.round(drift)} ms within ${WATCH_MS} ms`, MEND);
  }
  if (aheadMs === null) return good(shown);
  const apart = `${(Math.abs(aheadMs) / 1000).toFixed(1)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the database server`;
  if (Math.abs(aheadMs) > BAD_APART_MS) return bad(`${shown}, ${apart}`, `${MEND}, here and there`);
  if (Math.abs(aheadMs) > MOST_APART_MS) return advice(`${shown}, ${apart}`, `${MEND}, here and there`);
  return good(`${shown}, as the database server`);
}
