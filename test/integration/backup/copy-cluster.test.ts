import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseCopies } from '../../../engine/backup/database-copies';
import { openDatabase } from '../../../engine/store/open-database';
import type { Database } from '../../../engine/store/sql/database';
import { unpackPreparedDatabase } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { silentLog } from '../../support/servers/silent-log';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';

/** Longer: COPY_ROUNDS=100. */
const ROUNDS = Number(process.env['COPY_ROUNDS'] ?? 3);

const open = (dataDir: string): Promise<Database> =>
  openDatabase({ dataDir, databaseUrl: null, log: silentLog });

describe('A copy of the embedded database, made while it is written to', () => {
  let folder: TempFolder;
  let database: Database;

  beforeAll(async () => {
    folder = await tempFolder('copy');
    await unpackPreparedDatabase(folder.path);
    database = await open(folder.path);
    await database.query(`
      CREATE TABLE first (n int PRIMARY KEY, text text);
      CREATE TABLE second (n int PRIMARY KEY REFERENCES first, text text);
      CREATE INDEX ON first (text)`);
  });
  afterAll(async () => {
    await database.close();
    await folder.remove();
  });

  /** One pair of rows in a transaction, again and again; with updates, deletions and a vacuum, to move pages about. */
  async function writeUntil(
    stopped: () => boolean,
    from: number,
    acknowledged: (n: number) => void,
  ): Promise<void> {
    for (let n = from; !stopped(); n += 1) {
      await database.transaction(async (tx) => {
        await tx.query('INSERT INTO first VALUES ($1, repeat($2, 300))', [n, `${n}`]);
        await tx.query('INSERT INTO second VALUES ($1, repeat($2, 300))', [n, `${n}`]);
        await tx.query('UPDATE first SET text = text || $2 WHERE n = $1', [Math.max(1, n - 50), '.']);
      });
      acknowledged(n);
      if (n % 200 === 0) await database.query('VACUUM first');
    }
  }

  it('opens, and holds all that was committed at one moment', async () => {
    let last = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      let stopped = false;
      const writing = writeUntil(
        () => stopped,
        last + 1,
        (n) => (last = n),
      );
      await until('some rows are there', () => last > round * 50);
      const before = last;
      const copy = join(folder.path, `copy-${round}`);
      await database.copyTo!(join(copy, 'database'));
      const after = last;
      stopped = true;
      await writing;

      const copied = await open(copy);
      const [seen] = await copied.query<Record<string, number>>(
        `SELECT (SELECT count(*)::int FROM first) AS first, (SELECT max(n) FROM second) AS last,
           (SELECT count(*)::int FROM first FULL JOIN second USING (n) WHERE first.n IS NULL OR second.n IS NULL) AS odd,
           (SELECT count(*)::int FROM first WHERE text NOT LIKE repeat(n::text, 300) || '%') AS torn`,
      );
      expect(seen).toEqual({ first: seen!['last'], last: expect.any(Number), odd: 0, torn: 0 });
      expect(seen!['last']).toBeGreaterThanOrEqual(before);
      expect(seen!['last']).toBeLessThanOrEqual(after + 1);
      // Its indexes fit its rows.
      await copied.query('REINDEX TABLE first');
      await copied.close();
      await rm(copy, { recursive: true });
    }
  });

  it('begins again after a checkpoint, and gives up only when they do not end', async () => {
    let checkpoints = 0;
    const writing = (async () => {
      while (checkpoints < 2) {
        await database.query("UPDATE first SET text = text || 'x' WHERE n = 1");
        await database.query('CHECKPOINT');
        checkpoints += 1;
      }
    })();
    const copy = join(folder.path, 'checkpointed');
    await database.copyTo!(join(copy, 'database'));
    await writing;
    const copied = await open(copy);
    expect(await copied.query('SELECT count(*) = max(n) AS whole FROM first')).toEqual([{ whole: true }]);
    await copied.close();
    await rm(copy, { recursive: true });
  });

  it('is made for a command, and removed by the next one if that was killed', async () => {
    const copies = new DatabaseCopies(database, folder.path);
    // No process has this number.
    await cp(
      join(folder.path, 'engine.lock'),
      join(folder.path, 'database-copy-4194305', 'database', 'left'),
    );
    const copy = await copies.begin(process.pid);
    expect(copy).toEqual({
      folder: join(folder.path, `database-copy-${process.pid}`),
      state: 'copying',
      error: null,
    });
    await expect(copies.begin(process.pid)).rejects.toThrow('Try again');
    await until('it is done', () => copies.find(process.pid).state === 'done');
    expect((await readdir(folder.path)).filter((name) => name.startsWith('database-copy-'))).toEqual([
      `database-copy-${process.pid}`,
    ]);
    await rm(copy.folder, { recursive: true });
    expect(() => copies.find(1)).toThrow('There is no copy for this process.');
  });

  it('says why it failed', async () => {
    const copyTo = async (): Promise<void> => {
      throw new Error('ENOSPC: no space left on device');
    };
    const copies = new DatabaseCopies({ copyTo }, folder.path);
    await copies.begin(7);
    await until('it has failed', () => copies.find(7).state === 'failed');
    expect(copies.find(7).error).toBe('ENOSPC: no space left on device');
    await expect(new DatabaseCopies({}, folder.path).begin(7)).rejects.toThrow('cannot copy its database');
  });
});
