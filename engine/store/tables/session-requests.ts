import type { Sql } from '../sql/database';

/** A request to a session's owner that has no answer yet. */
export interface OpenRequest {
  id: string;
  /** Parsed JSON. */
  request: unknown;
}

/** The caller waits no longer than this. Nobody would read a later answer. */
const LONGEST_WAIT_SECONDS = 30;

/**
 * Does nothing if the session is gone. Uses the database's clock, as the clocks of the caller's and the owner's machine
 * may differ.
 */
export async function insertRequest(tx: Sql, id: string, sessionId: string, request: object): Promise<void> {
  await tx.query(
    'INSERT INTO session_requests (id, session_id, request, created_at) SELECT $1, id, $3, now() FROM sessions WHERE id = $2',
    [id, sessionId, JSON.stringify(request)],
  );
}

/**
 * The requests that a session's owner should answer, oldest first. Deletes those for which nobody waits any longer.
 * @returns null if the session is gone.
 */
export async function readOpenRequests(sql: Sql, sessionId: string): Promise<OpenRequest[] | null> {
  const rows = await sql.query<{ id: string | null; request: unknown; late: boolean | null }>(
    `SELECT r.id, r.request, r.created_at < now() - make_interval(secs => $2) AS late
     FROM sessions AS s LEFT JOIN session_requests AS r ON r.session_id = s.id AND r.answered_at IS NULL
     WHERE s.id = $1 ORDER BY r.id`,
    [sessionId, LONGEST_WAIT_SECONDS],
  );
  if (rows.length === 0) return null;
  const asked = rows.flatMap(({ id, request, late }) => (id === null ? [] : [{ id, request, late }]));
  for (const { id } of asked.filter(({ late }) => late)) await deleteRequest(sql, id);
  return asked.filter(({ late }) => !late).map(({ id, request }) => ({ id, request }));
}

export async function saveAnswer(tx: Sql, id: string, answer: object): Promise<void> {
  await tx.query('UPDATE session_requests SET answer = $2, answered_at = now() WHERE id = $1', [
    id,
    JSON.stringify(answer),
  ]);
}

/**
 * Reads an answer, and deletes its request.
 * @returns `waiting` if there is no answer yet, `gone` if the session was removed.
 */
export async function readAnswer(sql: Sql, id: string): Promise<{ answer: unknown } | 'waiting' | 'gone'> {
  const rows = await sql.query<{ answer: unknown; answered: boolean }>(
    'SELECT answer, answered_at IS NOT NULL AS answered FROM session_requests WHERE id = $1',
    [id],
  );
  const [row] = rows;
  if (!row) return 'gone';
  if (!row.answered) return 'waiting';
  await deleteRequest(sql, id);
  return { answer: row.answer };
}

export async function deleteRequest(sql: Sql, id: string): Promise<void> {
  await sql.query('DELETE FROM session_requests WHERE id = $1', [id]);
}
