import { open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** How many files are synced at once. Their file system then writes its journal once for several. */
const TOGETHER = 16;

/**
 * Waits until what is in the file `path` is on the disk (fsync). Its name is not: see `syncFolder`.
 * @throws the error of the operating system: then nothing is known about what is on the disk
 */
export async function syncFile(path: string): Promise<void> {
  // Windows syncs only a file that is open for writing. Elsewhere a file may be read-only for us.
  const file = await open(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Waits until the names in the folder `path` are on the disk: what was created, renamed or removed there. Does nothing
 * where the system cannot sync a folder (Windows, and some network drives).
 * @throws the error of the operating system
 */
export async function syncFolder(path: string): Promise<void> {
  try {
    await syncFile(path);
  } catch (error) {
    if (!cannotSyncFolders(error)) throw error;
  }
}

/** The same, and the names of the folder and of all folders above it, which may be as new. */
export async function syncFolderAndParents(path: string): Promise<void> {
  await syncFolder(path);
  const parent = dirname(path);
  if (parent === path) return;
  // A folder above that we may not read existed before us.
  await syncFolderAndParents(parent).catch((error: unknown) => {
    if (codeOf(error) !== 'EACCES' && codeOf(error) !== 'EPERM') throw error;
  });
}

/**
 * Waits until everything in the folder `path` is on the disk: first the files, then each folder after what is in it.
 * Something else may remove files meanwhile.
 */
export async function syncTree(path: string): Promise<void> {
  const files: string[] = [];
  const folders = [path];
  for (const folder of folders) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) folders.push(join(folder, entry.name));
      else if (entry.isFile()) files.push(join(folder, entry.name));
    }
  }
  const next = files.values();
  const worker = async (): Promise<void> => {
    for (const file of next) await syncFile(file).catch(unlessRemoved);
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  for (const folder of folders.reverse()) await syncFolder(folder).catch(unlessRemoved);
}

function unlessRemoved(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

/** The codes that PostgreSQL forgives too, and Windows' own. */
function cannotSyncFolders(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'EINVAL' || code === 'EBADF' || (process.platform === 'win32' && code !== 'ENOENT');
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
