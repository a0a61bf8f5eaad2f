import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Transaction } from '../../../../engine/store/sql/database';
import { DATABASE_KINDS, freshDatabase, type FreshDatabase } from '../../../support/servers/fresh-database';

function refuse(): never {
  throw new Error('no');
}

describe.each(DATABASE_KINDS)('Database on %s', (kind) => {
  let fresh: FreshDatabase;
  let database: Database;

  beforeAll(async () => {
    fresh = await freshDatabase(kind);
    database = fresh.database;
    await database.query('CREATE TABLE notes (id int PRIMARY KEY, text text)');
  });
  afterAll(() => fresh.cleanup());
  beforeEach(() => database.query('DELETE FROM notes'));

  async function noteIds(): Promise<number[]> {
    return (await database.query<{ id: number }>('SELECT id FROM notes ORDER BY id')).map(({ id }) => id);
  }

  it('returns each type as pg does', async () => {
    const moment = new Date('2026-03-29T00:59:59.123Z');
    const [row] = await database.query(
      `SELECT 9007199254740993::int8 AS big, 7::int4 AS small, 1.50::numeric AS exact, 0.5::float8 AS half,
              true AS yes, $1::timestamptz AS moment, '{"b":1,"a":[null]}'::jsonb AS parsed,
              '{"b": 1}'::jsonb::text AS raw, $2::bytea AS bytes, $3::text[] AS words, $4::int[] AS numbers,
              NULL::text AS nothing, $5::text AS text, count(*) AS counted`,
      [moment, Buffer.from([0, 255, 92]), ['a"b', 'c\\d', 'e,f', '{}', '', null], [1, 2], 'ünï ☺ \'"'],
    );
    expect(row).toEqual({
      big: '9007199254740993',
      small: 7,
      exact: '1.50',
      half: 0.5,
      yes: true,
      moment,
      parsed: { b: 1, a: [null] },
      raw: '{"b": 1}',
      bytes: Buffer.from([0, 255, 92]),
      words: ['a"b', 'c\\d', 'e,f', '{}', '', null],
      numbers: [1, 2],
      nothing: null,
      text: 'ünï ☺ \'"',
      counted: '1',
    });
  });

  it('repeats a transaction that a deadlock has ended, and says so if that does not help', async () => {
    await database.query("INSERT INTO notes VALUES (1, ''), (2, '')");
    let runs = 0;
    const both = (order: number[]) =>
      database.transaction(async (tx) => {
        runs += 1;
        for (const id of order) {
          await tx.query("UPDATE notes SET text = text || 'x' WHERE id = $1", [id]);
          // On a server, both have locked their first row before either wants the second.
          if (kind === 'postgres' && id === order[0]) await sleep(200);
        }
      });
    await Promise.all([both([1, 2]), both([2, 1])]);
    expect(runs).toBe(kind === 'postgres' ? 3 : 2);
    expect(await database.query('SELECT text FROM notes')).toEqual([{ text: 'xx' }, { text: 'xx' }]);
    let tries = 0;
    const always = database.transaction(async (tx) => {
      tries += 1;
      await tx.query("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$");
    });
    await expect(always).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('Nothing was done'),
    });
    expect(tries).toBe(5);
  });

  it('accepts null, undefined, numbers and booleans as parameters', async () => {
    const [row] = await database.query(
      'SELECT $1::text AS a, $2::text AS b, $3::int8 AS c, $4::boolean AS d',
      [null, undefined, 12, false],
    );
    expect(row).toEqual({ a: null, b: null, c: '12', d: false });
  });

  it('finds our tables and those of BullMQ without naming a schema, and no two have the same name', async () => {
    const tables = await database.query<{ schema: string; name: string }>(
      `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
       WHERE table_schema IN ('blueticks', 'bullmq')`,
    );
    expect(tables).toContainEqual({ schema: 'blueticks', name: 'messages' });
    expect(tables).toContainEqual({ schema: 'bullmq', name: 'job' });
    const names = tables.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    await expect(database.query('SELECT count(*) FROM job')).resolves.toEqual([{ count: '0' }]);
  });

  it('commits a transaction that resolves, and returns its result', async () => {
    const result = await database.transaction(async (tx) => {
      await tx.query('INSERT INTO notes VALUES (1)');
      return tx.query('SELECT id FROM notes');
    });
    expect(result).toEqual([{ id: 1 }]);
    expect(await noteIds()).toEqual([1]);
  });

  it('runs all statements in the transaction, including the first', async () => {
    const [first, second] = await database.transaction(async (tx) => [
      await tx.query('SELECT txid_current() AS id'),
      await tx.query('SELECT txid_current() AS id'),
    ]);
    expect(first).toEqual(second);
    const failing = database.transaction((tx) => tx.query('SELECT nothing FROM nowhere'));
    await expect(failing).rejects.toMatchObject({ code: '42P01' });
  });

  it('leaves nothing open after a transaction without statements', async () => {
    expect(await database.transaction(async () => 'nothing asked')).toBe('nothing asked');
    const client = await database.pool.connect();
    await client.query('BEGIN');
    client.release(true);
    await database.query('INSERT INTO notes VALUES (1)');
    await database
      .transaction((tx) => tx.query('INSERT INTO notes VALUES (2)').then(refuse))
      .catch(() => null);
    expect(await noteIds()).toEqual([1]);
  });

  it('rolls back a transaction that rejects, and rejects with its error', async () => {
    const work = database.transaction(async (tx) => {
      await tx.query('INSERT INTO notes VALUES (1)');
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await noteIds()).toEqual([]);
  });

  it('rejects a transaction that swallowed the error of a statement', async () => {
    const work = database.transaction(async (tx) => {
      await tx.query('INSERT INTO notes VALUES (1)');
      await tx.query('INSERT INTO notes VALUES (1)').catch(() => undefined);
      return 'done';
    });
    await expect(work).rejects.toMatchObject({ code: '23505', constraint: 'notes_pkey' });
    expect(await noteIds()).toEqual([]);
  });

  it('lets a transaction go on after it rolled a failed statement back to a savepoint', async () => {
    await database.transaction(async (tx) => {
      await tx.query('INSERT INTO notes VALUES (1)');
      await tx.query('SAVEPOINT before');
      await tx.query('INSERT INTO notes VALUES (1)').catch(() => tx.query('ROLLBACK TO SAVEPOINT before'));
    });
    expect(await noteIds()).toEqual([1]);
  });

  it('runs a write in order, before the next query, and reports its rows before the result', async () => {
    const told: unknown[] = [];
    const seen = await database.transaction(async (tx) => {
      tx.write('INSERT INTO notes VALUES ($1) RETURNING id', [1], (rows) => told.push(rows));
      tx.write("UPDATE notes SET text = 'changed'");
      const rows = await tx.query('SELECT id, text FROM notes');
      tx.write('DELETE FROM notes WHERE id = $1 RETURNING text', [1], (gone) => told.push(gone));
      tx.write('INSERT INTO notes VALUES ($1)', [2]);
      return rows;
    });
    expect(seen).toEqual([{ id: 1, text: 'changed' }]);
    expect(told).toEqual([[{ id: 1 }], [{ text: 'changed' }]]);
    expect(await noteIds()).toEqual([2]);
  });

  it.each([
    ['the commit', async () => undefined],
    ['the next query', (tx: Transaction) => tx.query('SELECT id FROM notes WHERE id = $1', [1])],
  ])('a failed write makes %s fail with its error, and everything is rolled back', async (_name, goOn) => {
    const told = jest.fn();
    const work = database.transaction(async (tx) => {
      tx.write('INSERT INTO notes VALUES ($1)', [1]);
      tx.write('INSERT INTO notes VALUES ($1)', [1], told);
      tx.write('INSERT INTO notes VALUES ($1)', [3], told);
      await goOn(tx);
    });
    await expect(work).rejects.toMatchObject({ code: '23505', constraint: 'notes_pkey' });
    expect(told).not.toHaveBeenCalled();
    expect(await noteIds()).toEqual([]);
    await database.transaction(async (tx) => tx.write('INSERT INTO notes VALUES ($1)', [4]));
    expect(await noteIds()).toEqual([4]);
  });

  it('skips the writes of a transaction that rejects, and refuses writes after its end', async () => {
    let late: Transaction | undefined;
    const work = database.transaction(async (tx) => {
      late = tx;
      tx.write('INSERT INTO notes VALUES ($1)', [1]);
      refuse();
    });
    await expect(work).rejects.toThrow('no');
    expect(() => late!.write('INSERT INTO notes VALUES ($1)', [1])).toThrow('The transaction is over');
    await database.transaction(async (tx) => (late = tx));
    expect(() => late!.write('INSERT INTO notes VALUES ($1)', [2])).toThrow('The transaction is over');
    await expect(late!.query('SELECT 1')).rejects.toThrow('The transaction is over');
    expect(await noteIds()).toEqual([]);
  });

  it('keeps other callers’ statements out of an open transaction', async () => {
    const work = database.transaction(async (tx) => {
      await tx.query('INSERT INTO notes VALUES (1)');
      await sleep(30);
      await tx.query('INSERT INTO notes VALUES (2)');
      throw new Error('no');
    });
    const others: Promise<unknown>[] = [3, 4].map((id) =>
      database.query('INSERT INTO notes VALUES ($1)', [id]),
    );
    others.push(
      database.transaction(async (tx) => {
        await tx.query('INSERT INTO notes VALUES (5)');
        await sleep(5);
        await tx.query('INSERT INTO notes VALUES (6)');
      }),
    );
    await expect(work).rejects.toThrow('no');
    await Promise.all(others);
    expect(await noteIds()).toEqual([3, 4, 5, 6]);
  });

  it('loses no update when many transactions change the same row', async () => {
    await database.query("INSERT INTO notes VALUES (1, '0')");
    const add = (): Promise<unknown> =>
      database.transaction(async (tx) => {
        const [row] = await tx.query<{ text: string }>('SELECT text FROM notes WHERE id = 1 FOR UPDATE');
        await tx.query('UPDATE notes SET text = $1 WHERE id = 1', [Number(row?.text) + 1]);
      });
    await Promise.all(Array.from({ length: 40 }, add));
    expect(await database.query('SELECT text FROM notes')).toEqual([{ text: '40' }]);
  });

  it('refuses a query on the database inside a transaction instead of waiting forever', async () => {
    const inside = database.transaction(() => database.query('SELECT 1'));
    await expect(inside).rejects.toThrow('Query the transaction instead');
    const nested = database.transaction(() => database.transaction(async () => 1));
    await expect(nested).rejects.toThrow('Query the transaction instead');
    await expect(database.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  it('answers a query that was started in a transaction and runs after it', async () => {
    let later: Promise<unknown> | undefined;
    await database.transaction(async () => {
      later = sleep(30).then(() => database.query('SELECT 1 AS one'));
    });
    await expect(later).resolves.toEqual([{ one: 1 }]);
  });

  it('keeps parameters out of errors', async () => {
    const error = await database
      .query('INSERT INTO notes VALUES ($1::int, $2)', ['1x', 'a secret'])
      .catch((e) => e);
    expect(error).toMatchObject({ code: '22P02' });
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain(
      'a secret',
    );
  });

  it('delivers notifications to the clients that listen, even from a transaction', async () => {
    const [listener, other] = [await database.pool.connect(), await database.pool.connect()];
    const heard: string[] = [];
    const overheard: string[] = [];
    listener.on('notification', ({ channel, payload }) => heard.push(`${channel} ${payload}`));
    other.on('notification', ({ payload }) => overheard.push(payload));
    await listener.query('-- a comment first\nLISTEN Some_Channel;');
    await database.transaction(async (tx) => {
      await tx.query("SELECT pg_notify('some_channel', 'one')");
      await sleep(20);
      expect(heard).toEqual([]);
    });
    await database.query("NOTIFY some_channel, 'two'");
    await database.query("NOTIFY other_channel, 'three'");
    await sleep(100);
    expect(heard).toEqual(['some_channel one', 'some_channel two']);
    expect(overheard).toEqual([]);
    await listener.query('UNLISTEN *');
    await database.query("NOTIFY some_channel, 'four'");
    await sleep(50);
    expect(heard).toHaveLength(2);
    listener.release(true);
    other.release();
  });
});

describe('PglitePool', () => {
  let fresh: FreshDatabase;

  beforeAll(async () => {
    fresh = await freshDatabase('pglite');
    await fresh.database.query('CREATE TABLE notes (id int PRIMARY KEY)');
  });
  afterAll(() => fresh.cleanup());

  it('rolls back a client that is released in a transaction, and goes on', async () => {
    const client = await fresh.database.pool.connect();
    await client.query('BEGIN');
    await client.query('INSERT INTO notes VALUES (1)');
    client.release();
    expect(await fresh.database.query('SELECT id FROM notes')).toEqual([]);
    await expect(client.query('SELECT 1')).rejects.toThrow('released');
  });

  it('runs the statements of one client in order, even if none is awaited', async () => {
    const client = await fresh.database.pool.connect();
    const results = await Promise.all([
      client.query('BEGIN'),
      client.query({ text: 'INSERT INTO notes VALUES ($1)', values: [7] }),
      client.query('SELECT id FROM notes'),
      client.query('ROLLBACK'),
    ]);
    client.release();
    expect(results[1]).toMatchObject({ rowCount: 1 });
    expect(results[2]?.rows).toEqual([{ id: 7 }]);
    expect(await fresh.database.query('SELECT id FROM notes')).toEqual([]);
  });

  it('waits for an open transaction before it closes, and refuses later queries', async () => {
    const { database } = await freshDatabase('pglite');
    const work = database.transaction(async (tx) => {
      await tx.query('SELECT 1');
      await sleep(50);
      return tx.query('SELECT 2 AS two');
    });
    const waiting = database.query('SELECT 3 AS three');
    await sleep(10);
    const closed = database.close();
    await expect(database.query('SELECT 4')).rejects.toThrow(
      'Cannot use a pool after calling end on the pool',
    );
    await expect(work).resolves.toEqual([{ two: 2 }]);
    await expect(waiting).resolves.toEqual([{ three: 3 }]);
    await closed;
  });
});
