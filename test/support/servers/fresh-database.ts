import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { Client } from 'pg';
import { databaseUrl, TEMPLATE_DATABASE } from './prepared-databases';
import { embeddedDatabaseArchive, sharedPostgres } from './shared-servers';
import { silentLog } from './silent-log';
import type { Database } from '../../../engine/store/sql/database';
import { openDatabase } from '../../../engine/store/open-database';
import { ERASURE_KEY } from '../../../engine/store/tables/erased-opt-outs';
import { openPglite } from '../../../engine/store/embedded/open-pglite';
import { PglitePool } from '../../../engine/store/embedded/pglite-pool';
import { PgliteThread } from '../../../engine/store/embedded/pglite-thread';
import { SqlDatabase } from '../../../engine/store/sql/sql-database';

export type DatabaseKind = 'pglite' | 'postgres';
export const DATABASE_KINDS: readonly DatabaseKind[] = ['pglite', 'postgres'];

export interface FreshDatabase {
  database: Database;
  /** The server's URL of this database, to open it once more; null for PGlite, which is in memory. */
  url: string | null;
  /** Closes and deletes it. */
  cleanup(): Promise<void>;
}

/** Stands for a key that is derived from an engine's. */
const KEY = '00'.repeat(32);

/** An empty database with all tables, for one test or test file alone. */
export function freshDatabase(kind: DatabaseKind): Promise<FreshDatabase> {
  return kind === 'pglite' ? freshPglite() : freshPostgres();
}

async function freshPglite(): Promise<FreshDatabase> {
  const thread = new PgliteThread();
  await openPglite(thread, undefined, await embeddedDatabaseArchive());
  const database = new SqlDatabase('embedded', new PglitePool(thread));
  await database.query('SELECT set_config($1, $2, false)', [ERASURE_KEY, KEY]);
  return { database, url: null, cleanup: () => database.close() };
}

async function freshPostgres(): Promise<FreshDatabase> {
  const server = await sharedPostgres();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE_DATABASE}`);
  const url = databaseUrl(server, name);
  const database = await openDatabase({
    dataDir: tmpdir(),
    databaseUrl: url,
    log: silentLog,
    erasureKey: KEY,
  });
  return {
    database,
    url,
    async cleanup() {
      await database.close();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
