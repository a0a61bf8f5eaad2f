import type { Database } from '../../../../engine/store/sql/database';
import { freshDatabase, type FreshDatabase } from '../../../support/servers/fresh-database';
import { SampleRows, type Row } from './sample-rows';
import { NOT_ROWS, TABLES } from './written-tables';

/*
 * A new column is easily added to a migration and forgotten in the statement that writes the row. So these tests ask
 * the database which columns a table has, give each one a value, and compare what arrives. A column that is meant to
 * be left out is in `written-tables.ts`, with the reason.
 */

describe('columns written for each table', () => {
  let fresh: FreshDatabase;
  let database: Database;
  let rows: SampleRows;

  beforeAll(async () => {
    fresh = await freshDatabase('pglite');
    ({ database } = fresh);
    const values = Object.entries(TABLES).map(([table, one]) => [table, one.values]);
    rows = new SampleRows(database, Object.fromEntries(values));
    await database.query(
      `INSERT INTO audiences (id, mode, name, created_at) VALUES ('aud_1', 'live', 'a', now())`,
    );
    await database.query(
      `INSERT INTO sessions (id, mode, state, created_at) VALUES ('ses_1', 'live', 'unlinked', now())`,
    );
    await database.query(
      `INSERT INTO events (id, mode, type, data, created_at) VALUES ('evt_1', 'live', 'x', '{}', now())`,
    );
    await database.query(
      `INSERT INTO webhooks (id, mode, url, events, types, status, sealed_secret, created_at)
       VALUES ('wh_1', 'live', 'u', '{}', '{}', 'enabled', '', now())`,
    );
  });
  afterAll(() => fresh.cleanup());

  it('covers every table', async () => {
    const found = await database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'blueticks'`,
    );
    expect([...Object.keys(TABLES), ...NOT_ROWS].sort()).toEqual(found.map(({ name }) => name).sort());
  });

  const differing = (a: Row, b: Row): string[] =>
    Object.keys(a)
      .filter((name) => !Object.is(JSON.stringify(a[name]), JSON.stringify(b[name])))
      .sort();

  const inserted = Object.entries(TABLES).filter(([, { insert }]) => insert);
  it.each(inserted)('an insert into %s writes every column', async (table, { insert, notInserted = {} }) => {
    const row = await rows.sampleRow(table, 0);
    await database.transaction(async (tx) => void (await insert!(tx, row)));
    const stored = await rows.storedRow(table);
    const { where, params } = await rows.byKey(table);
    await database.query(`DELETE FROM ${table} WHERE ${where}`, params);
    expect(differing(row, stored)).toEqual(Object.keys(notInserted).sort());
  });

  const saved = Object.entries(TABLES).filter(([, { save }]) => save);
  it.each(saved)(
    'a save of %s writes every column that can change',
    async (table, { save, notSaved = {} }) => {
      const before = await rows.sampleRow(table, 0);
      await rows.insertWithoutEngine(table, before);
      const stored = await rows.storedRow(table);
      const after = await rows.sampleRow(table, 1);
      await database.transaction(async (tx) => void (await save!(tx, after)));
      const changed = differing(stored, await rows.storedRow(table));
      const unchanged = Object.keys(before).filter((name) => !changed.includes(name));
      expect(unchanged.sort()).toEqual(Object.keys(notSaved).sort());
    },
  );
});
