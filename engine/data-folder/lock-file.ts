import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { holderState, parseHolder, thisHolder, type LockHolder } from './lock-holder';

const HEARTBEAT_MS = 2_000;
/** If only the heartbeat can show that a holder lives, the holder counts as gone after this long without one. */
const SILENCE_MS = 15_000;
/** We observe at least this much of that silence ourselves, because another machine's clock may be wrong. */
const LEAST_WATCH_MS = 5_000;
const TAKE_OVER_MS = 10_000;
const SETTLE_MS = 100;
const POLL_MS = 250;

export interface LockFile {
  release(): Promise<void>;
}

/**
 * Makes this process the only holder of the lock file `path`, whose folder must exist. A heartbeat keeps the lock.
 * The lock of a dead process is taken over: at once if the process table shows that it is dead; otherwise (another machine
 * or container) when its heartbeat stops.
 *
 * @param onLost called once if the folder is removed, or the lock belongs to another process, which should never happen.
 * @returns the lock, or the number of the process that holds it (null if the file does not say).
 */
export async function acquireLockFile(
  path: string,
  onLost: () => void = () => undefined,
): Promise<{ lock: LockFile } | { heldBy: number | null }> {
  const me = thisHolder(randomUUID());
  while (!(await createLock(path, me))) {
    const seen = await readLock(path);
    if (!seen) continue;
    if (!(await isAbandoned(path, seen))) return { heldBy: seen.holder?.pid ?? null };
    if (await takeOver(path, seen, me)) break;
    await sleep(POLL_MS / 5);
  }
  return { lock: keepLock(path, me, onLost) };
}

interface SeenLock {
  text: string;
  holder: LockHolder | null;
  beatAt: number;
}

async function createLock(path: string, me: LockHolder): Promise<boolean> {
  return createFile(path, JSON.stringify(me));
}

async function createFile(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readLock(path: string): Promise<SeenLock | null> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return { text, holder: parseHolder(text), beatAt: mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Watches the lock until it is certain. Also true if the lock goes away or changes hands meanwhile. */
async function isAbandoned(path: string, seen: SeenLock): Promise<boolean> {
  const silentSince = Math.min(Date.now(), seen.beatAt);
  const certainAt = Math.max(silentSince + SILENCE_MS, Date.now() + LEAST_WATCH_MS);
  for (;;) {
    const state = holderState(seen.holder);
    if (state !== 'unknown') return state === 'dead';
    if (Date.now() >= certainAt) return true;
    await sleep(POLL_MS);
    const now = await readLock(path);
    if (!now || now.text !== seen.text) return true;
    if (now.beatAt !== seen.beatAt) return false;
  }
}

/**
 * Replaces an abandoned lock with ours. Several processes may have found the same lock abandoned. One at a time replaces
 * it, and only if it is still the same lock, so that none removes the new lock of the process that came first.
 */
async function takeOver(path: string, judged: SeenLock, me: LockHolder): Promise<boolean> {
  const guard = `${path}.take-over`;
  if (!(await createFile(guard, me.nonce))) {
    const guardSeen = await readLock(guard);
    if (guardSeen && Date.now() - guardSeen.beatAt > TAKE_OVER_MS) await rm(guard, { force: true });
    return false;
  }
  try {
    const now = await readLock(path);
    if (now && now.text !== judged.text) return false;
    if (now && !(await removeLock(path, judged, me))) return false;
    if (!(await createLock(path, me))) return false;
  } finally {
    await rm(guard, { force: true });
  }
  // Check again, in case another process was suspended in the middle of these steps for over ten seconds.
  await sleep(SETTLE_MS);
  return parseHolder((await readLock(path))?.text ?? '')?.nonce === me.nonce;
}

async function removeLock(path: string, judged: SeenLock, me: LockHolder): Promise<boolean> {
  const aside = `${path}.${me.nonce}`;
  await rename(path, aside);
  try {
    if ((await readFile(aside, 'utf8')) === judged.text) return true;
    await link(aside, path).catch(() => undefined);
    return false;
  } finally {
    await rm(aside, { force: true });
  }
}

function keepLock(path: string, me: LockHolder, onLost: () => void): LockFile {
  let beating: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    beating = beating
      .then(() => beat(path, me))
      .then((kept) => {
        if (kept) return;
        clearInterval(timer);
        onLost();
      });
  }, HEARTBEAT_MS);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      await beating;
      if (await isMine(path, me)) await rm(path, { force: true });
    },
  };
}

/** False if the lock belongs to another process or the folder is gone. A lock that was deleted by hand is created again. */
async function beat(path: string, me: LockHolder): Promise<boolean> {
  try {
    if (!(await isMine(path, me)) && !(await createLock(path, me))) return false;
    const now = new Date();
    await utimes(path, now, now);
  } catch (error) {
    // A full or unreachable disk does not mean that another process holds the folder: try again at the next beat.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
  return true;
}

async function isMine(path: string, me: LockHolder): Promise<boolean> {
  return parseHolder((await readLock(path))?.text ?? '')?.nonce === me.nonce;
}
