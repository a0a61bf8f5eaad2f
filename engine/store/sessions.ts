import type { Mode } from '../domain/mode';
import type { Sql } from './database';

export interface SessionRow {
  id: string;
  mode: Mode;
  name: string | null;
  phone: string | null;
  push_name: string | null;
  state: string;
  reason: string | null;
  /** The QR code to scan now, while it is being linked. */
  qr: string | null;
  qr_expires_at: Date | null;
  restricted_until: Date | null;
  /** The state that was last told in an event. */
  told_state: string | null;
  connected_at: Date | null;
  created_at: Date;
}

/** Makes the one session of the sandbox, unless it is there. */
export async function ensureSandboxSession(sql: Sql, id: string, phone: string, now: Date): Promise<void> {
  await sql.query(
    `INSERT INTO sessions (id, mode, name, phone, push_name, state, created_at)
     VALUES ($1, 'test', 'Sandbox', $2, 'Sandbox', 'disconnected', $3) ON CONFLICT DO NOTHING`,
    [id, phone, now],
  );
}

/** All sessions of a mode, or of both, oldest first. */
export async function listSessions(sql: Sql, mode?: Mode): Promise<SessionRow[]> {
  return sql.query<SessionRow>('SELECT * FROM sessions WHERE $1::text IS NULL OR mode = $1 ORDER BY id', [
    mode ?? null,
  ]);
}

/** States of a session that has a number, whether or not its link is up. */
const LINKED = `'connecting', 'connected', 'disconnected', 'restricted'`;

/** What is known of a session's link at one moment. */
export interface LinkFacts {
  state: string;
  reason: string | null;
  restrictedUntil?: Date | null;
}

/**
 * Stores a session's state; `connected_at` is kept while the link stays up.
 * @returns the row as it is now, or undefined where the session is gone.
 */
export async function saveSessionState(
  sql: Sql,
  id: string,
  { state, reason, restrictedUntil = null }: LinkFacts,
  now: Date,
): Promise<SessionRow | undefined> {
  const rows = await sql.query<SessionRow>(
    `UPDATE sessions SET state = $2, reason = $3, restricted_until = $5,
       connected_at = CASE WHEN $2 NOT IN ('connected', 'restricted') THEN NULL
                           WHEN state IN ('connected', 'restricted') THEN connected_at ELSE $4 END
     WHERE id = $1 RETURNING *`,
    [id, state, reason, now, restrictedUntil],
  );
  return rows[0];
}

/** Of a session that is linked: a new process has begun to connect it. */
export async function saveConnecting(sql: Sql, id: string): Promise<void> {
  await sql.query(
    `UPDATE sessions SET state = 'connecting', reason = NULL, connected_at = NULL WHERE id = $1 AND state IN (${LINKED})`,
    [id],
  );
}

/** Of a session that is linked: nobody connects it any more. */
export async function saveStopped(sql: Sql, id: string, reason: string): Promise<void> {
  await sql.query(
    `UPDATE sessions SET state = 'disconnected', reason = $2, connected_at = NULL WHERE id = $1 AND state IN (${LINKED})`,
    [id, reason],
  );
}

export async function saveToldState(sql: Sql, id: string, state: string): Promise<void> {
  await sql.query('UPDATE sessions SET told_state = $2 WHERE id = $1', [id, state]);
}

/** Stores the QR code to show now; null where there is none any more. */
export async function saveQr(
  sql: Sql,
  id: string,
  qr: { text: string; expiresAt: Date } | null,
): Promise<void> {
  await sql.query('UPDATE sessions SET qr = $2, qr_expires_at = $3 WHERE id = $1', [
    id,
    qr?.text ?? null,
    qr?.expiresAt ?? null,
  ]);
}

export async function saveLinkedAccount(
  sql: Sql,
  id: string,
  { phone, pushName }: { phone: string; pushName: string | null },
): Promise<void> {
  await sql.query(
    'UPDATE sessions SET phone = $2, push_name = coalesce($3, push_name), qr = NULL, qr_expires_at = NULL WHERE id = $1',
    [id, phone, pushName],
  );
}

/**
 * Takes or renews the lease of a session for `owner`. Uses the database's clock, so that machines agree.
 * @param alone this process is the store's only user: whoever held the lease is gone.
 * @returns the fencing number, or null while somebody else holds it.
 */
export async function takeLease(
  sql: Sql,
  sessionId: string,
  owner: string,
  seconds: number,
  alone: boolean,
): Promise<number | null> {
  const rows = await sql.query<{ fence: string }>(
    `INSERT INTO session_leases AS l (session_id, owner, fence, expires_at)
     VALUES ($1, $2, 1, now() + make_interval(secs => $3))
     ON CONFLICT (session_id) DO UPDATE SET
       fence = CASE WHEN l.owner = $2 THEN l.fence ELSE l.fence + 1 END, owner = $2, expires_at = excluded.expires_at
       WHERE l.owner = $2 OR l.expires_at < now() OR $4
     RETURNING fence`,
    [sessionId, owner, seconds, alone],
  );
  return rows[0] ? Number(rows[0].fence) : null;
}

/** Locks the lease for the transaction and tells whether it is still this owner's, under this fencing number. */
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
