import type { MarkReadRule } from '../../domain/chats/mark-read-rule';
import type { Sql } from '../sql/database';
import type { SessionRow } from './sessions';

/** What a session does when somebody calls. */
export type CallSettings = Pick<SessionRow, 'reject_calls' | 'call_reply'>;

/** With the session's own number. Undefined if the session is gone. */
export async function readCallSettings(
  sql: Sql,
  sessionId: string,
): Promise<(CallSettings & Pick<SessionRow, 'phone'>) | undefined> {
  const rows = await sql.query<CallSettings & Pick<SessionRow, 'phone'>>(
    'SELECT phone, reject_calls, call_reply FROM sessions WHERE id = $1',
    [sessionId],
  );
  return rows[0];
}

/** Changes the given settings. @returns the changed row, or undefined if the session is gone. */
export async function saveCallSettings(
  tx: Sql,
  sessionId: string,
  { reject_calls, call_reply }: Partial<CallSettings>,
): Promise<SessionRow | undefined> {
  const rows = await tx.query<SessionRow>(
    `UPDATE sessions SET reject_calls = coalesce($2, reject_calls),
       call_reply = CASE WHEN $3 THEN $4 ELSE call_reply END WHERE id = $1 RETURNING *`,
    [sessionId, reject_calls ?? null, call_reply !== undefined, call_reply ?? null],
  );
  return rows[0];
}

/** @returns the changed row, or undefined if the session is gone. */
export async function saveTakeoverHours(
  tx: Sql,
  sessionId: string,
  hours: number,
): Promise<SessionRow | undefined> {
  const rows = await tx.query<SessionRow>(
    'UPDATE sessions SET takeover_hours = $2 WHERE id = $1 RETURNING *',
    [sessionId, hours],
  );
  return rows[0];
}

/** The settings that a session's owner keeps in memory. */
export type OwnerSettings = Pick<SessionRow, 'mark_read' | 'sealed_proxy'>;

/** Undefined if the session is gone. */
export async function readOwnerSettings(sql: Sql, sessionId: string): Promise<OwnerSettings | undefined> {
  const rows = await sql.query<OwnerSettings>('SELECT mark_read, sealed_proxy FROM sessions WHERE id = $1', [
    sessionId,
  ]);
  return rows[0];
}

/** @returns the changed row, or undefined if the session is gone. */
export async function saveMarkRule(
  tx: Sql,
  sessionId: string,
  rule: MarkReadRule,
): Promise<SessionRow | undefined> {
  const rows = await tx.query<SessionRow>('UPDATE sessions SET mark_read = $2 WHERE id = $1 RETURNING *', [
    sessionId,
    rule,
  ]);
  return rows[0];
}

/** @param proxy null removes it. @returns the changed row, or undefined if the session is gone. */
export async function saveProxy(
  tx: Sql,
  sessionId: string,
  proxy: { sealed: Buffer; shown: string } | null,
): Promise<SessionRow | undefined> {
  const rows = await tx.query<SessionRow>(
    'UPDATE sessions SET sealed_proxy = $2, shown_proxy = $3 WHERE id = $1 RETURNING *',
    [sessionId, proxy?.sealed ?? null, proxy?.shown ?? null],
  );
  return rows[0];
}
