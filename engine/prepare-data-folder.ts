import { rename, writeFile } from 'node:fs/promises';
import { prepareQueueSchema } from './queue/postgres-queue-store';
import { migrate } from './store/sql/migrate';
import { PREPARED_DATA } from './store/embedded/embedded-postgres';
import { openPglite } from './store/embedded/open-pglite';
import { PglitePool } from './store/embedded/pglite-pool';
import { PgliteThread } from './store/embedded/pglite-thread';
import { SqlDatabase } from './store/sql/sql-database';

/**
 * Writes an empty embedded database with all tables to `path` (tar.gz). `openDatabase` fills new data folders from it.
 * The build runs this file after the compiler.
 */
export async function prepareDataFolder(path: string = PREPARED_DATA): Promise<void> {
  const thread = new PgliteThread();
  await openPglite(thread, undefined);
  const database = new SqlDatabase('embedded', new PglitePool(thread));
  try {
    await migrate(database, prepareQueueSchema);
    // Without it, every first start would replay what the migrations wrote.
    await database.query('CHECKPOINT');
    const archive = await thread.dump();
    const unfinished = `${path}.${process.pid}`;
    await writeFile(unfinished, archive);
    await rename(unfinished, path);
  } finally {
    await database.close();
  }
}

if (require.main === module) {
  prepareDataFolder().catch((error: unknown) => {
    console.error('Could not write the prepared data folder:', error);
    process.exitCode = 1;
  });
}
