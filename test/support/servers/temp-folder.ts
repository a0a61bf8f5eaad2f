import { accessSync, constants, statfsSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempFolder {
  path: string;
  remove(): Promise<void>;
}

/** A file system in memory. A new database is 1,200 small files, which on some disks take half a second to create. */
const MEMORY = '/dev/shm';
/** Containers may have only 64 MB there. */
const ENOUGH_BYTES = 4 * 1024 ** 3;

/** A new empty folder of the test run's own, given to `owner` when there is one. */
export async function tempFolder(name: string, owner?: { uid: number; gid: number }): Promise<TempFolder> {
  const path = await mkdtemp(join(fastestFolder(), `blueticks-test-${name}-`));
  if (owner) await chown(path, owner.uid, owner.gid);
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

function fastestFolder(): string {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ENOUGH_BYTES ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
