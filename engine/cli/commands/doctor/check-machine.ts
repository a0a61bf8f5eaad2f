import { setTimeout as sleep } from 'node:timers/promises';
import { advice, bad, good, type Finding } from './finding';

const OLDEST_NODE = [20, 19] as const;

/** @param version such as `20.19.0` */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return good(version);
  return bad(
    `${version} is too old`,
    `Install Node.js ${OLDEST_NODE.join('.')} or newer from https://nodejs.org.`,
  );
}

const WATCH_MS = 250;
/** More than a busy machine adds when both clocks are read. */
const MAX_DRIFT_MS = 100;
const FIRST_SANE_YEAR = 2025;
const LAST_SANE_YEAR = 2100;
const MAX_APART_MS = 2_000;
const BAD_APART_MS = 60_000;

const SET_CLOCK = 'Set the clock by the network (on Linux: timedatectl set-ntp true).';
const SET_BOTH_CLOCKS = 'Set both clocks by the network (on Linux: timedatectl set-ntp true).';

export interface Clocks {
  /** The wall clock, milliseconds since 1970. */
  wall(): number;
  /** A clock that is never set, in milliseconds. */
  steady(): number;
  sleep(ms: number): Promise<unknown>;
}

const REAL: Clocks = { wall: () => Date.now(), steady: () => performance.now(), sleep };

/**
 * Whether the clock that messages are sent by is right: a sane year, an even pace, and a database server that agrees.
 * @param aheadMs how far this machine's clock is ahead of the database server's; null if there is no server.
 */
export async function checkClock(aheadMs: number | null, clocks: Clocks = REAL): Promise<Finding> {
  const [wall, steady] = [clocks.wall(), clocks.steady()];
  await clocks.sleep(WATCH_MS);
  const drift = clocks.wall() - wall - (clocks.steady() - steady);
  const now = new Date(clocks.wall());
  const shown = now.toISOString();
  if (now.getUTCFullYear() < FIRST_SANE_YEAR || now.getUTCFullYear() > LAST_SANE_YEAR) {
    return bad(`${shown} cannot be right`, SET_CLOCK);
  }
  if (Math.abs(drift) > MAX_DRIFT_MS) {
    return bad(`jumped by ${Math.round(drift)} ms within ${WATCH_MS} ms`, SET_CLOCK);
  }
  if (aheadMs === null) return good(shown);
  const apart = `${(Math.abs(aheadMs) / 1000).toFixed(1)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the database server`;
  if (Math.abs(aheadMs) > BAD_APART_MS) return bad(`${shown}, ${apart}`, SET_BOTH_CLOCKS);
  if (Math.abs(aheadMs) > MAX_APART_MS) return advice(`${shown}, ${apart}`, SET_BOTH_CLOCKS);
  return good(`${shown}, as the database server`);
}
