import type { Sql } from '../sql/database';

/** How much of the disk a table takes, with its indexes. */
export interface TableSize {
  table: string;
  bytes: number;
}

/** Every table, the largest first: ours, and those of the queue if it has any here. */
export async function listTableSizes(sql: Sql): Promise<TableSize[]> {
  return sql.query<TableSize>(
    `SELECT c.relname AS "table", pg_total_relation_size(c.oid)::float8 AS bytes
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
  WHERE s.nspname IN ('blueticks', 'bullmq') AND c.relkind = 'r' ORDER BY 2 DESC, 1`,
  );
}
