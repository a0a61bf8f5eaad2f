import type { Mode } from '../../domain/mode';
import type { Sql } from '../sql/database';

/** How many rows of a mode a table has that has a row for each session or webhook: at most a few hundred. */
export async function countOf(sql: Sql, table: 'sessions' | 'webhooks', mode: Mode): Promise<number> {
  const rows = await sql.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE mode = $1`, [
    mode,
  ]);
  return rows[0]!.n;
}
