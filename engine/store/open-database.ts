import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../domain/log';
import type { Database } from './sql/database';
import { copyCluster } from './embedded/copy-cluster';
import { EmbeddedPostgres } from './embedded/embedded-postgres';
import { DiskRoom } from './embedded/disk-room';
import { EmbeddedUpkeep } from './embedded/embedded-upkeep';
import { PglitePool } from './embedded/pglite-pool';
import { RoomKeeper } from './embedded/room-keeper';
import { ERASURE_KEY } from './tables/erased-opt-outs';
import { openPostgresPool } from './sql/postgres-pool';
import { SqlDatabase } from './sql/sql-database';

const OLDEST_SERVER = 14;

export interface DatabaseOptions {
  /** The folder of the embedded database. Created if absent, readable by its owner only. */
  dataDir: string;
  /** A PostgreSQL server's URL; null for the embedded database. */
  databaseUrl: string | null;
  log: Log;
  /**
   * The key of the hashes of erased opt-outs, in hex; see `Encryption`. Only a process that neither sends nor erases does
   * without it.
   */
  erasureKey?: string;
  /** See `EmbeddedPostgres`. */
  preparedData?: string;
  /** The embedded database, if it is already opening. */
  embedded?: EmbeddedPostgres;
}

/** Opens the engine's database. Its tables may be missing or old: call `migrate` next. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const database = createDatabase(options);
  await database.open();
  return database;
}

/**
 * The engine's database, not open yet. Its `open`
 *
 * @throws DataFolderInUse if another process uses the embedded database of this folder.
 * @throws EngineError `unavailable` if the server cannot be reached; Error if it is too old or rejects us.
 */
export function createDatabase(options: DatabaseOptions): Database {
  return options.databaseUrl === null
    ? embeddedDatabase(options)
    : serverDatabase(options, options.databaseUrl);
}

function serverDatabase({ dataDir, log, erasureKey }: DatabaseOptions, databaseUrl: string): Database {
  // Not a statement, as a server may log those.
  const settings = erasureKey === undefined ? '' : `-c ${ERASURE_KEY}=${erasureKey}`;
  const database: Database = new SqlDatabase('server', openPostgresPool(databaseUrl, log, { settings }), {
    async open() {
      await mkdir(dataDir, { recursive: true, mode: 0o700 });
      await refuseOldServer(database).catch(async (error: unknown) => {
        await database.close();
        throw error;
      });
    },
    async withoutLimit(work) {
      const patient = openPostgresPool(databaseUrl, log, { settings, max: 1, answerMs: 0 });
      try {
        return await work(new SqlDatabase('server', patient));
      } finally {
        await patient.end();
      }
    },
  });
  return database;
}

async function refuseOldServer(database: Database): Promise<void> {
  const [row] = await database.query<{ number: number; name: string }>(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name",
  );
  if (row && row.number >= OLDEST_SERVER * 10_000) return;
  throw new Error(`DATABASE_URL: PostgreSQL ${row?.name} is too old. Use version ${OLDEST_SERVER} or newer.`);
}

function embeddedDatabase({ dataDir, log, erasureKey, preparedData, embedded }: DatabaseOptions): Database {
  const postgres = embedded ?? new EmbeddedPostgres(dataDir, preparedData);
  const room = new DiskRoom(dataDir, postgres.thread);
  const pool = new PglitePool(postgres.thread, room);
  const upkeep = new EmbeddedUpkeep(pool, log);
  const keeper = new RoomKeeper(room, pool, upkeep);
  let opening: Promise<void> | undefined;
  return new SqlDatabase('embedded', pool, {
    lost: postgres.lost,
    room,
    open() {
      return (opening ??= postgres.open().then(async () => {
        if (erasureKey) await pool.query('SELECT set_config($1, $2, false)', [ERASURE_KEY, erasureKey]);
        upkeep.start();
        keeper.start();
      }));
    },
    copyTo: (to) => upkeep.withoutCheckpoints(() => copyCluster(join(dataDir, 'database'), to)),
    async close() {
      // The thread must not be asked to close before it is asked to open: it would never answer.
      await opening?.catch(() => undefined);
      keeper.stop();
      await upkeep.stop();
      // It would not answer before there is room. The statement that it is at was not acknowledged.
      if (room.isFull) postgres.thread.fail(room.error());
      await pool.end();
      await postgres.close();
    },
  });
}
