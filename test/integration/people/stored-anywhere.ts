import type { Database } from '../../../engine/store/sql/database';

/** Names of the tables of the engine. */
export async function tablesOf(database: Database): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'blueticks' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Every row of the database that contains any of these, as `table: row`. Case does not matter. */
export async function rowsWith(database: Database, needles: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const table of await tablesOf(database)) {
    // Bytes as text too: what is not encrypted must not be there either.
    const rows = await database.query<{ row: string }>(
      `SELECT row FROM (SELECT t::text AS row FROM ${table} AS t) AS all_rows
       WHERE lower(row) LIKE ANY(SELECT '%' || lower(n) || '%' FROM unnest($1::text[]) AS n
         UNION ALL SELECT '%' || encode(convert_to(n, 'UTF8'), 'hex') || '%' FROM unnest($1::text[]) AS n)`,
      [needles],
    );
    found.push(...rows.map(({ row }) => `${table}: ${row}`));
  }
  return found;
}
