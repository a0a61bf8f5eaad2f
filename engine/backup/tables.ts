import type { Sql } from '../store/sql/database';

/** A table as the database's catalog describes it. */
export interface Table {
  name: string;
  /** Every column whose value is stored; those that PostgreSQL computes itself are left out. */
  columns: Column[];
  /** The columns of its primary key. */
  key: string[];
}

export interface Column {
  name: string;
  /** As SQL writes it, such as `timestamp(3) with time zone`. */
  type: string;
}

/** Tables about the store itself. They are neither backed up nor moved. */
const OF_THE_STORE = ['schema_migrations', 'store_moves'];

/**
 * Every table of the engine's schema, each after those that it refers to. Read from the catalog, so a new table or column
 * is never forgotten.
 */
export async function readTables(sql: Sql): Promise<Table[]> {
  const tables = await sql.query<Table & { parents: string[] }>(
    `SELECT c.relname AS name,
       (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
        FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
       (SELECT coalesce(json_agg(a.attname ORDER BY k.nth), '[]')
        FROM pg_index i CROSS JOIN unnest(i.indkey::int[]) WITH ORDINALITY AS k (attnum, nth)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE i.indrelid = c.oid AND i.indisprimary) AS key,
       (SELECT coalesce(json_agg(p.relname), '[]')
        FROM pg_constraint f JOIN pg_class p ON p.oid = f.confrelid
        WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS parents
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'blueticks' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relname <> ALL ($1::text[])
     ORDER BY c.relname`,
    [OF_THE_STORE],
  );
  return parentsFirst(tables).map(({ name, columns, key }) => ({ name, columns, key }));
}

function parentsFirst<T extends { name: string; parents: string[] }>(tables: readonly T[]): T[] {
  const sorted: T[] = [];
  let left = [...tables];
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name));
    const next = left.filter(({ parents }) => !parents.some((parent) => names.has(parent)));
    if (next.length === 0) throw new Error(`These tables refer to each other: ${[...names].join(', ')}.`);
    sorted.push(...next);
    left = left.filter((table) => !next.includes(table));
  }
  return sorted;
}

/** How far a sequence has counted. */
export interface Counter {
  name: string;
  /** Text, because it may be larger than a number can hold. */
  last: string;
}

/** The sequences of serial and identity columns that have counted at all. */
export async function readCounters(sql: Sql): Promise<Counter[]> {
  return sql.query<Counter>(
    `SELECT sequencename AS name, last_value::text AS last FROM pg_sequences
     WHERE schemaname = 'blueticks' AND last_value IS NOT NULL ORDER BY sequencename`,
  );
}

export async function saveCounters(sql: Sql, counters: readonly Counter[]): Promise<void> {
  for (const { name, last } of counters) {
    await sql.query(`SELECT setval(format('blueticks.%I', $1::text)::regclass, $2::text::bigint)`, [
      name,
      last,
    ]);
  }
}

/** A name in SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
