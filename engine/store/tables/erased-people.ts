import type { Mode } from '../../domain/mode';
import type { Sql, Transaction } from '../sql/database';
import { AND_ITS_CONTENT } from './older-content';
import { literals } from '../sql/literals';
import { PENDING, type MessageRow } from './messages';

/*
 * What is removed when a person is erased. `ids` are all ids of the person, `names` all their names, `digits` those of
 * all their names.
 */

/** Locks up to `limit` messages to the person: pending ones first, then in the order of ids. */
export async function lockMessagesTo(tx: Sql, ids: readonly string[], limit: number): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages WHERE id = ANY(ARRAY(
       SELECT id FROM messages WHERE who = ANY($1::text[]) ORDER BY (${PENDING}) DESC, id LIMIT $2))
     ORDER BY id FOR UPDATE`,
    [ids, limit],
  );
}

/** Removes recipient, content and reference of messages, with their files. @param who a random id, for their rows */
export function eraseMessages(tx: Transaction, rows: readonly MessageRow[], who: string, now: Date): void {
  const files = rows.flatMap(({ media }) => media?.file_id ?? []);
  if (files.length > 0) tx.write('DELETE FROM media_files WHERE id = ANY($1::text[])', [files]);
  tx.write(
    `UPDATE messages SET recipient = '', chat_id = '', who = $2, text = NULL, media = NULL, poll = NULL,
       location = NULL, contact = NULL, reply_to = NULL, mentions = NULL, link_preview = NULL, reference = NULL, erased_at = $3 WHERE id = ANY($1::text[])`,
    [rows.map(({ id }) => id), who, now],
  );
}

/** Removes recipient and reference of sequences. @returns their ids. */
export async function eraseSequences(
  tx: Sql,
  ids: readonly string[],
  who: string,
  now: Date,
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `UPDATE sequences SET recipient = '', chat_id = '', who = $2, reference = NULL, erased_at = $3
     WHERE who = ANY($1::text[]) RETURNING id`,
    [ids, who, now],
  );
  return rows.map(({ id }) => id);
}

/** Removes recipient, content and reference of recurrences, with their files. @returns their ids. */
export async function eraseRecurrences(
  tx: Sql,
  ids: readonly string[],
  who: string,
  now: Date,
): Promise<string[]> {
  await tx.query(
    `DELETE FROM media_files WHERE id IN (SELECT media->>'file_id' FROM recurrences WHERE who = ANY($1::text[]))`,
    [ids],
  );
  const rows = await tx.query<{ id: string }>(
    `UPDATE recurrences SET recipient = '', chat_id = '', who = $2, text = NULL, media = NULL, poll = NULL,
       link_preview = NULL, reference = NULL, erased_at = $3
     WHERE who = ANY($1::text[]) RETURNING id`,
    [ids, who, now],
  );
  return rows.map(({ id }) => id);
}

/**
 * Removes mentions of the person, and quotes of what they wrote, from messages to others. Such a message to a group goes
 * on without.
 */
export function eraseMentions(tx: Transaction, mode: Mode, digits: readonly string[]): void {
  tx.write(
    `UPDATE messages SET
       mentions = CASE WHEN ${MENTIONED} THEN NULL ELSE mentions END,
       reply_to = CASE WHEN ${QUOTED} THEN NULL ELSE reply_to END
     WHERE mode = $1 AND (${MENTIONED} OR ${QUOTED})`,
    [mode, digits],
  );
}

const MENTIONED = `EXISTS (SELECT FROM jsonb_array_elements_text(mentions->'ids') AS m (id)
  WHERE regexp_replace(m.id, '\\D', '', 'g') = ANY($2::text[]))`;
/** The last part of a key in a group is its author. */
const QUOTED = `(regexp_match(reply_to, '_(\\d+)@[a-z.]+$'))[1] = ANY($2::text[])`;

/** An event about a message or sequence. `open`: it has a delivery that has not been made. */
export interface EventOfSubject {
  id: string;
  type: string;
  data: string;
  open: boolean;
}

export async function listEventsOf(sql: Sql, subjects: readonly string[]): Promise<EventOfSubject[]> {
  return sql.query<EventOfSubject>(
    `SELECT id, type, data, EXISTS (
         SELECT FROM deliveries d WHERE d.event_id = events.id AND d.status IN ('pending', 'held')) AS open
     FROM events WHERE subject_id = ANY($1::text[])`,
    [subjects],
  );
}

/** Replaces the data of events, and removes to whom they are about. */
export function saveErasedEvents(tx: Transaction, events: readonly { id: string; data: string }[]): void {
  if (events.length === 0) return;
  tx.write(
    `UPDATE events e SET data = n.data, chat_id = NULL, who = NULL, reference = NULL
     FROM jsonb_to_recordset($1::jsonb) AS n (id text, data text) WHERE e.id = n.id AND e.id = ANY($2::text[])`,
    [JSON.stringify(events), events.map(({ id }) => id)],
  );
}

/** Up to `limit` events of groups that name the person. */
export async function findGroupEventsWith(
  sql: Sql,
  ids: readonly string[],
  limit: number,
): Promise<{ id: string; data: string }[]> {
  return sql.query(
    `SELECT id, data FROM events WHERE type LIKE 'group.%' AND people_in(data) && $1::text[] LIMIT $2`,
    [ids, limit],
  );
}

/** Whether an event of a group names the person, who may be known from nothing else. */
export async function isInGroupEvent(sql: Sql, ids: readonly string[]): Promise<boolean> {
  return (await findGroupEventsWith(sql, ids, 1)).length > 0;
}

/** Replaces the data of events. */
export function saveEventData(tx: Transaction, events: readonly { id: string; data: string }[]): void {
  if (events.length === 0) return;
  tx.write(
    `UPDATE events e SET data = n.data
     FROM jsonb_to_recordset($1::jsonb) AS n (id text, data text) WHERE e.id = n.id AND e.id = ANY($2::text[])`,
    [JSON.stringify(events), events.map(({ id }) => id)],
  );
}

/** Removes events with their deliveries, made or not. */
export function deleteEvents(tx: Transaction, ids: readonly string[]): void {
  if (ids.length > 0) tx.write('DELETE FROM events WHERE id = ANY($1::text[])', [ids]);
}

/** Up to `limit` events of what the person wrote, or that are about them and neither a message nor a sequence. */
export async function findEventsBy(
  sql: Sql,
  ids: readonly string[],
  limit: number,
): Promise<{ id: string; key: string | null; session_id: string | null }[]> {
  return sql.query(
    `SELECT id, data::jsonb->>'key' AS key, data::jsonb->>'session_id' AS session_id FROM (
       SELECT id, data FROM events WHERE from_who = ANY($1::text[])
       UNION ALL
       SELECT id, data FROM events WHERE subject_id IS NULL AND who = ANY($1::text[]) AND from_who IS NULL) AS e
     LIMIT $2`,
    [ids, limit],
  );
}

/** Removes what the person wrote in their own chat. @returns how many messages that were. */
export async function deleteInboundOf(tx: Sql, ids: readonly string[]): Promise<number> {
  await tx.query('DELETE FROM awaited_messages WHERE who = ANY($1::text[])', [ids]);
  const rows = await tx.query('DELETE FROM inbound_messages WHERE who = ANY($1::text[]) RETURNING 1 AS one', [
    ids,
  ]);
  return rows.length;
}

/** SQL: the history of chats with the person, and what they wrote in groups. */
const HISTORY = `SELECT ctid FROM chat_messages WHERE who = ANY($1::text[])
  UNION SELECT ctid FROM chat_messages WHERE writer = ANY($1::text[])`;

/** Whether the history has more than `count` messages that are theirs. */
export async function hasMoreHistory(sql: Sql, ids: readonly string[], count: number): Promise<boolean> {
  const rows = await sql.query(`SELECT FROM (${HISTORY}) AS theirs OFFSET $2 LIMIT 1`, [ids, count]);
  return rows.length > 0;
}

/** Removes messages of the history. Call it last, as `chats.ts` says. @param limit null: all, and their chats */
export function deleteHistory(tx: Transaction, ids: readonly string[], limit: number | null): void {
  tx.write(
    `WITH gone AS (
       DELETE FROM chat_messages WHERE ctid = ANY(ARRAY(SELECT ctid FROM (${HISTORY}) AS theirs LIMIT $2)) RETURNING id, source
     )
     ${AND_ITS_CONTENT}`,
    [ids, limit],
  );
  if (limit === null) tx.write('DELETE FROM chats WHERE who = ANY($1::text[])', [ids]);
}

/** A message that was received in a group. */
export interface InGroup {
  session_id: string;
  chat_id: string;
  wire_id: string;
}

export function deleteInboundInGroups(tx: Transaction, messages: readonly InGroup[]): void {
  if (messages.length === 0) return;
  tx.write(
    `DELETE FROM inbound_messages i
     USING jsonb_to_recordset($1::jsonb) AS g (session_id text, chat_id text, wire_id text)
     WHERE i.session_id = g.session_id AND i.chat_id = g.chat_id AND i.wire_id = g.wire_id`,
    [JSON.stringify(messages)],
  );
}

/**
 * Removes webhooks that listen only to this person, with their deliveries. One that listens to a linked number stays.
 * @returns their ids.
 */
export async function deleteWebhooksFor(tx: Sql, mode: Mode, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `DELETE FROM webhooks WHERE mode = $1 AND (filter->>'chat_who' = ANY($2::text[])
       OR (filter->>'from_who' = ANY($2::text[])
           AND NOT EXISTS (SELECT FROM sessions s WHERE s.phone = webhooks.filter->>'from')))
     RETURNING id`,
    [mode, ids],
  );
  return rows.map(({ id }) => id);
}

/** Types of keys whose ids may be numbers, but never those of people. */
const OF_NOBODY = [
  'creds',
  'pre-key',
  'signed-pre-key',
  'app-state-sync-key',
  'app-state-sync-version',
  'upload',
  'history',
];

/** Removes what the sessions remember of the person: look-ups, requests, and keys of encrypted chats. */
export function forgetInSessions(
  tx: Transaction,
  mode: Mode,
  { names, digits }: { names: readonly string[]; digits: readonly string[] },
): void {
  if (digits.length === 0) return;
  const ofMode = 'session_id IN (SELECT id FROM sessions WHERE mode = $1)';
  tx.write(
    `DELETE FROM known_accounts WHERE ${ofMode} AND (asked = ANY($2::text[]) OR chat_id = ANY($2::text[]))`,
    [mode, names],
  );
  // Baileys names keys after jids, such as `14155551234.0` and `120363000000000001@g.us::14155551234::0`.
  const whole = `(^|\\D)(${digits.join('|')})(\\D|$)`;
  tx.write(`DELETE FROM session_keys WHERE ${ofMode} AND type NOT IN (${literals(OF_NOBODY)}) AND id ~ $2`, [
    mode,
    whole,
  ]);
  tx.write(`DELETE FROM session_requests WHERE ${ofMode} AND (request::text ~ $2 OR answer::text ~ $2)`, [
    mode,
    whole,
  ]);
}

/** Removes the person, their names and opt-outs, and that the sessions know them. */
export function deletePersonRows(tx: Transaction, mode: Mode, ids: readonly string[]): void {
  tx.write('DELETE FROM opt_outs WHERE mode = $1 AND who = ANY($2::text[])', [mode, ids]);
  tx.write('DELETE FROM known_contacts WHERE who = ANY($1::text[])', [ids]);
  tx.write('DELETE FROM person_names WHERE person_id = ANY($1::text[]) OR own_id = ANY($1::text[])', [ids]);
  tx.write('DELETE FROM people WHERE id = ANY($1::text[])', [ids]);
}
