import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLockFile, type LockFile } from './lock-file';
import { parseHolder, type LockHolder } from './lock-holder';

/** Another process uses this data folder. */
export class DataFolderInUse extends Error {
  constructor(
    readonly dataDir: string,
    readonly pid: number | null,
  ) {
    super(
      `The data folder ${dataDir} is in use by another engine${pid === null ? '' : ` (process ${pid})`}. ` +
        'Stop that one first, or set BLUETICKS_DATA_DIR to another folder.',
    );
    this.name = 'DataFolderInUse';
  }
}

/** What this process writes to its data folder is lost, so it must stop at once. */
export class DataFolderLost extends Error {
  override readonly name = 'DataFolderLost';

  constructor(dataDir: string) {
    super(`The data folder ${dataDir} was removed or taken over. This engine stops at once.`);
  }
}

/**
 * Makes this process the only user of `dataDir`, which must exist.
 *
 * @param onLost called once if the folder is gone or belongs to another process: this process must stop at once.
 * @throws DataFolderInUse
 */
export async function lockDataFolder(dataDir: string, onLost?: () => void): Promise<LockFile> {
  const attempt = await acquireLockFile(lockPath(dataDir), onLost);
  if ('heldBy' in attempt) throw new DataFolderInUse(dataDir, attempt.heldBy);
  return attempt.lock;
}

/** The process that the lock of `dataDir` names, dead or alive; null if there is none. */
export async function readFolderHolder(dataDir: string): Promise<LockHolder | null> {
  return parseHolder(await readFile(lockPath(dataDir), 'utf8').catch(() => ''));
}

const lockPath = (dataDir: string): string => join(dataDir, 'engine.lock');
