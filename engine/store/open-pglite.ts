import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { compilePglite } from './compile-pglite';
import { unpackTar } from './unpack-tar';

/**
 * PostgreSQL's own defaults are a server's. Half of its buffers hold 100,000 pending messages, which a quarter of that
 * does not; the disk is what `EmbeddedUpkeep` keeps small.
 */
const SETTINGS = ['shared_buffers=32MB', 'max_wal_size=64MB', 'min_wal_size=32MB'];
const START_PARAMETERS = [...PGlite.defaultStartParams, ...SETTINGS.flatMap((setting) => ['-c', setting])];

/**
 * Opens PGlite in `folder` with our `search_path`. A new folder starts from the archive `preparedData` when there is
 * one, which saves the time and memory of making a database cluster.
 *
 * @param folder undefined keeps everything in memory (tests, and the making of the archive).
 */
export async function openPglite(folder: string | undefined, preparedData?: string): Promise<PGlite> {
  const db = folder === undefined ? await openInMemory(preparedData) : await openFolder(folder, preparedData);
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
  // Not PGlite's own `loadDataDir`, which has the whole archive in memory twice and takes three times as long.
  if (preparedData !== undefined && existsSync(preparedData)) await unpackTar(preparedData, folder);
  const db = await create(folder);
  await rm(unfinished);
  return db;
}

async function openInMemory(preparedData?: string): Promise<PGlite> {
  if (preparedData === undefined || !existsSync(preparedData)) return create('memory://');
  const archive = new Blob([await readFile(preparedData)], { type: 'application/x-gzip' });
  return create('memory://', { loadDataDir: archive });
}

async function create(dataDir: string, options: PGliteOptions = {}): Promise<PGlite> {
  const pgliteWasmModule = await compilePglite();
  return PGlite.create(dataDir, { ...options, pgliteWasmModule, startParams: START_PARAMETERS });
}
