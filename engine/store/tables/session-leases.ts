import type { Sql } from '../sql/database';

/**
 * Acquires or renews the lease of a session for `owner`. Uses the database's clock, so that machines agree.
 * @param alone this process is the database's only user: any earlier holder is gone.
 * @returns the fencing number; null if another owner holds the lease, or the session is gone.
 */
export async function acquireLease(
  sql: Sql,
  sessionId: string,
  owner: string,
  seconds: number,
  alone: boolean,
): Promise<number | null> {
  const rows = await sql.query<{ fence: string }>(
    `INSERT INTO session_leases AS l (session_id, owner, fence, expires_at)
     SELECT id, $2, 1, now() + make_interval(secs => $3) FROM sessions WHERE id = $1
     ON CONFLICT (session_id) DO UPDATE SET
       fence = CASE WHEN l.owner = $2 THEN l.fence ELSE l.fence + 1 END, owner = $2, expires_at = excluded.expires_at
       WHERE l.owner = $2 OR l.expires_at < now() OR $4
     RETURNING fence`,
    [sessionId, owner, seconds, alone],
  );
  return rows[0] ? Number(rows[0].fence) : null;
}

/** Whether this owner still holds the lease with this fencing number. If so, it stays locked until the transaction ends. */
export async function holdsLease(tx: Sql, sessionId: string, owner: string, fence: number): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 AS held FROM session_leases
     WHERE session_id = $1 AND owner = $2 AND fence = $3 AND expires_at > now() FOR SHARE`,
    [sessionId, owner, fence],
  );
  return rows.length > 0;
}

export async function dropLease(sql: Sql, sessionId: string, owner: string): Promise<void> {
  await sql.query('UPDATE session_leases SET expires_at = now() WHERE session_id = $1 AND owner = $2', [
    sessionId,
    owner,
  ]);
}

/** Ends all leases, of processes that are gone for certain. Fencing numbers go on from where they were. */
export async function endLeases(tx: Sql): Promise<void> {
  await tx.query('UPDATE session_leases SET expires_at = now()');
}

/** Whether any process holds the session's lease. */
export async function isLeased(sql: Sql, sessionId: string): Promise<boolean> {
  const rows = await sql.query(
    'SELECT 1 AS held FROM session_leases WHERE session_id = $1 AND expires_at > now()',
    [sessionId],
  );
  return rows.length > 0;
}

/** Removes the lease, for the transaction that removes the session: its owner can claim nothing more. */
export async function removeLease(tx: Sql, sessionId: string): Promise<void> {
  await tx.query('DELETE FROM session_leases WHERE session_id = $1', [sessionId]);
}
