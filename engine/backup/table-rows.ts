import type { Sql } from '../store/sql/database';
import { quoted, type Table } from './tables';

/**
 * A row as one line: a JSON array with the text of each value in the order of the columns, or null. PostgreSQL reads its
 * own text back without loss, in any version that the engine runs on.
 */
export type Line = string;

/** How much is read at once. Enough to be quick; a row with a large file comes alone. */
const BATCH_BYTES = 4 * 1024 * 1024;
const MOST_ROWS = 1000;

/** One consistent state of the whole database for the rest of this transaction, and the same text from every server. */
export async function beginSnapshot(tx: Sql): Promise<void> {
  await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
  await expectLongWork(tx);
}

/** Prepares a transaction that moves many rows: it may be slow, and values are written the same way everywhere. */
export async function expectLongWork(tx: Sql): Promise<void> {
  for (const setting of [
    'idle_in_transaction_session_timeout = 0',
    'statement_timeout = 0',
    'lock_timeout = 0',
    "TimeZone = 'UTC'",
    "DateStyle = 'ISO, MDY'",
    "IntervalStyle = 'postgres'",
    "bytea_output = 'hex'",
    'extra_float_digits = 1',
    'search_path = blueticks',
  ]) {
    await tx.query(`SET LOCAL ${setting}`);
  }
}

export async function countRows(tx: Sql, table: Table): Promise<number> {
  const [row] = await tx.query<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${nameOf(table)}`);
  return row!.rows;
}

/**
 * The rows of a table, in batches, through a cursor: neither side holds the whole table in memory.
 * @param tx a transaction with `beginSnapshot`
 * @param order `byKey`: in the order of the primary key, beginning after the row with the key `after`
 */
export async function* readRows(
  tx: Sql,
  table: Table,
  order: { byKey: true; after: readonly string[] | null } | null = null,
): AsyncGenerator<Line[]> {
  const rows = await rowsAtOnce(tx, table);
  const values = table.columns.map(({ name }) => `${quoted(name)}::text`).join(', ');
  await tx.query(
    `DECLARE backup_rows NO SCROLL CURSOR FOR
     SELECT to_json(ARRAY[${values}]::text[])::text AS line FROM ${nameOf(table)}${order ? inOrder(table, order.after) : ''}`,
  );
  for (;;) {
    const batch = await tx.query<{ line: Line }>(`FETCH ${rows} FROM backup_rows`);
    if (batch.length > 0) yield batch.map(({ line }) => line);
    if (batch.length < rows) break;
  }
  await tx.query('CLOSE backup_rows');
}

/** Values are literals: a cursor over parameters would be another protocol. */
function inOrder(table: Table, after: readonly string[] | null): string {
  const key = table.key.map(quoted).join(', ');
  if (after === null) return ` ORDER BY ${key}`;
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  const values = table.key.map((name, index) => `${literal(after[index]!)}::${types.get(name)}`);
  return ` WHERE (${key}) > (${values.join(', ')}) ORDER BY ${key}`;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The primary key of a row, as text. */
export function keyOf(table: Table, line: Line): string[] {
  const values = JSON.parse(line) as string[];
  return table.key.map((name) => values[table.columns.findIndex((column) => column.name === name)]!);
}

/** Lengths are known without reading what is stored apart from its row. */
async function rowsAtOnce(tx: Sql, table: Table): Promise<number> {
  const long = table.columns.filter(({ type }) => ['bytea', 'text', 'jsonb', 'json'].includes(type));
  if (long.length === 0) return MOST_ROWS;
  const length = long.map(({ name, type }) =>
    type.startsWith('json')
      ? `coalesce(pg_column_size(${quoted(name)}), 0)`
      : `coalesce(octet_length(${quoted(name)}), 0)`,
  );
  const [row] = await tx.query<{ longest: number | null }>(
    `SELECT max(${length.join(' + ')})::int AS longest FROM ${nameOf(table)}`,
  );
  return Math.max(1, Math.min(MOST_ROWS, Math.floor(BATCH_BYTES / ((row?.longest ?? 0) + 1))));
}

/** Inserts rows that `readRows` gave, whose values are in the order of `columns`. */
export async function insertRows(tx: Sql, table: Table, lines: readonly Line[]): Promise<void> {
  const rows = lines.map((line) => JSON.parse(line) as (string | null)[]);
  const { columns } = table;
  const names = columns.map(({ name }) => quoted(name)).join(', ');
  const places = columns.map((_, index) => `c${index}`);
  const values = columns.map(({ type }, index) => `c${index}::${type}`).join(', ');
  const arrays = columns.map((_, index) => `$${index + 1}::text[]`).join(', ');
  await tx.query(
    `INSERT INTO ${nameOf(table)} (${names}) OVERRIDING SYSTEM VALUE
     SELECT ${values} FROM unnest(${arrays}) AS r (${places.join(', ')})`,
    columns.map((_, index) => rows.map((row) => row[index] ?? null)),
  );
}

/** Batches of at most as many lines as are inserted at once. */
export function* inBatches(lines: readonly Line[]): Generator<Line[]> {
  let [batch, bytes]: [Line[], number] = [[], 0];
  for (const line of lines) {
    batch.push(line);
    bytes += line.length;
    if (batch.length < MOST_ROWS && bytes < BATCH_BYTES) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

const nameOf = (table: Table): string => `blueticks.${quoted(table.name)}`;
