import { join } from 'node:path';
import { takeLockFile, type LockFile } from './lock-file';

/** Another process works in this data folder. */
export class DataFolderInUse extends Error {
  constructor(
    readonly dataDir: string,
    readonly pid: number | null,
  ) {
    super(
      `The data folder ${dataDir} is in use by another engine${pid === null ? '' : ` (process ${pid})`}. ` +
        'Stop that one first, or give this one a folder of its own with BLUETICKS_DATA_DIR.',
    );
    this.name = 'DataFolderInUse';
  }
}

/** What this process writes to its data folder is lost: it must stop at once. */
export class DataFolderLost extends Error {
  override readonly name = 'DataFolderLost';

  constructor(dataDir: string) {
    super(`The data folder ${dataDir} was removed or taken over; this engine stops at once.`);
  }
}

/**
 * Makes this process the only one that works in `dataDir` (which must exist).
 *
 * @param onLost called once if the folder is found to be another process's, or gone: this one must stop at once.
 * @throws DataFolderInUse
 */
export async function lockDataFolder(dataDir: string, onLost?: () => void): Promise<LockFile> {
  const taken = await takeLockFile(join(dataDir, 'engine.lock'), onLost);
  if ('heldBy' in taken) throw new DataFolderInUse(dataDir, taken.heldBy);
  return taken.lock;
}
