// Preloaded (`node -r`) into an engine's process, this disturbs the files of the database's thread. The order is JSON in
// DISK_FAULTS. Nothing happens until the file `armed` exists.
const fs = require('node:fs');
const { isMainThread } = require('node:worker_threads');

if (!isMainThread && process.env.DISK_FAULTS) disturb(JSON.parse(process.env.DISK_FAULTS));

/**
 * @param {{ folder: string, armed: string, log: string, seed: number, points?: number, code?: string, hang?: boolean }} order
 * `points`: so often the disk is full from a random write on, for a random while. `code`: from the next write to the log of
 * PostgreSQL on, each fails with this code. `hang`: the thread stands still at its next write.
 */
function disturb({ folder, armed, log, seed, points = 0, code, hang }) {
  const { writeSync, writeFileSync, statfsSync, openSync, appendFileSync, existsSync } = fs;
  const names = new Map();
  const random = mulberry32(seed);
  let lookAt = 0;
  let isArmed = false;
  let left = points;
  let until = 0;
  let quietWrites = 5;
  let seen = true;

  function arm() {
    if (isArmed || performance.now() < lookAt) return isArmed;
    lookAt = performance.now() + 20;
    return (isArmed = existsSync(armed));
  }

  /** Whether the disk is full now. */
  function isFull(name) {
    if (performance.now() < until) return true;
    if (left === 0 || !arm() || (quietWrites -= 1) > 0) return false;
    left -= 1;
    quietWrites = 1 + Math.floor(random() * 30);
    // Most are over before anybody but the database notices; in some, statfs still shows room.
    until = performance.now() + (random() < 0.9 ? random() * 60 : random() * 1_500);
    seen = random() < 0.7;
    appendFileSync(log, `${JSON.stringify({ name: name.slice(folder.length + 1) })}\n`);
    return true;
  }

  function refuse(name) {
    if (!name.startsWith(folder)) return;
    if (hang && arm()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    if (code && name.includes('pg_wal') && arm()) throw fault(code);
    if (points > 0 && isFull(name)) throw fault(random() < 0.8 ? 'ENOSPC' : 'EDQUOT');
  }

  fs.openSync = (path, ...rest) => {
    const descriptor = openSync(path, ...rest);
    names.set(descriptor, String(path));
    return descriptor;
  };
  fs.writeSync = (descriptor, ...rest) => {
    refuse(names.get(descriptor) ?? '');
    return writeSync(descriptor, ...rest);
  };
  fs.writeFileSync = (path, ...rest) => {
    refuse(String(path));
    return writeFileSync(path, ...rest);
  };
  fs.statfsSync = (path, ...rest) => {
    const found = statfsSync(path, ...rest);
    return seen && performance.now() < until ? { ...found, bavail: 0 } : found;
  };
}

function fault(code) {
  return Object.assign(new Error(`${code}: made by the test`), { code });
}

function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
