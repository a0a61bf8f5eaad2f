import { openDatabase } from '../../../engine/store/open-database';
import { silentLog } from '../../support/servers/silent-log';

/** A process that writes rows into the embedded database as fast as it can, and reports each one once it is committed. */
async function write(dataDir: string, preparedData: string): Promise<void> {
  const database = await openDatabase({ dataDir, databaseUrl: null, log: silentLog, preparedData });
  await database.query('CREATE TABLE IF NOT EXISTS kept (id serial PRIMARY KEY, text text)');
  for (;;) {
    const [row] = await database.transaction((tx) =>
      tx.query<{ id: number }>('INSERT INTO kept (text) VALUES ($1) RETURNING id', ['x'.repeat(500)]),
    );
    process.send?.(row?.id);
  }
}

void write(process.argv[2] as string, process.argv[3] as string);
