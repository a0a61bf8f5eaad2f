import { constants, type Dirent } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const CONTROL = join('global', 'pg_control');
const LOG = 'pg_wal';
/** Of the process that has the folder open, or made anew by every start. */
const LEFT_OUT = new Set(['postmaster.pid', 'postmaster.opts', 'pg_internal.init', 'pgsql_tmp']);

/** Copies at once. Node has four threads for files, and the engine needs some too. */
const AT_ONCE = 2;
const MOST_ATTEMPTS = 5;

/**
 * Copies the files of a database while PostgreSQL writes to them. The copy is what a killed process would leave behind, and
 * opening it recovers it in the same way: from the last checkpoint by the write-ahead log, which holds every page that
 * changed since in full. So the log is copied last, and `pg_control`, which names the checkpoint, must not change meanwhile.
 * (PostgreSQL's own base backups work like this too.)
 *
 * The caller keeps checkpoints away (`EmbeddedUpkeep`); if there is one all the same, the copy begins again.
 * @param to a new folder
 */
export async function copyCluster(from: string, to: string): Promise<void> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    await rm(to, { recursive: true, force: true });
    const control = await readFile(join(from, CONTROL));
    await copyFolder(from, to, ({ name }) => name !== LOG && !LEFT_OUT.has(name) && name !== 'pg_control');
    await copyFolder(join(from, LOG), join(to, LOG), () => true);
    if (!control.equals(await readFile(join(from, CONTROL)))) continue;
    await writeFile(join(to, CONTROL), control, { mode: 0o600 });
    return;
  }
  throw new Error('The database could not be copied: checkpoints came in between. Try again.');
}

async function copyFolder(from: string, to: string, isWanted: (entry: Dirent) => boolean): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  const entries = (await readdir(from, { withFileTypes: true })).filter(isWanted);
  for (const entry of entries.filter((entry) => entry.isDirectory())) {
    await copyFolder(join(from, entry.name), join(to, entry.name), isWanted);
  }
  const files = entries.filter((entry) => entry.isFile());
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let file = files.pop(); file; file = files.pop())
      await copyOne(join(from, file.name), join(to, file.name));
  });
  await Promise.all(workers);
}

async function copyOne(from: string, to: string): Promise<void> {
  // A file that is gone belonged to a table or index that was dropped, as the log says.
  await copyFile(from, to, constants.COPYFILE_FICLONE).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
