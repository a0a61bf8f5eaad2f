import type { Sql } from '../../../engine/store/sql/database';

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

/** Runs statements for their plans only: how many rows of `table` they looked at. */
export async function rowsLookedAt(
  sql: Sql,
  table: string,
  run: (sql: Sql) => Promise<unknown>,
): Promise<number> {
  let rows = 0;
  await run({
    async query<Row>(text: string, params?: readonly unknown[]) {
      rows += await rowsOfPlan(sql, table, text, params);
      return [] as Row[];
    },
  });
  return rows;
}

/** Runs statements: how many there were, and how many rows of `table` they looked at. Only for statements that change nothing. */
export async function costOf(
  sql: Sql,
  table: string,
  run: (sql: Sql) => Promise<unknown>,
): Promise<{ statements: number; rows: number }> {
  const cost = { statements: 0, rows: 0 };
  await run({
    async query<Row>(text: string, params?: readonly unknown[]) {
      cost.statements += 1;
      cost.rows += await rowsOfPlan(sql, table, text, params);
      return sql.query<Row>(text, params);
    },
  });
  return cost;
}

async function rowsOfPlan(
  sql: Sql,
  table: string,
  text: string,
  params?: readonly unknown[],
): Promise<number> {
  let rows = 0;
  const visit = (plan: Plan): void => {
    if (plan['Relation Name'] === table && plan['Node Type'].includes('Scan')) {
      const each = (plan['Actual Rows'] ?? 0) + (plan['Rows Removed by Filter'] ?? 0);
      rows += each * (plan['Actual Loops'] ?? 1);
    }
    plan.Plans?.forEach(visit);
  };
  const answer = await sql.query<{ 'QUERY PLAN': { Plan: Plan }[] | string }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
    params,
  );
  const plan = answer[0]!['QUERY PLAN'];
  visit((typeof plan === 'string' ? JSON.parse(plan) : plan)[0].Plan);
  return rows;
}
