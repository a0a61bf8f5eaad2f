import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../domain/log';
import type { Database } from './database';
import { EmbeddedUpkeep } from './embedded-upkeep';
import { lockDataFolder } from './data-folder-lock';
import { openPglite } from './open-pglite';
import { PglitePool } from './pglite-pool';
import { openPostgresPool } from './postgres-pool';
import { SqlDatabase } from './sql-database';

/** An empty database with our and BullMQ's tables in it, made at build time (see prepare-data-folder.ts). */
export const PREPARED_DATA = join(__dirname, 'prepared-data.tar.gz');

const OLDEST_SERVER = 14;

export interface DatabaseOptions {
  /** Where the embedded database lives; made when absent, for its owner's eyes alone. */
  dataDir: string;
  /** A PostgreSQL server's URL; null for the embedded database. */
  databaseUrl: string | null;
  log: Log;
  /** The data folder is another process's now, or gone: what this one writes is lost, and it must stop at once. */
  onLost?: () => void;
  /** A prepared empty database for a new data folder; absent or missing: the slow way. */
  preparedData?: string;
}

/**
 * Opens the engine's database. Its tables may be missing or old: `migrate` comes next.
 *
 * @throws DataFolderInUse when another process has the embedded database of this folder.
 * @throws EngineError `unavailable` when the server is out of reach; Error when it is too old or refuses us.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  if (options.databaseUrl === null) return openEmbedded(options);
  const database = new SqlDatabase('server', openPostgresPool(options.databaseUrl, options.log));
  try {
    await refuseOldServer(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function refuseOldServer(database: Database): Promise<void> {
  const [row] = await database.query<{ number: number; name: string }>(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name",
  );
  if (row && row.number >= OLDEST_SERVER * 10_000) return;
  throw new Error(`DATABASE_URL: PostgreSQL ${row?.name} is too old, it must be ${OLDEST_SERVER} or newer.`);
}

async function openEmbedded({
  dataDir,
  log,
  preparedData = PREPARED_DATA,
  onLost,
}: DatabaseOptions): Promise<Database> {
  const lock = await lockDataFolder(dataDir, () => {
    log.error({ dataDir }, "The data folder is another process's or gone: this process must stop at once");
    onLost?.();
  });
  try {
    const pool = new PglitePool(await openPglite(join(dataDir, 'database'), preparedData));
    const upkeep = new EmbeddedUpkeep(pool, log);
    upkeep.start();
    return new SqlDatabase('embedded', pool, async () => {
      await upkeep.stop();
      await pool.end();
      await lock.release();
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}
