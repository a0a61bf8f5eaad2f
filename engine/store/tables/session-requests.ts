import type { Sql } from '../sql/database';

/** A request of a session's owner that waits for its answer. */
export interface OpenRequest {
  id: string;
  /** As it was asked: JSON, parsed. */
  request: unknown;
}

/** Whoever asked has gone by then: nobody reads an answer that comes later. */
const ASKED_AT_MOST_SECONDS = 30;

/**
 * Nothing is asked where the session is gone. By the database's clock: asker and owner may be on machines that do not
 * agree on the time.
 */
export async function insertRequest(tx: Sql, id: string, sessionId: string, request: object): Promise<void> {
  await tx.query(
    'INSERT INTO session_requests (id, session_id, request, created_at) SELECT $1, id, $3, now() FROM sessions WHERE id = $2',
    [id, sessionId, JSON.stringify(request)],
  );
}

/**
 * What the owner of a session is to answer, oldest first; what nobody waits for any more is dropped.
 * @returns null where there is no such session any more.
 */
export async function takeOpenRequests(sql: Sql, sessionId: string): Promise<OpenRequest[] | null> {
  const rows = await sql.query<{ id: string | null; request: unknown; late: boolean | null }>(
    `SELECT r.id, r.request, r.created_at < now() - make_interval(secs => $2) AS late
     FROM sessions AS s LEFT JOIN session_requests AS r ON r.session_id = s.id AND r.answered_at IS NULL
     WHERE s.id = $1 ORDER BY r.id`,
    [sessionId, ASKED_AT_MOST_SECONDS],
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
 * The answer, which goes with its row when it is read.
 * @returns `waiting` while there is none, `gone` where the session was removed meanwhile.
 */
export async function takeAnswer(sql: Sql, id: string): Promise<{ answer: unknown } | 'waiting' | 'gone'> {
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

export async function deleteOldRequests(sql: Sql, before: Date): Promise<void> {
  await sql.query('DELETE FROM session_requests WHERE created_at < $1', [before]);
}
