import { randomUUID } from 'node:crypto';
import { access, constants, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { advice, bad, good, reasonOf, skipped, type Finding } from './finding';

/** The embedded database is born with 50 MB and keeps a write-ahead log. */
const LEAST_FREE_BYTES = 200 * 1024 * 1024;
const LOW_BYTES = 1024 * 1024 * 1024;
const WRITABLE_BY_OTHERS = 0o022;
const READABLE_BY_OTHERS = 0o055;

/** Whether the folder is there or can be made, can be written, is its owner's alone, and has room. */
export async function checkDataFolder(dataDir: string): Promise<Finding> {
  const elsewhere = 'or give another folder with BLUETICKS_DATA_DIR';
  const info = await stat(dataDir).catch(absent);
  if (info === null) return checkMakable(dataDir, elsewhere);
  if (!info.isDirectory()) return bad(`${dataDir} is no folder`, `move that file away, ${elsewhere}`);

  try {
    const probe = join(dataDir, `.doctor-${randomUUID()}`);
    await writeFile(probe, 'can this be written?', { flag: 'wx', mode: 0o600 });
    await rm(probe);
  } catch (error) {
    return bad(
      `${dataDir} cannot be written: ${reasonOf(error)}`,
      `let this user write there (chown), or free its disk, ${elsewhere}`,
    );
  }
  const free = await freeBytes(dataDir);
  const room = `${inUnits(free)} free`;
  if (free < LEAST_FREE_BYTES) {
    return bad(`${dataDir}, ${room}`, `free at least ${inUnits(LEAST_FREE_BYTES)} on its disk, ${elsewhere}`);
  }
  if (process.platform !== 'win32') {
    const mode = (info.mode & 0o777).toString(8).padStart(4, '0');
    if (info.mode & WRITABLE_BY_OTHERS) {
      return bad(`${dataDir} can be written by other users (${mode})`, `chmod 700 '${dataDir}'`);
    }
    if (info.mode & READABLE_BY_OTHERS) {
      return advice(`${dataDir}, ${room}; other users can look into it (${mode})`, `chmod 700 '${dataDir}'`);
    }
  }
  if (free < LOW_BYTES)
    return advice(`${dataDir}, ${room}`, 'free some of its disk: messages and events need room');
  return good(`${dataDir}, ${room}`);
}

async function checkMakable(dataDir: string, elsewhere: string): Promise<Finding> {
  let parent = dirname(dataDir);
  while ((await stat(parent).catch(absent)) === null && dirname(parent) !== parent) parent = dirname(parent);
  try {
    if (!(await stat(parent)).isDirectory())
      return bad(`${parent} is no folder`, `move that file away, ${elsewhere}`);
    await access(parent, constants.W_OK | constants.X_OK);
  } catch (error) {
    return bad(
      `${dataDir} cannot be made: ${reasonOf(error)}`,
      `let this user write in ${parent}, ${elsewhere}`,
    );
  }
  const free = await freeBytes(parent);
  if (free < LEAST_FREE_BYTES) {
    return bad(
      `${parent} has ${inUnits(free)} free`,
      `free at least ${inUnits(LEAST_FREE_BYTES)} on its disk, ${elsewhere}`,
    );
  }
  return skipped(`${dataDir} is not there yet: the first start makes it (${inUnits(free)} free)`);
}

async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

function inUnits(bytes: number): string {
  const mebibytes = bytes / 1024 / 1024;
  return mebibytes < 1024 ? `${Math.floor(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
