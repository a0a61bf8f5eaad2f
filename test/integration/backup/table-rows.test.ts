import { insertRows, keyOf, readRows, beginSnapshot } from '../../../engine/backup/table-rows';
import { readCounters, readTables, saveCounters, type Table } from '../../../engine/backup/tables';
import { TableSum } from '../../../engine/backup/checksum';
import type { Database } from '../../../engine/store/sql/database';
import { DATABASE_KINDS, freshDatabase, type FreshDatabase } from '../../support/servers/fresh-database';

/** What no table of ours has today. */
const CREATE = `
  CREATE TABLE odd (
    a bigint GENERATED ALWAYS AS IDENTITY, b serial, c numeric, d double precision, e interval, f date, g int[][], h jsonb,
    i text GENERATED ALWAYS AS (upper(k)) STORED, j bytea, k text, PRIMARY KEY (k, a));
  CREATE TABLE ours (id int PRIMARY KEY, of_k text, of_a bigint, FOREIGN KEY (of_k, of_a) REFERENCES odd (k, a));`;
const INSERT = `
  INSERT INTO odd (c, d, e, f, g, h, j, k) VALUES
    (1e-30, 0.1 + 0.2::float8, '1 year 2 days 03:04:05.678', '0044-03-15 BC', '{{1,2},{3,NULL}}', 'null', '', 'it''s'),
    ('NaN', 'Infinity', NULL, 'infinity', '{}', '"\\u00e9"', '\\x00ff', E'\\\\'),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, ''), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, '')`;

describe.each(DATABASE_KINDS)('Rows of a table on %s', (kind) => {
  let from: FreshDatabase;
  let to: FreshDatabase;
  let odd: Table;

  beforeAll(async () => {
    from = await freshDatabase(kind);
    to = await freshDatabase(kind === 'pglite' ? 'postgres' : 'pglite');
    for (const { database } of [from, to]) await database.query(CREATE);
    await from.database.query(INSERT);
    odd = (await readTables(from.database)).find(({ name }) => name === 'odd')!;
  });
  afterAll(async () => {
    await from.cleanup();
    await to.cleanup();
  });

  const linesOf = (database: Database, after: string[] | null = null): Promise<string[]> =>
    database.transaction(async (tx) => {
      await beginSnapshot(tx);
      const lines: string[] = [];
      for await (const batch of readRows(tx, odd, { byKey: true, after })) lines.push(...batch);
      return lines;
    });

  it('finds tables in the catalog, each after those that it refers to, without computed columns', async () => {
    const tables = await readTables(from.database);
    const names = tables.map(({ name }) => name);
    expect(names.indexOf('ours')).toBeGreaterThan(names.indexOf('odd'));
    expect(odd.columns.map(({ name }) => name)).toEqual([...'abcdefghjk']);
    expect(odd.key).toEqual(['k', 'a']);
    // What is copied in the order of a key needs one.
    expect(tables.filter(({ key }) => key.length === 0)).toEqual([]);
  });

  it('carries every type to the other store without loss', async () => {
    const lines = await linesOf(from.database);
    await to.database.transaction((tx) => insertRows(tx, odd, lines));
    await saveCounters(to.database, await readCounters(from.database));
    const all = 'SELECT o::text AS row FROM odd o ORDER BY a';
    expect(await to.database.query(all)).toEqual(await from.database.query(all));
    await to.database.query("INSERT INTO odd (k) VALUES ('next')");
    expect(await to.database.query("SELECT a::text, b FROM odd WHERE k = 'next'")).toEqual([
      { a: '5', b: 5 },
    ]);
    await to.database.query("DELETE FROM odd WHERE k = 'next'");
  });

  it('goes on after any row', async () => {
    const lines = await linesOf(from.database);
    for (const [index, line] of lines.entries()) {
      expect(await linesOf(from.database, keyOf(odd, line))).toEqual(lines.slice(index + 1));
    }
  });

  it('sums up the same rows in any order, and others not', async () => {
    const lines = await linesOf(from.database);
    const sumOf = (rows: string[]) => {
      const sum = new TableSum();
      for (const row of rows) sum.add(row);
      return sum.sum;
    };
    expect(sumOf([...lines].reverse())).toEqual(sumOf(lines));
    expect(sumOf([lines[0]!, lines[0]!]).checksum).not.toBe(sumOf([lines[1]!, lines[1]!]).checksum);
    expect(sumOf(lines.slice(1)).checksum).not.toBe(sumOf(lines).checksum);
  });
});
