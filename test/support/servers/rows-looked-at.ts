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
  const visit = (plan: Plan): void => {
    if (plan['Relation Name'] === table && plan['Node Type'].includes('Scan')) {
      const each = (plan['Actual Rows'] ?? 0) + (plan['Rows Removed by Filter'] ?? 0);
      rows += each * (plan['Actual Loops'] ?? 1);
    }
    plan.Plans?.forEach(visit);
  };
  await run({
    async query<Row>(text: string, params?: readonly unknown[]) {
      const answer = await sql.query<{ 'QUERY PLAN': { Plan: Plan }[] | string }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        params,
      );
      const plan = answer[0]!['QUERY PLAN'];
      visit((typeof plan === 'string' ? JSON.parse(plan) : plan)[0].Plan);
      return [] as Row[];
    },
  });
  return rows;
}
