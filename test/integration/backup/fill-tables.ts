import { readTables, type Table } from '../../../engine/backup/tables';
import type { Database, Sql } from '../../../engine/store/sql/database';

/*
 * Rows for every table that the catalog has, with a value in every column: a new table or column is in these tests without a
 * word about it.
 */

/** What a careless encoding would change. */
const ODD = 'a "quote", a \\ backslash, {braces}, \\N, \t, \u2028, 😀, \n and an end';

interface Rules {
  /** The words that a column allows, by `table.column`. */
  words: Map<string, string[]>;
  /** The table that a column refers to. */
  parents: Map<string, string>;
}

async function readRules(sql: Sql): Promise<Rules> {
  const checks = await sql.query<{ place: string; text: string }>(
    `SELECT c.conrelid::regclass || '.' || a.attname AS place, pg_get_constraintdef(c.oid) AS text
     FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
     WHERE c.contype = 'c' AND c.connamespace = 'blueticks'::regnamespace`,
  );
  const keys = await sql.query<{ place: string; parent: string }>(
    `SELECT c.conrelid::regclass || '.' || a.attname AS place, c.confrelid::regclass::text AS parent
     FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
     WHERE c.contype = 'f' AND c.connamespace = 'blueticks'::regnamespace`,
  );
  return {
    words: new Map(
      checks.map(({ place, text }) => [place, [...text.matchAll(/'(\w+)'::text/g)].map((m) => m[1]!)]),
    ),
    parents: new Map(keys.map(({ place, parent }) => [place, parent])),
  };
}

/** A value as PostgreSQL's text; the second row of a table has others. */
function valueOf({ name, type }: Table['columns'][number], place: string, nth: number, rules: Rules): string {
  const words = rules.words.get(place) ?? [];
  if (words.length > 0) return words[nth % words.length]!;
  if (rules.parents.has(place)) return `${rules.parents.get(place)}.id ${nth}`;
  switch (type) {
    case 'text':
      return name === 'id' || name === 'key' ? `${place} ${nth}` : `${name} ${nth} ${nth === 1 ? ODD : ''}`;
    case 'boolean':
      return nth === 0 ? 'true' : 'false';
    case 'smallint':
    case 'integer':
      return `${7 + nth}`;
    case 'bigint':
      return `900719925474099${nth}`;
    case 'real':
      return `0.${nth + 1}`;
    case 'jsonb':
      return nth === 0 ? JSON.stringify({ name, list: [1, null, ODD], empty: {} }) : 'null';
    case 'text[]':
      return nth === 0 ? `{"${name}",NULL,"a \\"b\\" \\\\ {c}",""}` : '{}';
    case 'bytea':
      return `\\x${Buffer.from(Array.from({ length: 256 }, (_, byte) => (byte + nth) % 256)).toString('hex')}`;
    case 'timestamp(3) with time zone':
    case 'timestamp with time zone':
      return `2026-0${nth + 1}-03 04:05:06.78${nth}+00`;
    default:
      throw new Error(`No value for a column of type ${type}. Add one.`);
  }
}

/** The tables in which only one row is allowed. */
const ONE_ROW = new Set(['accounts', 'erasure_salt']);

/** Replaces whatever the tables hold by rows with every column set, and one more with only what must be. */
export async function fillTables(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    const [tables, rules] = [await readTables(tx), await readRules(tx)];
    const nullable = await tx.query<{ place: string }>(
      `SELECT table_name || '.' || column_name AS place FROM information_schema.columns
       WHERE table_schema = 'blueticks' AND is_nullable = 'YES'`,
    );
    const mayBeNull = new Set(nullable.map(({ place }) => place));
    for (const { name } of [...tables].reverse()) await tx.query(`DELETE FROM ${name}`);
    for (const table of tables) {
      for (const nth of ONE_ROW.has(table.name) ? [0] : [0, 1, 2]) {
        const values = table.columns.map((column) => {
          const place = `${table.name}.${column.name}`;
          // Row 2 has nulls, except for its key.
          if (nth === 2 && mayBeNull.has(place) && !rules.parents.has(place)) return null;
          return valueOf(column, place, nth, rules);
        });
        await insert(tx, table, values);
      }
    }
  });
}

async function insert(tx: Sql, { name, columns }: Table, values: (string | null)[]): Promise<void> {
  const places = columns.map(({ type }, index) => `$${index + 1}::text::${type}`);
  await tx.query(
    `INSERT INTO ${name} (${columns.map((column) => column.name).join(', ')}) VALUES (${places.join(', ')})`,
    values,
  );
}

/** Everything in the store, as PostgreSQL itself writes rows, by table. */
export async function contentsOf(database: Database): Promise<Record<string, string[]>> {
  return database.transaction(async (tx) => {
    await tx.query("SET LOCAL TimeZone = 'UTC'");
    const contents: Record<string, string[]> = {};
    const tables = await tx.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = 'blueticks' AND table_name NOT IN ('schema_migrations', 'store_moves')`,
    );
    for (const { name } of tables) {
      const rows = await tx.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      contents[name] = rows.map(({ row }) => row).sort();
    }
    return contents;
  });
}
