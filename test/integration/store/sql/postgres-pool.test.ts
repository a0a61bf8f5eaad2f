import { openDatabase } from '../../../../engine/store/open-database';
import { openPostgresPool } from '../../../../engine/store/sql/postgres-pool';
import { SqlDatabase } from '../../../../engine/store/sql/sql-database';
import { freshDatabase } from '../../../support/servers/fresh-database';
import { silentLog } from '../../../support/servers/silent-log';
import { tempFolder } from '../../../support/servers/temp-folder';

it('a connection that ends just as it is handed out does not crash the process', async () => {
  const fresh = await freshDatabase('postgres');
  const pool = openPostgresPool(fresh.url!, silentLog);
  const ended = new Error('terminating connection due to administrator command');
  // At that moment the pool has removed its listener, and the borrower has not added one yet.
  await new Promise<void>((resolve, reject) => {
    pool.connect((error, client, release) => {
      if (error || !client) return reject(error ?? new Error('no client'));
      expect(() => client.emit('error', ended)).not.toThrow();
      release(ended);
      resolve();
    });
  });
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
  await fresh.cleanup();
});

it('a server that does not answer a statement in time is out of reach, and its connection is not used again', async () => {
  const fresh = await freshDatabase('postgres');
  const pool = openPostgresPool(fresh.url!, silentLog, { max: 1, answerMs: 300 });
  const database = new SqlDatabase('server', pool);
  const unavailable = { code: 'unavailable', status: 503 };
  await expect(database.query('SELECT pg_sleep(30)')).rejects.toMatchObject(unavailable);
  const work = database.transaction(async (tx) => {
    await tx.query('SELECT 1');
    await tx.query('SELECT pg_sleep(30)');
  });
  await expect(work).rejects.toMatchObject(unavailable);
  expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await database.close();
  // What the server still runs would keep the database from being removed.
  await fresh.database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await fresh.cleanup();
});

it('migrations may take any time', async () => {
  const fresh = await freshDatabase('postgres');
  const folder = await tempFolder('no-limit');
  const database = await openDatabase({ dataDir: folder.path, databaseUrl: fresh.url!, log: silentLog });
  const limitOf = (pool: unknown): unknown =>
    (pool as { options: { query_timeout: number } }).options.query_timeout;
  expect(limitOf(database.pool)).toBe(30_000);
  expect(await database.withoutLimit(async ({ pool }) => limitOf(pool))).toBe(0);
  await database.close();
  await fresh.cleanup();
  await folder.remove();
});
