import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

/**
 * PostgreSQL's own defaults are a server's. Half of its buffers hold 100,000 pending messages, which a quarter of that
 * does not; the disk is what `EmbeddedUpkeep` keeps small.
 */
const SETTINGS = ['shared_buffers=64MB', 'max_wal_size=64MB', 'min_wal_size=32MB'];
const START_PARAMETERS = [...PGlite.defaultStartParams, ...SETTINGS.flatMap((setting) => ['-c', setting])];

/**
 * Opens PGlite in `folder` with our `search_path`. A new folder starts from the archive `preparedData` when there is
 * one, which saves the time and memory of making a database cluster.
 *
 * @param folder undefined keeps everything in memory (tests, and the making of the archive).
 */
export async function openPglite(folder: string | undefined, preparedData?: string): Promise<PGlite> {
  const db =
    folder === undefined ? await create('memory://', preparedData) : await openFolder(folder, preparedData);
  await db.exec('SET search_path TO blueticks, bullmq');
  return db;
}

async function openFolder(folder: string, preparedData?: string): Promise<PGlite> {
  // A process that dies while it fills a new folder leaves the mark, and the next one starts over.
  const unfinished = `${folder}.unfinished`;
  if (existsSync(unfinished)) await rm(folder, { recursive: true, force: true });
  if (existsSync(join(folder, 'PG_VERSION'))) return create(folder);
  await writeFile(unfinished, '');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const db = await create(folder, preparedData);
  await rm(unfinished);
  return db;
}

async function create(dataDir: string, preparedData?: string): Promise<PGlite> {
  const options = { startParams: START_PARAMETERS };
  if (preparedData === undefined || !existsSync(preparedData)) return PGlite.create(dataDir, options);
  const archive = await readFile(preparedData);
  return PGlite.create(dataDir, {
    ...options,
    loadDataDir: new Blob([archive], { type: 'application/x-gzip' }),
  });
}
