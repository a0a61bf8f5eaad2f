import { LINKED_STATES, type LinkState } from '../../domain/link-state';
import type { MarkReadRule } from '../../domain/chats/mark-read-rule';
import type { Mode } from '../../domain/mode';
import type { QuotaState } from '../../domain/pacing/quota';
import type { PacingSettings } from '../../domain/pacing/settings';
import type { Slowdown } from '../../domain/pacing/slowdown';
import type { Sql } from '../sql/database';
import { literals } from '../sql/literals';

export interface SessionRow {
  id: string;
  mode: Mode;
  name: string | null;
  phone: string | null;
  push_name: string | null;
  state: LinkState;
  reason: string | null;
  /** The text of the QR code to scan now, while the session is being linked. */
  qr: string | null;
  qr_expires_at: Date | null;
  restricted_until: Date | null;
  /** The state in the last event. */
  told_state: string | null;
  connected_at: Date | null;
  created_at: Date;
  /** The user's settings. Defaults apply to the rest. */
  pacing: Partial<PacingSettings>;
  /** When it was linked to this number. */
  linked_at: Date | null;
  slowdown: StoredSlowdown | null;
  /** Null: WhatsApp set no limit, or said nothing yet. */
  quota: StoredQuota | null;
  reject_calls: boolean;
  /** What a rejected caller is written; null for nothing. */
  call_reply: string | null;
  /** For how many hours a chat is a person's after the owner wrote in it; 0: not at all. */
  takeover_hours: number;
  mark_read: MarkReadRule;
  /** The URL of its proxy, sealed; null if it has none. */
  sealed_proxy: Buffer | null;
  /** The same without the password. */
  shown_proxy: string | null;
}

/** Times as RFC 3339. */
export interface StoredSlowdown {
  factor: number;
  since: string;
  reason: Slowdown['reason'];
  low_paused_until: string | null;
}

/** WhatsApp's count of new chats. Times as RFC 3339. */
export interface StoredQuota {
  limit: number;
  used: number;
  state: QuotaState;
  read_at: string;
  resets_at: string | null;
  cycle_s: number | null;
  /** The worst state of this cycle that an event has told. */
  told: QuotaState;
}

/** Creates the sandbox's only session, unless it exists. */
export async function ensureSandboxSession(sql: Sql, id: string, phone: string, now: Date): Promise<void> {
  await sql.query(
    `INSERT INTO sessions (id, mode, name, phone, push_name, state, created_at)
     VALUES ($1, 'test', 'Sandbox', $2, 'Sandbox', 'disconnected', $3) ON CONFLICT DO NOTHING`,
    [id, phone, now],
  );
}

/** All sessions of a mode, or of both modes, oldest first. */
export async function listSessions(sql: Sql, mode?: Mode): Promise<SessionRow[]> {
  return sql.query<SessionRow>('SELECT * FROM sessions WHERE $1::text IS NULL OR mode = $1 ORDER BY id', [
    mode ?? null,
  ]);
}

/** SQL: has a number. */
const LINKED = `state IN (${literals(LINKED_STATES)})`;

/** One page of a mode's sessions, newest first. @param before only sessions with a smaller id. */
export async function listSessionPage(
  sql: Sql,
  mode: Mode,
  limit: number,
  before: string | null,
): Promise<SessionRow[]> {
  return sql.query<SessionRow>(
    'SELECT * FROM sessions WHERE mode = $1 AND ($2::text IS NULL OR id < $2) ORDER BY id DESC LIMIT $3',
    [mode, before, limit],
  );
}

export async function findSession(sql: Sql, mode: Mode, id: string): Promise<SessionRow | undefined> {
  const rows = await sql.query<SessionRow>('SELECT * FROM sessions WHERE id = $1 AND mode = $2', [id, mode]);
  return rows[0];
}

/** E.164; null if it has no number, or is gone. */
export async function findSessionPhone(sql: Sql, id: string): Promise<string | null> {
  const rows = await sql.query<Pick<SessionRow, 'phone'>>('SELECT phone FROM sessions WHERE id = $1', [id]);
  return rows[0]?.phone ?? null;
}

/** Creates a session without a number. */
export async function insertSession(
  tx: Sql,
  session: Pick<SessionRow, 'id' | 'mode' | 'name' | 'created_at'>,
): Promise<SessionRow> {
  const rows = await tx.query<SessionRow>(
    `INSERT INTO sessions (id, mode, name, state, created_at) VALUES ($1, $2, $3, 'unlinked', $4) RETURNING *`,
    [session.id, session.mode, session.name, session.created_at],
  );
  return rows[0]!;
}

export async function saveSessionName(
  tx: Sql,
  mode: Mode,
  id: string,
  name: string | null,
): Promise<SessionRow | undefined> {
  const rows = await tx.query<SessionRow>(
    'UPDATE sessions SET name = $3 WHERE id = $1 AND mode = $2 RETURNING *',
    [id, mode, name],
  );
  return rows[0];
}

/** Removes a session with its keys, its requests and its inbound messages. Its sent messages stay readable. */
export async function deleteSession(tx: Sql, id: string): Promise<boolean> {
  await tx.query('DELETE FROM inbound_messages WHERE session_id = $1', [id]);
  const rows = await tx.query('DELETE FROM sessions WHERE id = $1 RETURNING id', [id]);
  return rows.length > 0;
}

/** The state of a session's link. */
export interface LinkFacts {
  state: LinkState;
  reason: string | null;
  restrictedUntil?: Date | null;
}

/**
 * Stores a session's state; `connected_at` is kept while the link stays up.
 * @returns the changed row, or undefined if the session is gone.
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

/** A new process has started to connect this session. Changes only a session with a number. */
export async function saveConnecting(sql: Sql, id: string): Promise<void> {
  await sql.query(
    `UPDATE sessions SET state = 'connecting', reason = NULL, connected_at = NULL WHERE id = $1 AND ${LINKED}`,
    [id],
  );
}

/**
 * Nobody keeps these sessions connected: the process that did has died, and had no time to say so.
 * @param alone this process is the database's only user. Otherwise, a process that holds a session's lease may have it.
 */
export async function saveUnconnected(sql: Sql, alone: boolean): Promise<void> {
  await sql.query(
    `UPDATE sessions AS s SET state = 'connecting', reason = NULL, connected_at = NULL
     WHERE s.state IN ('connected', 'restricted') AND ($1 OR NOT EXISTS (
       SELECT FROM session_leases AS l WHERE l.session_id = s.id AND l.expires_at > now()))`,
    [alone],
  );
}

/** No process keeps this session connected any more. Changes only a session with a number. */
export async function saveStopped(sql: Sql, id: string, reason: string): Promise<void> {
  await sql.query(
    `UPDATE sessions SET state = 'disconnected', reason = $2, connected_at = NULL WHERE id = $1 AND ${LINKED}`,
    [id, reason],
  );
}

export async function saveToldState(sql: Sql, id: string, state: string): Promise<void> {
  await sql.query('UPDATE sessions SET told_state = $2 WHERE id = $1', [id, state]);
}

/** Stores the QR code to show now; null removes it. */
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

/** Stores the linked number. If it is a different number, the warm-up of its pacing starts over, and its quota is unknown. */
export async function saveLinkedAccount(
  sql: Sql,
  id: string,
  { phone, pushName }: { phone: string; pushName: string | null },
  now: Date,
): Promise<void> {
  await sql.query(
    `UPDATE sessions SET phone = $2, push_name = coalesce($3, push_name), qr = NULL, qr_expires_at = NULL,
       linked_at = CASE WHEN phone = $2 THEN coalesce(linked_at, $4) ELSE $4 END,
       quota = CASE WHEN phone = $2 THEN quota END
     WHERE id = $1`,
    [id, phone, pushName, now],
  );
}

/** The columns that a session's pacing needs. */
export type PacingRow = Pick<
  SessionRow,
  'mode' | 'state' | 'pacing' | 'linked_at' | 'created_at' | 'slowdown' | 'quota'
>;

export async function readPacing(sql: Sql, sessionId: string): Promise<PacingRow | undefined> {
  const rows = await sql.query<PacingRow>(
    'SELECT mode, state, pacing, linked_at, created_at, slowdown, quota FROM sessions WHERE id = $1',
    [sessionId],
  );
  return rows[0];
}

export async function readQuota(sql: Sql, sessionId: string): Promise<StoredQuota | null> {
  const rows = await sql.query<Pick<SessionRow, 'quota'>>('SELECT quota FROM sessions WHERE id = $1', [
    sessionId,
  ]);
  return rows[0]?.quota ?? null;
}

/** @returns the changed row, or undefined if the session is gone. */
export async function saveQuota(
  tx: Sql,
  sessionId: string,
  quota: StoredQuota | null,
): Promise<SessionRow | undefined> {
  const rows = await tx.query<SessionRow>('UPDATE sessions SET quota = $2 WHERE id = $1 RETURNING *', [
    sessionId,
    quota && JSON.stringify(quota),
  ]);
  return rows[0];
}

/** @returns the changed row, or undefined if the session is gone. */
export async function saveSlowdown(
  tx: Sql,
  sessionId: string,
  slowdown: StoredSlowdown,
): Promise<SessionRow | undefined> {
  const rows = await tx.query<SessionRow>('UPDATE sessions SET slowdown = $2 WHERE id = $1 RETURNING *', [
    sessionId,
    JSON.stringify(slowdown),
  ]);
  return rows[0];
}

/** Changes the given settings. Null resets one to its default. The sandbox's warm-up begins when it is turned on. */
export async function savePacing(
  tx: Sql,
  sessionId: string,
  edit: Record<string, unknown>,
  now: Date,
): Promise<SessionRow | undefined> {
  const rows = await tx.query<SessionRow>(
    `UPDATE sessions SET pacing = jsonb_strip_nulls(pacing || $2::jsonb),
       linked_at = CASE WHEN mode = 'test' AND $2::jsonb -> 'warm_up' = 'true'
         AND (pacing -> 'warm_up') IS DISTINCT FROM 'true' THEN $3 ELSE linked_at END
     WHERE id = $1 RETURNING *`,
    [sessionId, JSON.stringify(edit), now],
  );
  return rows[0];
}
