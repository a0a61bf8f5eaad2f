import type { Mode } from '../../domain/mode';
import { likely } from '../sql/likely';
import type { Sql, Transaction } from '../sql/database';
import { humansOf } from './takeovers';

/** A row of `chats`: a chat of one session. */
export interface ChatRow {
  /** Who it is with: a person's id, or the chat id of a group or channel. */
  who: string;
  session_id: string;
  mode: Mode;
  /** That of the latest message. */
  chat_id: string;
  /** The subject of a group; null if nobody told it, and for people. */
  name: string | null;
  last_message_at: Date;
  /** Messages received since the chat was last read. */
  unread_count: number;
}

/*
 * A transaction locks messages of the history, and then chats, after everything else. So those that receive, join and
 * erase at the same time cannot wait for each other.
 */

/**
 * Gives chats and their messages to the person that they have turned out to be with. Call it last.
 * @param losers ids that `survivor` replaces
 */
export function moveChats(tx: Transaction, losers: readonly string[], survivor: string): void {
  tx.write('UPDATE chat_messages SET who = $2 WHERE who = ANY($1::text[])', [losers, survivor]);
  tx.write('UPDATE chat_messages SET writer = $2 WHERE writer = ANY($1::text[])', [losers, survivor]);
  tx.write('SELECT FROM chats WHERE who = ANY($1::text[]) ORDER BY who, session_id FOR UPDATE', [
    [survivor, ...losers],
  ]);
  tx.write(
    `INSERT INTO chats AS old (who, session_id, mode, chat_id, name, last_message_at, unread_count)
     SELECT $2, session_id, mode, (array_agg(chat_id ORDER BY last_message_at DESC))[1], max(name), max(last_message_at),
       sum(unread_count) FROM chats WHERE who = ANY($1::text[]) GROUP BY session_id, mode
     ON CONFLICT (who, mode, session_id) DO UPDATE SET unread_count = old.unread_count + excluded.unread_count,
       chat_id = CASE WHEN old.last_message_at < excluded.last_message_at THEN excluded.chat_id ELSE old.chat_id END,
       last_message_at = greatest(old.last_message_at, excluded.last_message_at)`,
    [losers, survivor],
  );
  tx.write('DELETE FROM chats WHERE who = ANY($1::text[])', [losers]);
}

/** Gives the messages of one chat, which were thought to be another person's, to the person it belongs to. Call it last. */
export function divideChats(
  tx: Transaction,
  { chatId, from, to }: { chatId: string; from: string; to: string },
): void {
  tx.write('UPDATE chat_messages SET who = $3 WHERE who = $2 AND chat_id = $1', [chatId, from, to]);
  tx.write('UPDATE chat_messages SET writer = $3 WHERE writer = $2 AND author = $1', [chatId, from, to]);
  tx.write(
    `INSERT INTO chats (who, session_id, mode, chat_id, last_message_at, unread_count)
     SELECT DISTINCT ON (session_id) who, session_id, mode, chat_id, at, 0 FROM chat_messages WHERE who = $1
     ORDER BY session_id, at DESC
     ON CONFLICT DO NOTHING`,
    [to],
  );
  tx.write(
    `DELETE FROM chats AS c WHERE who = $1
       AND NOT EXISTS (SELECT FROM chat_messages AS m WHERE m.who = c.who AND m.session_id = c.session_id)`,
    [from],
  );
}

/** Conditions for a list of chats. They are combined with AND. */
export interface ChatFilter {
  /** Part of the name, case ignored, or of a number, lid or chat id. */
  q?: string;
  kind?: 'groups' | 'contacts' | 'newsletters';
  /** Only chats that have a name. */
  named?: boolean;
}

/** A chat of all sessions together. */
export interface ShownChatRow extends Pick<ChatRow, 'who' | 'chat_id' | 'name'> {
  /** Null if nothing was written in it. */
  last_message_at: Date | null;
  unread_count: number;
  /** A person has it with at least one of the sessions. */
  is_human: boolean;
  /** Until when; null if nobody knows, or nobody has it. */
  human_until: Date | null;
  /** Of the person that it is with, as in `PersonRow`. */
  phone: string | null;
}

const KINDS: Record<NonNullable<ChatFilter['kind']>, string> = {
  groups: "c.chat_id LIKE '%@g.us'",
  newsletters: "c.chat_id LIKE '%@newsletter'",
  contacts: "c.who LIKE 'per\\_%'",
};

/** SQL @param now placeholder of the time */
const shown = (
  now: string,
): string => `c.who, c.chat_id, coalesce(p.name, c.name) AS name, c.last_message_at, p.phone,
  (SELECT sum(unread_count)::int FROM chats AS one WHERE one.who = c.who AND one.mode = c.mode) AS unread_count,
  h.is_human, h.human_until
  FROM chats AS c LEFT JOIN people AS p ON p.id = c.who
    CROSS JOIN LATERAL (${humansOf('c.who', 'c.mode', now)}) AS h`;
/** SQL: a chat that several of our numbers have is shown as the one with the latest message has it. */
const LATEST = `c.session_id = (SELECT one.session_id FROM chats AS one WHERE one.who = c.who AND one.mode = c.mode
  ORDER BY one.last_message_at DESC, one.session_id DESC LIMIT 1)`;

/** At most `limit` chats, the one with the latest message first; with `before`, only those that come after it. */
export async function listChats(
  sql: Sql,
  mode: Mode,
  { q, kind, named = false }: ChatFilter,
  limit: number,
  before: { at: Date; key: string } | null,
  now: Date,
): Promise<ShownChatRow[]> {
  const digits = q !== undefined && /^[\d\s()+./-]+$/.test(q) ? q.replace(/\D/g, '') : '';
  return sql.query<ShownChatRow>(
    // The range says nothing new. Without statistics, it keeps PostgreSQL from sorting all chats.
    `SELECT ${shown('$7')} WHERE c.mode = $1 AND ${LATEST}${kind ? ` AND ${KINDS[kind]}` : ''}
       ${named ? 'AND coalesce(p.name, c.name) IS NOT NULL' : ''}
       AND c.last_message_at > '-infinity' AND c.last_message_at <= coalesce($2, 'infinity'::timestamptz)
       AND ($2::timestamptz IS NULL OR (c.last_message_at, c.who) < ($2, $3))
       AND ($4::text IS NULL OR coalesce(p.name, c.name) ILIKE $4 OR c.chat_id ILIKE $4
         OR ($5 <> '' AND EXISTS (SELECT FROM person_names AS n WHERE n.person_id = c.who AND n.name LIKE '%' || $5 || '%')))
     ORDER BY c.last_message_at DESC, c.who DESC LIMIT $6`,
    [
      ...[mode, before?.at ?? null, before?.key ?? null],
      ...[q === undefined ? null : `%${q.replace(/[\\%_]/g, '\\$&')}%`, digits, limit, now],
    ],
  );
}

/** @param whos every id of the person, see `idsOfChat`, or the chat id of a group */
export async function findChat(
  sql: Sql,
  mode: Mode,
  whos: readonly string[],
  now: Date,
): Promise<ShownChatRow | undefined> {
  const rows = await sql.query<ShownChatRow>(
    `SELECT ${shown('$3')} WHERE c.who = ANY($2::text[]) AND c.mode = $1 ORDER BY c.last_message_at DESC LIMIT 1`,
    [mode, whos, now],
  );
  return rows[0];
}

/** A chat as it is shown if no history of it is kept: who it is with, and who has it. */
export async function findEmptyChat(
  sql: Sql,
  { who, mode, chat_id }: Pick<ChatRow, 'who' | 'mode' | 'chat_id'>,
  now: Date,
): Promise<ShownChatRow> {
  const rows = await sql.query<ShownChatRow>(
    `SELECT c.who, c.chat_id, p.name, NULL::timestamptz AS last_message_at, p.phone, 0 AS unread_count, h.is_human,
       h.human_until
     FROM (SELECT $1::text AS who, $2::text AS mode, $3::text AS chat_id) AS c LEFT JOIN people AS p ON p.id = c.who
       CROSS JOIN LATERAL (${humansOf('c.who', 'c.mode', '$4')}) AS h`,
    [who, mode, chat_id, now],
  );
  return rows[0]!;
}

/** Remembers the subjects of groups. @returns the groups that have a chat; the others are left out */
export async function saveChatNames(
  sql: Sql,
  sessionId: string,
  groups: readonly { id: string; name: string }[],
): Promise<string[]> {
  const rows = await sql.query<{ who: string }>(
    `WITH known AS (
       SELECT c.who, c.name AS old, g.name FROM chats AS c JOIN jsonb_to_recordset($2::jsonb) AS g (id text, name text) ON g.id = c.who
       WHERE c.session_id = $1
     ), named AS (
       SELECT who FROM chats WHERE session_id = $1 AND who IN (SELECT who FROM known WHERE old IS DISTINCT FROM name)
       ORDER BY who FOR UPDATE
     ), saved AS (
       UPDATE chats AS c SET name = k.name FROM known AS k, named AS n
       WHERE k.who = n.who AND c.who = n.who AND c.session_id = $1
     )
     SELECT who FROM known`,
    [sessionId, JSON.stringify(groups)],
  );
  return rows.map(({ who }) => who);
}

/** When something was last written in these groups, by chat id. */
export async function lastMessageTimes(
  sql: Sql,
  mode: Mode,
  groupIds: readonly string[],
): Promise<Map<string, Date>> {
  const rows = await sql.query<{ who: string; at: Date }>(
    'SELECT who, max(last_message_at) AS at FROM chats WHERE who = ANY($2::text[]) AND mode = $1 GROUP BY who',
    [mode, groupIds],
  );
  return new Map(rows.map(({ who, at }) => [who, at]));
}

/** The subject of a group, as far as the session knows it. */
export async function findChatName(sql: Sql, sessionId: string, groupId: string): Promise<string | null> {
  const rows = await sql.query<{ name: string | null }>(
    'SELECT name FROM chats WHERE who = $2 AND session_id = $1',
    [sessionId, groupId],
  );
  return rows[0]?.name ?? null;
}

/** The chats of each session with one person or group. @param whos as in `findChat` */
export async function listChatsOf(sql: Sql, mode: Mode, whos: readonly string[]): Promise<ChatRow[]> {
  return sql.query<ChatRow>(
    'SELECT * FROM chats WHERE who = ANY($2::text[]) AND mode = $1 ORDER BY who, session_id',
    [mode, whos],
  );
}

/** Which chat of which session. */
export interface ChatOfSession {
  who: string;
  mode: Mode;
  sessionId: string;
}

/** The chat of one session with one person or group. */
export async function findChatOf(
  sql: Sql,
  { who, mode, sessionId }: ChatOfSession,
): Promise<ChatRow | undefined> {
  const rows = await sql.query<ChatRow>(
    'SELECT * FROM chats WHERE who = $1 AND mode = $2 AND session_id = $3',
    [who, mode, sessionId],
  );
  return rows[0];
}

/** That many messages of a chat were read. What was received meanwhile still counts. */
export async function readSome(
  sql: Sql,
  { who, mode, sessionId }: ChatOfSession,
  count: number,
): Promise<void> {
  await sql.query(
    `UPDATE chats SET unread_count = greatest(0, unread_count - $4)
     WHERE who = $1 AND mode = $2 AND session_id = $3`,
    [who, mode, sessionId, count],
  );
}

/**
 * Everything in a chat was read up to the latest of these received messages. Does nothing if none of them is stored.
 * Call it last.
 */
export function readUpTo(
  tx: Transaction,
  { who, mode, sessionId }: ChatOfSession,
  wireIds: readonly string[],
): void {
  // In a statement of its own, so that the next one sees what was received until the lock was given.
  tx.write('SELECT FROM chats WHERE who = $1 AND mode = $2 AND session_id = $3 FOR UPDATE', [
    who,
    mode,
    sessionId,
  ]);
  tx.write(
    `UPDATE chats AS c SET unread_count = least(c.unread_count, (
       SELECT count(*)::int FROM chat_messages AS m
       WHERE m.who = $1 AND m.mode = $2 AND (m.at, m.id) > (latest.at, latest.id)
         AND ${likely("m.session_id = $3 AND m.source = 'received'")}))
     FROM (
       SELECT at, id FROM chat_messages
       WHERE wire_id = ANY($4::text[]) AND session_id = $3 AND who = $1 AND direction = 'in'
       ORDER BY at DESC, id DESC LIMIT 1) AS latest
     WHERE c.who = $1 AND c.mode = $2 AND c.session_id = $3 AND c.unread_count > 0`,
    [who, mode, sessionId, wireIds],
  );
}
