import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../../../engine/store/sql/database';
import { EmbeddedUpkeep } from '../../../../engine/store/embedded/embedded-upkeep';
import { openDatabase } from '../../../../engine/store/open-database';
import { embeddedDatabaseArchive } from '../../../support/servers/shared-servers';
import { silentLog } from '../../../support/servers/silent-log';
import { tempFolder, type TempFolder } from '../../../support/servers/temp-folder';

describe('EmbeddedUpkeep', () => {
  let folder: TempFolder;
  let database: Database;
  let upkeep: EmbeddedUpkeep;

  beforeAll(async () => {
    folder = await tempFolder('upkeep');
    const preparedData = await embeddedDatabaseArchive();
    database = await openDatabase({ dataDir: folder.path, databaseUrl: null, log: silentLog, preparedData });
    upkeep = new EmbeddedUpkeep(database.pool, silentLog);
    await database.query('CREATE TABLE busy (id int PRIMARY KEY, text text)');
    await database.query('CREATE TABLE calm AS SELECT generate_series(1, 100) AS id');
  });
  afterAll(async () => {
    await database.close();
    await folder.remove();
  });

  async function logFiles(): Promise<number> {
    const names = await readdir(join(folder.path, 'database', 'pg_wal'));
    return names.filter((name) => /^[0-9A-F]{24}$/.test(name)).length;
  }

  async function size(table: string): Promise<number> {
    const [row] = await database.query<{ size: number }>(
      'SELECT pg_relation_size($1::regclass)::int AS size',
      [table],
    );
    return row?.size ?? 0;
  }

  async function rewrite(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await database.query(
        "INSERT INTO busy SELECT id, repeat('x', 1000) FROM generate_series(1, 3000) AS id",
      );
      await database.query('DELETE FROM busy');
      // PostgreSQL updates its counts at most once a second; a real round comes once a minute.
      await database.query('SELECT pg_stat_force_next_flush()');
      await upkeep.run();
    }
  }

  it('keeps the files small while rows come and go', async () => {
    await rewrite(40);
    // One round's rows are under 4 MB.
    expect(await size('busy')).toBeLessThan(8 * 1024 * 1024);
    // 40 rounds write over 130 MB of log: nine files of 16 MB without a checkpoint.
    expect(await logFiles()).toBeLessThanOrEqual(5);
  });

  it('plans again what was planned while a table was small', async () => {
    await database.query('CREATE TABLE growing AS SELECT 1 AS id, 1 AS other');
    await database.query('CREATE INDEX growing_by_id ON growing (id)');
    const find = 'SELECT count(*)::int AS count FROM growing WHERE id = $1 AND other = $2';
    for (let time = 0; time < 8; time++) await database.query(find, [1, 1]);
    await database.query('INSERT INTO growing SELECT id, id FROM generate_series(2, 20000) AS id');
    await database.query('SELECT pg_stat_force_next_flush()');
    const rowsRead = async (): Promise<number> => {
      const read = async (): Promise<number> => {
        await database.query('SELECT pg_stat_force_next_flush()');
        const [row] = await database.query<{ read: number }>(
          "SELECT (seq_tup_read + idx_tup_fetch)::int AS read FROM pg_stat_user_tables WHERE relname = 'growing'",
        );
        return row!.read;
      };
      const before = await read();
      await database.query(find, [5, 5]);
      return (await read()) - before;
    };
    expect(await rowsRead()).toBe(20_000);
    for (let round = 0; round < 5; round++) await upkeep.run();
    expect(await rowsRead()).toBe(1);
  });

  it('skips a table with few dead rows', async () => {
    await database.query('DELETE FROM calm WHERE id < 50');
    await rewrite(1);
    await upkeep.run();
    const rows = await database.query(
      "SELECT vacuum_count::int AS times FROM pg_stat_user_tables WHERE relname = 'calm'",
    );
    expect(rows).toEqual([{ times: 0 }]);
  });

  it('logs an error and goes on', async () => {
    const told: object[] = [];
    const log = { ...silentLog, warn: (fields: object) => void told.push(fields) };
    const away = { ...database.pool, query: () => Promise.reject(new Error('away')) };
    await new EmbeddedUpkeep(away as never, log).run();
    expect(told).toEqual([{ error: 'away' }]);
  });
});
