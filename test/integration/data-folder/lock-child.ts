import { DataFolderInUse, lockDataFolder } from '../../../engine/data-folder/data-folder-lock';
import type { LockFile } from '../../../engine/data-folder/lock-file';

/** A process that locks the folder on `lock`, releases it on `release`, and answers with the result. */
const dataDir = process.argv[2] as string;
let lock: LockFile | undefined;

process.on('message', (order) => {
  void (order === 'lock' ? tryLock() : release()).then((answer) => process.send?.(answer));
});
process.send?.('ready');

async function tryLock(): Promise<string> {
  try {
    lock = await lockDataFolder(dataDir);
    return 'held';
  } catch (error) {
    return error instanceof DataFolderInUse ? 'refused' : String(error);
  }
}

async function release(): Promise<string> {
  await lock?.release();
  return 'released';
}
