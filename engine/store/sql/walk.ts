import type { Batch, BatchSize } from '../../domain/batch-size';
import type { Sql } from './database';

/**
 * A walk through a table, to remove those of its rows whose time is over. Each step is one statement that looks at a few
 * rows, in the order of an index, and says where the next one begins. So no table is too large for it, and rows that stay
 * are looked at once.
 *
 * In its SQL the table is `r`, and its own placeholders begin with `$4`.
 */
export interface Walk {
  table: string;
  /** Columns of the index, with their types and what sorts before everything. Together they are unique. */
  keys: readonly (readonly [column: string, type: string, first: string])[];
  /** SQL condition: rows for which it is false, and all that follow, are not looked at. */
  range?: string;
  /** SQL condition: the time of the row is over. Tested again before it is removed, as it may have changed meanwhile. */
  over: string;
  /** What becomes of these rows; absent: they are deleted. SQL: what follows SET. */
  set?: string;
  /** SQL: columns of theirs for `also`. */
  returning?: string;
  /** SQL: another statement, in the same transaction, about the rows that are `gone`. */
  also?: string;
  /** A row may be so large that one is enough for a statement. */
  isHeavy?: true;
}

/** A place in a walk: the key of a row. */
export type Place = readonly string[];

export interface Step extends Batch {
  /** Where the next step begins. */
  place: Place;
  /** Whether the end of the table, or of the range, was reached. */
  isLast: boolean;
}

export const startOf = ({ keys }: Walk): Place => keys.map(([, , first]) => first);

/** The next step of a walk. @param params values of `$4` and those that follow */
export async function takeStep(
  sql: Sql,
  walk: Walk,
  place: Place,
  { look, change }: BatchSize,
  params: readonly unknown[],
): Promise<Step> {
  const [row] = await sql.query<Batch & { found: number; place: Place | null }>(statementOf(walk), [
    ...[place, look, walk.isHeavy ? 1 : change],
    ...params,
  ]);
  const { found, looked, changed, ms } = row!;
  return { looked, changed, ms, place: row!.place ?? place, isLast: found < look && looked === found };
}

const statements = new WeakMap<Walk, string>();

function statementOf(walk: Walk): string {
  const text = statements.get(walk) ?? build(walk);
  statements.set(walk, text);
  return text;
}

function build({ table, keys, range = 'true', over, set, returning = 'true AS one', also }: Walk): string {
  const names = keys.map(([column]) => column).join(', ');
  const columns = keys.map(([column]) => `r.${column}`).join(', ');
  const from = keys.map(([, type], index) => `($1::text[])[${index + 1}]::${type}`).join(', ');
  const change = set === undefined ? `DELETE FROM ${table} AS r` : `UPDATE ${table} AS r SET ${set}`;
  // The time is read last. It is without the commit, and without the time that the statement waited for the connection.
  return `WITH found AS MATERIALIZED (
      SELECT r.ctid AS row, ${columns}, (${over}) AS over FROM ${table} AS r
      WHERE (${columns}) > (${from}) AND ${range} ORDER BY ${columns} LIMIT $2
    ), looked AS MATERIALIZED (
      SELECT * FROM (SELECT *, count(*) FILTER (WHERE over) OVER (ORDER BY ${names}) AS nth FROM found) AS f WHERE nth <= $3
    ), gone AS (
      ${change} WHERE r.ctid = ANY(ARRAY(SELECT row FROM looked WHERE over)) AND (${over}) RETURNING ${returning}
    )${also === undefined ? '' : `, also AS (${also})`}
    SELECT (SELECT count(*)::int FROM found) AS found, (SELECT count(*)::int FROM looked) AS looked,
      (SELECT ARRAY[${keys.map(([column]) => `${column}::text`).join(', ')}]
       FROM looked ORDER BY ${keys.map(([column]) => `${column} DESC`).join(', ')} LIMIT 1) AS place,
      (SELECT count(*)::int FROM gone) AS changed,
      (extract(epoch FROM clock_timestamp() - statement_timestamp()) * 1000)::float8 AS ms`;
}
