import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { serialize } from 'pg-protocol';
import { syncFolder, syncFolderAndParents, syncTree } from '../../data-folder/sync-files';
import type { PgliteThread } from './pglite-thread';
import { refuseOtherPostgres, UnreadableFolder } from './postgres-major';
import { unpackTar } from './unpack-tar';

/**
 * PostgreSQL's defaults suit a server. 32 MB of buffers are enough for 100,000 pending messages; 16 MB are not. The
 * limits of the log help `EmbeddedUpkeep` to keep the disk small: after a checkpoint two files of 16 MB stay, to be used again.
 */
const SETTINGS = ['shared_buffers=32MB', 'max_wal_size=32MB', 'min_wal_size=32MB'];

/**
 * Opens PGlite in `folder`, with our `search_path`. A new folder is filled from the archive `preparedData` if that
 * exists, which saves the time and memory of creating a database cluster.
 *
 * @param folder undefined: everything stays in memory (for tests, and to create the archive).
 */
export async function openPglite(
  thread: PgliteThread,
  folder: string | undefined,
  preparedData?: string,
): Promise<void> {
  if (folder === undefined) await openInMemory(thread, preparedData);
  else await openFolder(thread, folder, preparedData);
  // Not one of SETTINGS, because PGlite sets its own search_path after it has opened.
  await thread.request(serialize.query('SET search_path TO blueticks, bullmq'));
}

async function openFolder(thread: PgliteThread, folder: string, preparedData?: string): Promise<void> {
  // If a process dies while it fills a new folder, this mark stays, and the next process starts over.
  const unfinished = `${folder}.unfinished`;
  if (existsSync(unfinished)) await rm(folder, { recursive: true, force: true });
  const isNew = !existsSync(join(folder, 'PG_VERSION'));
  if (isNew) refuseStrangeFolder(folder);
  else refuseOtherPostgres(folder);
  if (isNew) await writeFile(unfinished, '');
  // The mark must be on the disk before the database, and off it before the first answer. Also where nothing is new: the
  // process before us may have died just before it synced this.
  await syncFolderAndParents(dirname(folder));
  if (!isNew) return start(thread, folder);
  await fillFolder(thread, folder, preparedData);
  await rm(unfinished);
  await syncFolder(dirname(folder));
}

/** Until the mark is gone, nothing in the folder counts. So it is synced once, as a whole, at the end. */
async function fillFolder(thread: PgliteThread, folder: string, preparedData?: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Not PGlite's `loadDataDir`: it holds the whole archive in memory twice and takes three times as long.
  if (preparedData !== undefined && existsSync(preparedData)) await unpackTar(preparedData, folder);
  await start(thread, folder, true);
  await syncTree(folder);
}

/** The process in `postmaster.pid` is gone, since we hold the folder's lock. A power cut may leave an empty file. */
async function start(thread: PgliteThread, folder: string, isNew = false): Promise<void> {
  await rm(join(folder, 'postmaster.pid'), { force: true });
  await thread.open({ dataDir: folder, settings: SETTINGS, isNew });
}

/** A folder with files of someone else, or with a part of a database, is not filled. */
function refuseStrangeFolder(folder: string): void {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return;
  throw new UnreadableFolder(
    `${folder} is not empty, and not a whole database: it has no PG_VERSION. Restore it from a backup, or move it away to start with an empty one.`,
  );
}

async function openInMemory(thread: PgliteThread, preparedData?: string): Promise<void> {
  const archive =
    preparedData !== undefined && existsSync(preparedData) ? await readFile(preparedData) : undefined;
  await thread.open({ dataDir: 'memory://', settings: SETTINGS, archive });
}
