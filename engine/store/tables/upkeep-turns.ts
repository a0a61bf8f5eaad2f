import type { Sql } from '../sql/database';

/**
 * Gives a process the turn to do a job of the upkeep, if it is time and no other one has it. A process that dies loses its
 * turn when `until` has passed.
 * @param holder the same for all calls of one process
 */
export async function takeTurn(
  sql: Sql,
  job: string,
  holder: string,
  now: Date,
  until: Date,
): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO upkeep_turns AS t (job, held_by, held_until) VALUES ($1, $2, $4)
     ON CONFLICT (job) DO UPDATE SET held_by = $2, held_until = $4
       WHERE t.held_by = $2 OR ((t.held_until IS NULL OR t.held_until <= $3) AND (t.next_at IS NULL OR t.next_at <= $3))
     RETURNING 1 AS one`,
    [job, holder, now, until],
  );
  return rows.length > 0;
}

/** Ends the turn of a process. @param nextAt when the job is to be done again; null: as soon as somebody can */
export async function endTurn(sql: Sql, job: string, holder: string, nextAt: Date | null): Promise<void> {
  await sql.query(
    'UPDATE upkeep_turns SET held_by = NULL, held_until = NULL, next_at = $3 WHERE job = $1 AND held_by = $2',
    [job, holder, nextAt],
  );
}
