import type { MessageType } from '../../domain/messages/message-content';
import { MESSAGE_STATUSES, PENDING_STATUSES, type MessageStatus } from '../../domain/messages/message-status';
import type { Mode } from '../../domain/mode';
import type { Moment } from '../../domain/time/moment';
import type { SendWindow } from '../../domain/time/send-window';
import type { Sql, Transaction } from '../sql/database';
import { likely } from '../sql/likely';
import { literals } from '../sql/literals';
import { newestOfEach } from '../sql/newest-of-each';
import { rowsJson } from '../sql/rows-json';

export interface StoredMedia {
  url: string | null;
  /** Id in `media_files`, if the bytes came in the request. */
  file_id: string | null;
  kind: string | null;
  caption: string | null;
  filename: string | null;
}

export interface StoredPoll {
  question: string;
  options: string[];
  allow_multiple: boolean;
}

export interface StoredLocation {
  /** Degrees, north positive. */
  latitude: number;
  /** Degrees, east positive. */
  longitude: number;
  name: string | null;
  address: string | null;
}

export interface StoredContact {
  name: string;
  /** E.164. */
  phones: string[];
  organization: string | null;
}

/** A row of `messages`. */
export interface MessageRow {
  id: string;
  mode: Mode;
  session_id: string;
  from_phone: string | null;
  recipient: string;
  chat_id: string;
  /** Who gets it: a person's id, or the chat id of a group or channel. */
  who: string;
  type: MessageType;
  text: string | null;
  media: StoredMedia | null;
  poll: StoredPoll | null;
  location: StoredLocation | null;
  contact: StoredContact | null;
  /** It is forwarded: what was received with this id, or for null a copy of what the engine sent. Null: it is not. */
  forward_of: { inbound_id: string | null } | null;
  reply_to: string | null;
  mentions: { ids: string[]; displays?: string[] } | null;
  link_preview:
    boolean | { title: string; description?: string; canonical_url?: string; thumbnail?: string } | null;
  reference: string | null;
  /** How long "typing…" is shown before it goes, 0 to 25; null: as the session's pacing says. */
  typing_seconds: number | null;
  priority: number;
  send_window: SendWindow | null;
  cancel_on_reply: boolean;
  /** It waits while a person has the chat. Null in a row of an older process: it does not. */
  only_while_bot: boolean | null;
  /** It is canceled when a person has the chat. Null as above. */
  cancel_on_takeover: boolean | null;
  campaign_id: string | null;
  contact_id: string | null;
  /** Which of its campaign's variants it is, from 0; null: there are none. */
  variant: number | null;
  /** Of a status: who sees it. */
  audience_id: string | null;
  sequence_id: string | null;
  /** Number of a sequence's step, from 1. */
  step: number | null;
  /** It is an occurrence of a recurrence. */
  recurrence_id: string | null;
  /** See `messages-to-draw.ts`. */
  known_to: string[] | null;
  /** Its campaign is paused. */
  held: boolean;
  /** Nothing had been written in this chat when it was handed over. */
  new_contact: boolean;
  status: MessageStatus;
  failure_reason: string | null;
  wire_id: string;
  revision: number;
  attempts: number;
  unacknowledged: number;
  send_at: Date | null;
  /** What `send_at` is relative to; null: it has a time of its own. */
  moment: Moment | null;
  due_at: Date;
  expires_at: Date | null;
  created_at: Date;
  handed_over_at: Date | null;
  sent_at: Date | null;
  delivered_at: Date | null;
  read_at: Date | null;
  failed_at: Date | null;
  canceled_at: Date | null;
  /** Its text or caption was changed after it was sent. */
  edited_at: Date | null;
  /** It was taken back. */
  revoked_at: Date | null;
  /** Its recipient was erased: it has no recipient, content or reference any more. */
  erased_at: Date | null;
}

/** Conditions for a list of messages. They are combined with AND. */
export interface MessageFilter {
  /** See `idsOfPeople`. */
  whos?: string[];
  statuses?: readonly string[];
  /** Part of the text, case ignored. */
  q?: string;
  reference?: string;
  campaignId?: string;
  sequenceIds?: string[];
  recurrenceId?: string;
  /** Only messages with a smaller id. */
  before?: string | null;
  /** Steps of sequences, or occurrences of recurrences. */
  ongoing?: { sequences: string[]; recurrences: string[] };
}

/** SQL: not sent yet. */
export const PENDING = `status IN (${literals(PENDING_STATUSES)})`;

/** SQL: not sent yet and never tried. A message that waits for a retry may have reached WhatsApp. */
export const UNTRIED = `${PENDING} AND handed_over_at IS NULL`;

/** SQL: canceled because the time before or after its moment had passed, so that moving the moment brings it back. */
export const SKIPPED = `status = 'canceled' AND moment->>'skipped' = 'true' AND erased_at IS NULL`;

/** SQL: not sent yet, or sent and not delivered yet. */
export const UNDELIVERED = `status IN (${literals([...PENDING_STATUSES, 'sending'])})`;

export async function findMessage(sql: Sql, mode: Mode, id: string): Promise<MessageRow | undefined> {
  const rows = await sql.query<MessageRow>('SELECT * FROM messages WHERE id = $1 AND mode = $2', [id, mode]);
  return rows[0];
}

/** Our message with this id on WhatsApp; undefined if we did not send it. */
export async function findByWireId(
  sql: Sql,
  sessionId: string,
  wireId: string,
): Promise<MessageRow | undefined> {
  const rows = await sql.query<MessageRow>('SELECT * FROM messages WHERE wire_id = $1 AND session_id = $2', [
    wireId,
    sessionId,
  ]);
  return rows[0];
}

/** Our messages with these ids on WhatsApp. */
export async function findByWireIds(sql: Sql, mode: Mode, wireIds: readonly string[]): Promise<MessageRow[]> {
  return sql.query<MessageRow>('SELECT * FROM messages WHERE wire_id = ANY($1::text[]) AND mode = $2', [
    wireIds,
    mode,
  ]);
}

/** Whether the engine sent, or is sending, what has this id on WhatsApp, from whichever session: a message or an act. */
export async function wasSentByUs(sql: Sql, wireId: string): Promise<boolean> {
  const rows = await sql.query(
    'SELECT FROM messages WHERE wire_id = $1 UNION ALL SELECT FROM own_acts WHERE wire_id = $1',
    [wireId],
  );
  return rows.length > 0;
}

/** Like `findMessage`, and locks the row until the transaction ends. */
export async function lockMessage(tx: Sql, mode: Mode, id: string): Promise<MessageRow | undefined> {
  const rows = await tx.query<MessageRow>('SELECT * FROM messages WHERE id = $1 AND mode = $2 FOR UPDATE', [
    id,
    mode,
  ]);
  return rows[0];
}

/** At most `limit` rows, newest first; with `before`, only rows with a smaller id. */
export async function listMessages(
  sql: Sql,
  mode: Mode,
  filter: MessageFilter,
  limit: number,
  before: string | null,
): Promise<MessageRow[]> {
  const { statuses = MESSAGE_STATUSES, ...rest } = filter;
  if (isNarrow(filter)) {
    const { where, params } = conditions(mode, { ...filter, before });
    return sql.query<MessageRow>(
      `SELECT * FROM messages WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT $${params.push(limit)}`,
      params,
    );
  }
  const { where, params } = conditions(mode, { ...rest, before });
  const [given, most] = [params.push([...new Set(statuses)]), params.push(limit)];
  return sql.query<MessageRow>(newestOfEach('messages', '*', where, `$${given}`, `$${most}`), params);
}

/** Whether so few messages match that reading all of them is quick. Then the list, and a search, begin with these. */
export const isNarrow = (filter: MessageFilter): boolean =>
  [filter.whos, filter.reference, filter.campaignId, filter.sequenceIds, filter.recurrenceId].some(
    (value) => value !== undefined,
  );

/** Locks the matching messages that can still be canceled, in the order of ids, so that two callers cannot deadlock. */
export function lockPending(tx: Sql, mode: Mode, filter: MessageFilter): Promise<MessageRow[]> {
  return lockMatching(tx, mode, filter, UNTRIED);
}

/** The same with those that moving their moment would bring back. */
export function lockCancelable(tx: Sql, mode: Mode, filter: MessageFilter): Promise<MessageRow[]> {
  return lockMatching(tx, mode, filter, `((${UNTRIED}) OR (${SKIPPED}))`);
}

async function lockMatching(
  tx: Sql,
  mode: Mode,
  filter: MessageFilter,
  condition: string,
): Promise<MessageRow[]> {
  const { where, params } = conditions(mode, filter);
  return tx.query<MessageRow>(
    `SELECT * FROM messages WHERE ${[...where, condition].join(' AND ')} ORDER BY id FOR UPDATE`,
    params,
  );
}

/**
 * Writes every column that can change after the insert. The ids are passed a second time, as an array, because the
 * planner cannot see into JSON and would read the whole table.
 */
export function saveMessages(tx: Transaction, rows: MessageRow[]): void {
  if (rows.length === 0) return;
  tx.write(
    `UPDATE messages m SET
       text = r.text, media = r.media, poll = r.poll, location = r.location, contact = r.contact,
       reference = r.reference, typing_seconds = r.typing_seconds, send_window = r.send_window,
       only_while_bot = r.only_while_bot, cancel_on_takeover = r.cancel_on_takeover,
       status = r.status, failure_reason = r.failure_reason, revision = r.revision, attempts = r.attempts,
       unacknowledged = r.unacknowledged, send_at = r.send_at, moment = r.moment, due_at = r.due_at, expires_at = r.expires_at, held = r.held, new_contact = r.new_contact,
       handed_over_at = r.handed_over_at, sent_at = r.sent_at, delivered_at = r.delivered_at, read_at = r.read_at,
       failed_at = r.failed_at, canceled_at = r.canceled_at, edited_at = r.edited_at, revoked_at = r.revoked_at
     FROM json_populate_recordset(NULL::messages, $1::json) r WHERE m.id = r.id AND m.id = ANY($2::text[])`,
    [rowsJson(rows), rows.map((row) => row.id)],
  );
}

/** For each sequence: whether a step is pending or on its way (`open`), and whether all were canceled. */
export async function findProgress(
  sql: Sql,
  ids: string[],
): Promise<{ id: string; open: boolean; canceled: boolean }[]> {
  return sql.query(
    `SELECT sequence_id AS id, bool_and(status = 'canceled') AS canceled,
       bool_or(${PENDING} OR (status = 'sending' AND sent_at IS NULL)) AS open
     FROM messages WHERE sequence_id = ANY($1::text[]) GROUP BY sequence_id`,
    [ids],
  );
}

/** The messages of these sequences, in the order of their steps. */
export async function listSteps(sql: Sql, ids: string[]): Promise<MessageRow[]> {
  return sql.query<MessageRow>(
    'SELECT * FROM messages WHERE sequence_id = ANY($1::text[]) ORDER BY sequence_id, step',
    [ids],
  );
}

/** SQL conditions of a filter, and the values of their placeholders. */
export function conditions(mode: Mode, filter: MessageFilter): { where: string[]; params: unknown[] } {
  const params: unknown[] = [mode];
  const where = ['mode = $1'];
  const add = (condition: (placeholder: string) => string, value: unknown): void => {
    if (value !== undefined && value !== null) where.push(condition(`$${params.push(value)}`));
  };
  add((p) => `who = ANY(${p}::text[])`, filter.whos);
  add((p) => `status = ANY(${p}::text[])`, filter.statuses);
  add(
    // Or PostgreSQL may think of sorting all that match.
    (p) => likely(`text ILIKE ${p}`),
    filter.q === undefined ? undefined : `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`,
  );
  add((p) => `id < ${p}`, filter.before);
  add((p) => `reference = ${p}`, filter.reference);
  add((p) => `campaign_id = ${p}`, filter.campaignId);
  add((p) => `sequence_id = ANY(${p}::text[])`, filter.sequenceIds);
  add((p) => `recurrence_id = ${p}`, filter.recurrenceId);
  add(
    (p) => `(sequence_id = ANY(${p}::text[]) OR recurrence_id = ANY(${p}::text[]))`,
    filter.ongoing && [...filter.ongoing.sequences, ...filter.ongoing.recurrences],
  );
  return { where, params };
}
