import { BEFORE_EXPIRY_MS } from '../../domain/bursts/burst-rule';
import type { BurstSettings } from '../../domain/bursts/burst-settings';
import type { Mode } from '../../domain/mode';
import type { Sql, Transaction } from '../sql/database';
import { hasHuman } from './takeovers';
import { TAKES_EVENTS, WANTS_FROM_THERE } from './webhook-choice';

/*
 * Bursts are locked after webhooks and before deliveries.
 */

/** A row of `bursts`. */
export interface BurstRow {
  id: string;
  webhook_id: string;
  session_id: string;
  /** Who the chat is with: a person's id, or a group's chat id. */
  who: string;
  /** The id of the person who wrote the messages, or who wrote them in a group if that is not a person. */
  writer: string;
  /** When the first message was received. */
  opened_at: Date;
  /** When the last message was received. */
  last_at: Date;
  messages: number;
  /** When to look whether it is told. */
  look_at: Date;
  /** Not told before: messages that were missed while the link was down are still being read. */
  held_until: Date | null;
}

/** A row of `burst_messages`. */
export interface BurstMessageRow {
  burst_id: string;
  wire_id: string;
  /** That of its row in `inbound_messages`. */
  id: string;
  created_at: Date;
  /** As `message.received` has it, JSON. */
  data: string;
  /** What its writer has changed the text to. */
  edited_text: string | null;
}

/** A message for the bursts that its writer is in. */
export interface NewBurstMessage extends Pick<BurstMessageRow, 'wire_id' | 'id' | 'created_at' | 'data'> {
  mode: Mode;
  session_id: string;
  chat_id: string;
  who: string;
  writer: string;
  /** E.164; null if unknown. */
  from_phone: string | null;
  /** The id of the person who wrote it; null if it was not a person. */
  from_who: string | null;
}

/** SQL: when to look at a burst of the webhook `w`, as `divideBurst` says. Numbers and times are SQL too. */
const lookAt = ({ messages, openedAt, lastAt }: Record<'messages' | 'openedAt' | 'lastAt', string>): string =>
  `CASE WHEN ${messages} >= (w.burst->>'most_messages')::int THEN ${lastAt}
     ELSE least(${lastAt} + (w.burst->>'quiet_s')::int * interval '1 second',
                ${openedAt} + (w.burst->>'most_s')::int * interval '1 second',
                w.expires_at - interval '${BEFORE_EXPIRY_MS} milliseconds') END`;

const LOOK_AT_FIRST = lookAt({ messages: '1', openedAt: '$8', lastAt: '$8' });
const LOOK_AT_NEXT = lookAt({ messages: 'b.messages + 1', openedAt: 'b.opened_at', lastAt: '$8' });

/**
 * Adds a message to the burst of its writer in this chat, for each webhook that wants bursts from there. One whose content
 * comes after it was added without it takes its place.
 * @param onLook called with when to look at each of these bursts, before the transaction resolves
 */
export function addToBursts(tx: Transaction, message: NewBurstMessage, onLook: (at: Date) => void): void {
  tx.write<{ look_at: Date }>(
    `WITH wanted AS (
       SELECT w.id, w.burst, w.expires_at FROM webhooks w, (VALUES ($4::text, $5::text, $6::text, $7::text, $8::timestamptz))
         AS e (chat_id, who, from_phone, from_who, created_at)
       WHERE w.mode = $1 AND w.burst IS NOT NULL AND ${TAKES_EVENTS} AND ${WANTS_FROM_THERE}
       ORDER BY w.id FOR KEY SHARE OF w
     ),
     opened AS (
       INSERT INTO bursts AS b (id, webhook_id, session_id, who, writer, opened_at, last_at, messages, look_at)
       SELECT 'bur_' || substr($2, 5) || right(w.id, 8), w.id, $3, $5, $9, $8, $8, 1, ${LOOK_AT_FIRST} FROM wanted w
       ON CONFLICT (webhook_id, session_id, who, writer) DO UPDATE SET
         last_at = excluded.last_at, messages = b.messages + 1,
         look_at = (SELECT ${LOOK_AT_NEXT} FROM wanted w WHERE w.id = b.webhook_id)
       RETURNING id, look_at
     ),
     added AS (
       INSERT INTO burst_messages (burst_id, wire_id, id, created_at, data) SELECT id, $10, $2, $8, $11 FROM opened
       ON CONFLICT (burst_id, wire_id) DO UPDATE SET id = excluded.id, data = excluded.data
     )
     SELECT look_at FROM opened`,
    [
      ...[message.mode, message.id, message.session_id, message.chat_id, message.who],
      ...[message.from_phone, message.from_who, message.created_at, message.writer],
      ...[message.wire_id, message.data],
    ],
    (rows) => rows.forEach((row) => onLook(row.look_at)),
  );
}

/** A message in the open bursts of a chat. */
export interface MessageInChat {
  session_id: string;
  who: string;
  wire_id: string;
}

const IN_CHAT = 'b.id = m.burst_id AND b.session_id = $1 AND b.who = $2 AND m.wire_id = $3';

/** Its writer has changed the text of a message. */
export function editInBursts(tx: Transaction, at: MessageInChat, writer: string, text: string | null): void {
  tx.write(
    `UPDATE burst_messages AS m SET edited_text = $5 FROM bursts AS b WHERE ${IN_CHAT} AND b.writer = $4`,
    [at.session_id, at.who, at.wire_id, writer, text],
  );
}

/** A message was deleted for everyone. @param writer null: in a group, an admin may delete what others wrote */
export function removeFromBursts(tx: Transaction, at: MessageInChat, writer: string | null): void {
  tx.write(
    `WITH removed AS (
       DELETE FROM burst_messages AS m USING bursts AS b
       WHERE ${IN_CHAT} AND ($4::text IS NULL OR b.writer = $4) RETURNING m.burst_id
     )
     UPDATE bursts SET messages = messages - 1 WHERE id IN (SELECT burst_id FROM removed)`,
    [at.session_id, at.who, at.wire_id, writer],
  );
}

/** SQL: a burst waits for messages that were missed; `$1` is now. Not for long, and not because the clock was set back. */
const IS_HELD = `(held_until > $1 AND held_until <= $1 + $3 * interval '1 millisecond')`;

/** When to look at the next burst; null if there is none. */
export async function nextLookAt(
  sql: Sql,
  now: Date,
  { latest, longestHoldMs }: LookLimits,
): Promise<Date | null> {
  const rows = await sql.query<{ at: Date | null }>(
    `SELECT min(CASE WHEN ${IS_HELD} THEN greatest(look_at, held_until) WHEN last_at > $2 THEN $1 ELSE look_at END) AS at
     FROM bursts`,
    [now, latest, longestHoldMs],
  );
  return rows[0]!.at;
}

/** What shows that the clock was set back. */
export interface LookLimits {
  /** Nothing can have been received after this. */
  latest: Date;
  longestHoldMs: number;
}

/** A burst to look at, with what its webhook says. */
export interface BurstToLookAt extends BurstRow {
  mode: Mode;
  /** Null: the webhook no longer wants bursts. */
  settings: BurstSettings | null;
  /** When the webhook expires. */
  expires_at: Date | null;
  /** The reference that the webhook filters by. */
  reference: string | null;
  /** A person has the chat now. */
  is_humans: boolean;
}

/** Locks bursts whose time to look has come, and their webhooks. Skips what another process looks at. */
export async function lockBurstsToLookAt(
  tx: Sql,
  now: Date,
  { latest, longestHoldMs }: LookLimits,
  limit: number,
): Promise<BurstToLookAt[]> {
  return tx.query<BurstToLookAt>(
    `SELECT b.*, w.mode, w.burst AS settings, w.expires_at, w.filter->>'reference' AS reference,
       ${hasHuman('(b.who)', 'b.session_id', '$1')} AS is_humans
     FROM bursts b JOIN webhooks w ON w.id = b.webhook_id
     WHERE (b.look_at <= $1 OR b.last_at > $2) AND ${IS_HELD} IS NOT TRUE
     ORDER BY b.look_at, b.id LIMIT $4 FOR KEY SHARE OF w SKIP LOCKED FOR UPDATE OF b SKIP LOCKED`,
    [now, latest, longestHoldMs, limit],
  );
}

/** The messages of bursts, in the order in which they were received. */
export async function readBurstMessages(sql: Sql, burstIds: readonly string[]): Promise<BurstMessageRow[]> {
  return sql.query<BurstMessageRow>(
    'SELECT * FROM burst_messages WHERE burst_id = ANY($1::text[]) ORDER BY created_at, id',
    [burstIds],
  );
}

export function deleteBursts(tx: Transaction, ids: readonly string[]): void {
  if (ids.length > 0) tx.write('DELETE FROM bursts WHERE id = ANY($1::text[])', [ids]);
}

/** Keeps a burst open, without the messages that were told. */
export function keepBurst(
  tx: Transaction,
  { id, opened_at, messages, look_at }: Pick<BurstRow, 'id' | 'opened_at' | 'messages' | 'look_at'>,
  told: readonly string[],
): void {
  if (told.length > 0)
    tx.write('DELETE FROM burst_messages WHERE burst_id = $1 AND wire_id = ANY($2::text[])', [id, told]);
  tx.write('UPDATE bursts SET opened_at = $2, messages = $3, look_at = $4, held_until = NULL WHERE id = $1', [
    id,
    opened_at,
    messages,
    look_at,
  ]);
}

/** Looks at the bursts of a webhook at `now`: its settings have changed. */
export function lookAtBurstsOf(tx: Transaction, webhookId: string, now: Date): void {
  tx.write('UPDATE bursts SET look_at = $2 WHERE webhook_id = $1', [webhookId, now]);
}

/** Tells none of a session's bursts before `until`, unless they are released before. */
export async function holdBursts(sql: Sql, sessionId: string, until: Date): Promise<void> {
  await sql.query('UPDATE bursts SET held_until = $2 WHERE session_id = $1', [sessionId, until]);
}

export async function releaseBursts(sql: Sql, sessionId: string): Promise<void> {
  await sql.query('UPDATE bursts SET held_until = NULL WHERE session_id = $1 AND held_until IS NOT NULL', [
    sessionId,
  ]);
}

/** SQL: bursts of the people `$1`. */
const OF_PEOPLE = '(who = ANY($1::text[]) OR writer = ANY($1::text[]))';
/** SQL: locks them in the order in which `addToBursts` does. */
const LOCK_OF_PEOPLE = `SELECT id FROM bursts WHERE ${OF_PEOPLE} ORDER BY webhook_id, id FOR UPDATE`;

/** Removes what people wrote, or what was written in chats with them, and was not told yet. */
export function deleteBurstsOf(tx: Transaction, whos: readonly string[]): void {
  tx.write(`DELETE FROM bursts WHERE id = ANY(ARRAY(${LOCK_OF_PEOPLE}))`, [whos]);
}

/**
 * Gives the bursts of people who have turned out to be the `survivor` to that one. Several of one chat become one, which
 * is told at the time of the earliest. A message that WhatsApp has reported under both names is told once.
 */
export function joinBursts(tx: Transaction, losers: readonly string[], survivor: string): void {
  const renamed = (column: string): string =>
    `CASE WHEN ${column} = ANY($1::text[]) THEN $2 ELSE ${column} END`;
  // In a statement of its own: the next one sees the messages that were added until then.
  tx.write(LOCK_OF_PEOPLE, [losers]);
  tx.write(
    `WITH theirs AS (
       SELECT id AS old_id, webhook_id, session_id, ${renamed('who')} AS who, ${renamed('writer')} AS writer,
              opened_at, last_at, messages, look_at, held_until
       FROM bursts WHERE ${OF_PEOPLE}
     ),
     joined AS (
       INSERT INTO bursts AS b (id, webhook_id, session_id, who, writer, opened_at, last_at, messages, look_at, held_until)
       SELECT min(old_id) || 'j', webhook_id, session_id, who, writer, min(opened_at), max(last_at), sum(messages),
              min(look_at), max(held_until)
       FROM theirs GROUP BY webhook_id, session_id, who, writer ORDER BY webhook_id
       ON CONFLICT (webhook_id, session_id, who, writer) DO UPDATE SET
         opened_at = least(b.opened_at, excluded.opened_at), last_at = greatest(b.last_at, excluded.last_at),
         messages = b.messages + excluded.messages, look_at = least(b.look_at, excluded.look_at)
       RETURNING id, webhook_id, session_id, who, writer
     )
     INSERT INTO burst_messages (burst_id, wire_id, id, created_at, data, edited_text)
     SELECT j.id, m.wire_id, m.id, m.created_at, m.data, m.edited_text
     FROM theirs JOIN joined AS j USING (webhook_id, session_id, who, writer) JOIN burst_messages AS m ON m.burst_id = theirs.old_id
     ORDER BY m.created_at, m.id ON CONFLICT DO NOTHING`,
    [losers, survivor],
  );
  tx.write(`DELETE FROM bursts WHERE ${OF_PEOPLE}`, [losers]);
}
