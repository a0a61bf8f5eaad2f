import { PglitePool } from '../../../../engine/store/embedded/pglite-pool';
import { PgliteThread } from '../../../../engine/store/embedded/pglite-thread';
import { openPglite } from '../../../../engine/store/embedded/open-pglite';
import { openDatabase } from '../../../../engine/store/open-database';
import type { Database } from '../../../../engine/store/sql/database';
import { SqlDatabase } from '../../../../engine/store/sql/sql-database';
import { freshDatabase, type DatabaseKind } from '../../../support/servers/fresh-database';
import { embeddedDatabaseArchive } from '../../../support/servers/shared-servers';
import { silentLog } from '../../../support/servers/silent-log';

export interface EmptyDatabase {
  database: Database;
  /** Opens it again; the same one where it can be opened only once. */
  another(): Promise<Database>;
  cleanup(): Promise<void>;
}

/** A database without tables. */
export function emptyDatabase(kind: DatabaseKind, dataDir: string): Promise<EmptyDatabase> {
  return kind === 'pglite' ? embedded() : onServer(dataDir);
}

async function embedded(): Promise<EmptyDatabase> {
  const prepared = new PgliteThread();
  await openPglite(prepared, undefined, await embeddedDatabaseArchive());
  const database = new SqlDatabase('embedded', new PglitePool(prepared));
  await dropSchemas(database);
  return { database, another: async () => database, cleanup: () => database.close() };
}

async function onServer(dataDir: string): Promise<EmptyDatabase> {
  const fresh = await freshDatabase('postgres');
  await dropSchemas(fresh.database);
  const another = (): Promise<Database> => openDatabase({ dataDir, databaseUrl: fresh.url, log: silentLog });
  return { database: fresh.database, another, cleanup: fresh.cleanup };
}

async function dropSchemas(database: Database): Promise<void> {
  await database.query('DROP SCHEMA blueticks CASCADE');
  await database.query('DROP SCHEMA bullmq CASCADE');
}
