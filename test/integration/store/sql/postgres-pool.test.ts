import { openPostgresPool } from '../../../../engine/store/sql/postgres-pool';
import { freshDatabase } from '../../../support/servers/fresh-database';
import { silentLog } from '../../../support/servers/silent-log';

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
