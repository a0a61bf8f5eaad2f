/**
 * SQL for the newest rows of a table with an index on (mode, status, id). They come from the index in their order, even if
 * nearly all rows have another status or mode. An index of ids alone would make it read all of those.
 * @param statuses placeholder of an array of the wanted statuses
 * @param limit placeholder of how many rows
 */
export function newestOfEach(
  table: string,
  columns: string,
  where: readonly string[],
  statuses: string,
  limit: string,
): string {
  return `SELECT one.* FROM unnest(${statuses}::text[]) AS given (status) CROSS JOIN LATERAL (
      SELECT ${columns} FROM ${table} WHERE status = given.status AND ${where.join(' AND ')} ORDER BY id DESC LIMIT ${limit}
    ) AS one ORDER BY one.id DESC LIMIT ${limit}`;
}
