import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serialize } from 'pg-protocol';
import type { PgliteThread } from './pglite-thread';
import { unpackTar } from './unpack-tar';

/**
 * PostgreSQL's own defaults are a server's. Half of its buffers hold 100,000 pending messages, which a quarter of that
 * does not; the disk is what `EmbeddedUpkeep` keeps small.
 */
const SETTINGS = ['shared_buffers=32MB', 'max_wal_size=64MB', 'min_wal_size=32MB'];

/**
 * Opens PGlite in `folder` with our `search_path`. A new folder starts from the archive `preparedData` when there is one, which saves the time
 * and memory of making a database cluster.
 *
 * @param folder undefined keeps everything in memory (tests, and the making of the archive).
 */
export async function openPglite(
  thread: PgliteThread,
  folder: string | undefined,
  preparedData?: string,
): Promise<void> {
  if (folder === undefined) await openInMemory(thread, preparedData);
  else await openFolder(thread, folder, preparedData);
  // Not among the settings, as PGlite sets one of its own when it has opened.
  await thread.request(serialize.query('SET search_path TO blueticks, bullmq'));
}

async function openFolder(thread: PgliteThread, folder: string, preparedData?: string): Promise<void> {
  // A process that dies while it fills a new folder leaves the mark, and the next one starts over.
  const unfinished = `${folder}.unfinished`;
  if (existsSync(unfinished)) await rm(folder, { recursive: true, force: true });
  if (existsSync(join(folder, 'PG_VERSION'))) return thread.open({ dataDir: folder, settings: SETTINGS });
  await writeFile(unfinished, '');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Not PGlite's own `loadDataDir`, which has the whole archive in memory twice and takes three times as long.
  if (preparedData !== undefined && existsSync(preparedData)) await unpackTar(preparedData, folder);
  await thread.open({ dataDir: folder, settings: SETTINGS });
  await rm(unfinished);
}

async function openInMemory(thread: PgliteThread, preparedData?: string): Promise<void> {
  const archive =
    preparedData !== undefined && existsSync(preparedData) ? await readFile(preparedData) : undefined;
  await thread.open({ dataDir: 'memory://', settings: SETTINGS, archive });
}
