import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../domain/log';
import type { Database } from './database';
import { lockDataFolder } from './data-folder-lock';
import { openPglite } from './open-pglite';
import { PglitePool } from './pglite-pool';
import { openPostgresPool } from './postgres-pool';
import { SqlDatabase } from './sql-database';

/** An empty database with our and BullMQ's tables in it, made at build time (see prepare-data-folder.ts). */
export const PREPARED_DATA = join(__dirname, 'prepared-data.tar.gz');

export interface DatabaseOptions {
  /** Where the embedded database lives; made when absent, for its owner's eyes alone. */
  dataDir: string;
  /** A PostgreSQL server's URL; null for the embedded database. */
  databaseUrl: string | null;
  log: Log;
  /** A prepared empty database for a new data folder; absent or missing: the slow way. */
  preparedData?: string;
}

/**
 * Opens the engine's database. Its tables may be missing or old: `migrate` comes next.
 *
 * @throws DataFolderInUse when another process has the embedded database of this folder.
 * @throws EngineError `unavailable` when the server is out of reach.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  if (options.databaseUrl === null) return openEmbedded(options);
  const database = new SqlDatabase('server', openPostgresPool(options.databaseUrl, options.log));
  try {
    await database.query('SELECT 1');
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openEmbedded({ dataDir, preparedData = PREPARED_DATA }: DatabaseOptions): Promise<Database> {
  const lock = await lockDataFolder(dataDir);
  try {
    const folder = join(dataDir, 'database');
    const db = await openPglite(folder, preparedData);
    return new SqlDatabase('embedded', new PglitePool(db), () => lock.release());
  } catch (error) {
    await lock.release();
    throw error;
  }
}
