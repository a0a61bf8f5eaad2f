import type { MissingVariablePolicy } from '../../domain/campaigns/campaign-content';
import type { Mode } from '../../domain/mode';
import type { SendWindow } from '../../domain/time/send-window';
import type { Sql, Transaction } from '../sql/database';
import { newestOfEach } from '../sql/newest-of-each';
import { literals } from '../sql/literals';
import { PENDING, type MessageRow } from './messages';

export const RECURRENCE_STATUSES = ['active', 'paused', 'ended', 'stopped_by_reply'] as const;
export type RecurrenceStatus = (typeof RECURRENCE_STATUSES)[number];

/** Why a recurrence has ended. */
export const ENDED_REASONS = [
  'no_more_occurrences',
  'opted_out',
  'erased',
  'session_removed',
  'deleted',
] as const;
export type EndedReason = (typeof ENDED_REASONS)[number];

/** A row of `recurrences`. */
export interface RecurrenceRow {
  id: string;
  mode: Mode;
  session_id: string;
  /** The session's current number. Not a column of this table, and neither is `session_removed`. */
  from_phone: string | null;
  session_removed: boolean;
  /** Null for an audience, as are `chat_id` and `who`. */
  recipient: string | null;
  chat_id: string | null;
  /** Who gets it: a person's id, or the chat id of a group or channel. */
  who: string | null;
  audience_id: string | null;
  type: Extract<MessageRow['type'], 'text' | 'media' | 'poll'>;
  text: string | null;
  media: MessageRow['media'];
  poll: MessageRow['poll'];
  link_preview: MessageRow['link_preview'];
  on_missing_variable: MissingVariablePolicy;
  reference: string | null;
  send_window: SendWindow | null;
  until_reply: boolean;
  only_while_bot: boolean;
  cancel_on_takeover: boolean;
  rrule: string;
  /** Local time in `timezone`, such as `2026-03-02T09:00:00`; so are `exdates` and `last_local`. */
  start_local: string;
  timezone: string;
  exdates: string[];
  /** The last one, if the rule has COUNT. */
  last_local: string | null;
  /** If the rule has UNTIL. */
  until_at: Date | null;
  status: RecurrenceStatus;
  missed: number;
  /** Every occurrence up to here is over, or has its message. */
  passed_at: Date;
  /** The moment of the occurrence that is made; null if none is. */
  planned_at: Date | null;
  /** Its message or campaign. */
  planned_id: string | null;
  /** When it is missed. */
  deadline_at: Date | null;
  /** Whether that is still to go. Not a column. */
  planned_open: boolean;
  created_at: Date;
  ended_at: Date | null;
  ended_reason: EndedReason | null;
  /** Its recipient was erased: it has no recipient, content or reference any more. */
  erased_at: Date | null;
}

/** Conditions for a list. They are combined with AND. */
export interface RecurrenceFilter {
  status?: RecurrenceStatus;
  reference?: string;
  audienceId?: string;
  /** See `idsOfPeople`. */
  whos?: string[];
}

const COLUMNS = `recurrences.*,
  (SELECT phone FROM sessions WHERE id = recurrences.session_id) AS from_phone,
  (NOT EXISTS (SELECT FROM sessions WHERE id = recurrences.session_id)) AS session_removed,
  (EXISTS (SELECT FROM messages AS m WHERE m.id = recurrences.planned_id AND m.${PENDING})
    OR EXISTS (SELECT FROM campaigns AS c WHERE c.id = recurrences.planned_id AND c.status IN ('pending', 'paused')
      AND c.started_at IS NULL)) AS planned_open`;

/** Its occurrences go on, now or once it is resumed. */
export const LIVE_STATUSES = ['active', 'paused'] as const satisfies readonly RecurrenceStatus[];
/** SQL for these. */
export const LIVE = `status IN (${literals(LIVE_STATUSES)})`;

export function insertRecurrence(tx: Transaction, row: RecurrenceRow): void {
  tx.write('INSERT INTO recurrences SELECT * FROM jsonb_populate_record(NULL::recurrences, $1::jsonb)', [
    JSON.stringify(row),
  ]);
}

/** Writes every column that can change after the insert. */
export function saveRecurrence(tx: Transaction, row: RecurrenceRow): void {
  tx.write(
    `UPDATE recurrences AS r SET
       text = n.text, media = n.media, poll = n.poll, link_preview = n.link_preview,
       on_missing_variable = n.on_missing_variable, reference = n.reference, send_window = n.send_window,
       until_reply = n.until_reply, only_while_bot = n.only_while_bot, cancel_on_takeover = n.cancel_on_takeover,
       rrule = n.rrule, start_local = n.start_local, timezone = n.timezone, exdates = n.exdates,
       last_local = n.last_local, until_at = n.until_at, status = n.status, missed = n.missed,
       passed_at = n.passed_at, planned_at = n.planned_at, planned_id = n.planned_id, deadline_at = n.deadline_at,
       ended_at = n.ended_at, ended_reason = n.ended_reason
     FROM jsonb_populate_record(NULL::recurrences, $2::jsonb) AS n WHERE r.id = $1`,
    [row.id, JSON.stringify(row)],
  );
}

export function deleteRecurrence(tx: Transaction, id: string): void {
  tx.write('DELETE FROM recurrences WHERE id = $1', [id]);
}

/** At most `limit` rows, newest first; with `before`, only rows with a smaller id. */
export async function listRecurrences(
  sql: Sql,
  mode: Mode,
  { status, reference, audienceId, whos }: RecurrenceFilter,
  limit: number | null,
  before: string | null = null,
): Promise<RecurrenceRow[]> {
  const params: unknown[] = [mode, limit];
  const where = ['mode = $1'];
  const add = (condition: (placeholder: string) => string, value: unknown): void => {
    if (value !== undefined && value !== null) where.push(condition(`$${params.push(value)}`));
  };
  add((p) => `reference = ${p}`, reference);
  add((p) => `audience_id = ${p}`, audienceId);
  add((p) => `who = ANY(${p}::text[])`, whos);
  add((p) => `id < ${p}`, before);
  if ((reference ?? audienceId ?? whos) === undefined) {
    const statuses = params.push(status === undefined ? RECURRENCE_STATUSES : [status]);
    return sql.query<RecurrenceRow>(
      newestOfEach('recurrences', COLUMNS, where, `$${statuses}`, '$2'),
      params,
    );
  }
  add((p) => `status = ${p}`, status);
  return sql.query<RecurrenceRow>(
    `SELECT ${COLUMNS} FROM recurrences WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT $2`,
    params,
  );
}

export async function findRecurrence(sql: Sql, mode: Mode, id: string): Promise<RecurrenceRow | undefined> {
  const rows = await sql.query<RecurrenceRow>(
    `SELECT ${COLUMNS} FROM recurrences WHERE id = $1 AND mode = $2`,
    [id, mode],
  );
  return rows[0];
}

/*
 * A transaction locks recurrences after names and audiences, and before campaigns and messages.
 */

/** Like `findRecurrence`, and locks the row until the transaction ends. */
export async function lockRecurrence(tx: Sql, mode: Mode, id: string): Promise<RecurrenceRow | undefined> {
  const rows = await tx.query<RecurrenceRow>(
    `SELECT ${COLUMNS} FROM recurrences WHERE id = $1 AND mode = $2 FOR NO KEY UPDATE`,
    [id, mode],
  );
  return rows[0];
}

/** Locks those that still go on, in the order of ids, so that two callers cannot deadlock. */
export async function lockLive(tx: Sql, ids: readonly string[]): Promise<RecurrenceRow[]> {
  if (ids.length === 0) return [];
  return tx.query<RecurrenceRow>(
    `SELECT ${COLUMNS} FROM recurrences WHERE id = ANY($1::text[]) AND ${LIVE} ORDER BY id FOR NO KEY UPDATE`,
    [ids],
  );
}

/**
 * Ids of active recurrences that have something to do: their occurrence has come and was sent, failed or moved, or its
 * time is over; or none is made.
 */
export async function findDueRecurrences(sql: Sql, now: Date, limit: number): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT id FROM recurrences AS r
     WHERE status = 'active' AND coalesce(planned_at, passed_at) <= $1
       AND (planned_at IS NULL OR deadline_at <= $1 OR NOT (
         EXISTS (SELECT FROM messages AS m WHERE m.id = r.planned_id AND m.send_at = r.planned_at
           AND m.status IN ('scheduled', 'queued', 'sending') AND m.sent_at IS NULL)
         OR EXISTS (SELECT FROM campaigns AS c WHERE c.id = r.planned_id AND c.status = 'pending')))
     ORDER BY coalesce(planned_at, passed_at) LIMIT $2`,
    [now, limit],
  );
  return rows.map(({ id }) => id);
}

/** Locks an active recurrence; undefined if it is not, or another process has locked it. */
export async function lockActiveRecurrence(tx: Sql, id: string): Promise<RecurrenceRow | undefined> {
  const rows = await tx.query<RecurrenceRow>(
    `SELECT ${COLUMNS} FROM recurrences WHERE id = $1 AND status = 'active' FOR NO KEY UPDATE SKIP LOCKED`,
    [id],
  );
  return rows[0];
}

/** Whether a recurrence that goes on uses an audience. */
export async function liveRecurrenceOf(sql: Sql, audienceId: string): Promise<string | undefined> {
  const rows = await sql.query<{ id: string }>(
    `SELECT id FROM recurrences WHERE audience_id = $1 AND ${LIVE} ORDER BY id LIMIT 1`,
    [audienceId],
  );
  return rows[0]?.id;
}

/** SQL: what it has made may go. After the last occurrence a message that was moved may be left. */
export const MAY_GO = `(r.status = 'active' OR r.ended_reason = 'no_more_occurrences')`;

/** Which of these were stopped, paused or removed before their end: what they have made must not go. */
export async function findStoppedRecurrences(sql: Sql, ids: readonly string[]): Promise<Set<string>> {
  const rows = await sql.query<{ id: string }>(
    `SELECT id FROM unnest($1::text[]) AS given (id)
     WHERE NOT EXISTS (SELECT FROM recurrences AS r WHERE r.id = given.id AND ${MAY_GO})`,
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}
