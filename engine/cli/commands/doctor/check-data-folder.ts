import { randomUUID } from 'node:crypto';
import { access, constants, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EngineFile } from '../../../data-folder/engine-file';
import { holderState, parseHolder } from '../../../data-folder/lock-holder';
import { advice, bad, good, reasonOf, skipped, type Finding } from './finding';

/** A new embedded database has 50 MB, and keeps a write-ahead log. */
const MIN_FREE_BYTES = 200 * 1024 * 1024;
const LOW_BYTES = 1024 * 1024 * 1024;
const WRITABLE_BY_OTHERS = 0o022;
const READABLE_BY_OTHERS = 0o055;

const OTHER_FOLDER = 'or set BLUETICKS_DATA_DIR to another folder.';

/** Whether the folder exists or can be created, is writable, belongs to this user alone, and has free space. */
export async function checkDataFolder(dataDir: string): Promise<Finding> {
  const info = await stat(dataDir).catch(absent);
  if (info === null) return checkCreatable(dataDir);
  if (!info.isDirectory()) return bad(`${dataDir} is not a folder`, `Move that file away, ${OTHER_FOLDER}`);

  try {
    const probe = join(dataDir, `.doctor-${randomUUID()}`);
    await writeFile(probe, 'is this folder writable?', { flag: 'wx', mode: 0o600 });
    await rm(probe);
  } catch (error) {
    return bad(
      `${dataDir} is not writable: ${reasonOf(error)}`,
      `Let this user write there (chown), or free space on its disk, ${OTHER_FOLDER}`,
    );
  }
  const free = await freeBytes(dataDir);
  const shown = `${dataDir}, ${inUnits(free)} free`;
  if (free < MIN_FREE_BYTES) return bad(shown, freeSpace());
  if (process.platform !== 'win32') {
    const mode = (info.mode & 0o777).toString(8).padStart(4, '0');
    if (info.mode & WRITABLE_BY_OTHERS) {
      return bad(`${dataDir} is writable by other users (${mode})`, `chmod 700 '${dataDir}'`);
    }
    if (info.mode & READABLE_BY_OTHERS) {
      return advice(`${shown}; other users can read it (${mode})`, `chmod 700 '${dataDir}'`);
    }
  }
  if (free < LOW_BYTES) return advice(shown, 'Free space on its disk: messages and events need it.');
  return good(shown);
}

async function checkCreatable(dataDir: string): Promise<Finding> {
  let parent = dirname(dataDir);
  while ((await stat(parent).catch(absent)) === null && dirname(parent) !== parent) parent = dirname(parent);
  try {
    if (!(await stat(parent)).isDirectory()) {
      return bad(`${parent} is not a folder`, `Move that file away, ${OTHER_FOLDER}`);
    }
    await access(parent, constants.W_OK | constants.X_OK);
  } catch (error) {
    return bad(
      `${dataDir} cannot be created: ${reasonOf(error)}`,
      `Let this user write in ${parent}, ${OTHER_FOLDER}`,
    );
  }
  const free = await freeBytes(parent);
  if (free < MIN_FREE_BYTES) return bad(`${parent} has ${inUnits(free)} free`, freeSpace());
  return skipped(`${dataDir} does not exist yet: the first start creates it (${inUnits(free)} free)`);
}

/** Which process works in the data folder. */
export async function checkLock(dataDir: string, engine: EngineFile | null): Promise<Finding> {
  const text = await readFile(join(dataDir, 'engine.lock'), 'utf8').catch(() => null);
  if (text === null) {
    if (!engine) return skipped('no engine works in the data folder');
    return good(`not locked: the running engine (process ${engine.pid}) uses a database server`);
  }
  const holder = parseHolder(text);
  if (engine && holder?.pid === engine.pid) {
    return good(`held by the running engine: process ${engine.pid}, since ${engine.started_at}`);
  }
  switch (holderState(holder)) {
    case 'dead':
      return good(`left by process ${holder?.pid}, which has died: the next start takes it over`);
    case 'alive':
      return bad(
        `held by process ${holder?.pid}, which does not answer`,
        `Wait a moment. If it still does not answer, stop it (kill ${holder?.pid}) and start the engine again.`,
      );
    default:
      return bad(
        holder
          ? `held by process ${holder.pid} on another machine or in another container`
          : 'held by an unknown process',
        'Stop that engine, or set BLUETICKS_DATA_DIR to another folder. If it is gone, the next start takes over within 15 s.',
      );
  }
}

function freeSpace(): string {
  return `Free at least ${inUnits(MIN_FREE_BYTES)} on its disk, ${OTHER_FOLDER}`;
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
