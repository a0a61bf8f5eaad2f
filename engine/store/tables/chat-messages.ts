import type { MessageStatus } from '../../domain/messages/message-status';
import type { Mode } from '../../domain/mode';
import type { Sql, Transaction } from '../sql/database';
import { likely } from '../sql/likely';
import { rowsJson } from '../sql/rows-json';
import type { ChatOfSession } from './chats';
import type { StoredMedia } from './messages';
import { AND_ITS_CONTENT } from './older-content';

/** A row of `chat_messages`: a message of a chat's history; names are the columns'. */
export interface ChatMessageRow {
  wire_id: string;
  session_id: string;
  chat_id: string;
  mode: Mode;
  /** Of its row in `messages` (source `engine`) or `inbound_messages`. */
  id: string;
  /** Who the chat is with: a person's id, or the chat id of a group or channel. */
  who: string;
  direction: 'in' | 'out';
  source: 'received' | 'engine' | 'phone' | 'history';
  /** The chat id of who wrote it; null if WhatsApp did not say. */
  author: string | null;
  /** In a group, the id of the person who wrote it. */
  writer: string | null;
  from_name: string | null;
  /** As in `message.received`. */
  type: string;
  text: string | null;
  media: { mime: string | null; filename: string | null; size: number | null } | null;
  /** Wire key of the message that it quotes or is about. */
  reply_to: string | null;
  /** When it was written, by WhatsApp's clock. */
  at: Date;
  created_at: Date;
  edited_at: Date | null;
  revoked_at: Date | null;
  /** When it disappears from the chat. */
  expires_at: Date | null;
  /** The emoji with which our account has reacted. */
  own_reaction: string | null;
  /** Until when it is pinned, for everyone in the chat. */
  pinned_until: Date | null;
}

/** Columns of a message that a change of it, which came first, could not tell. */
const OF_MESSAGE = [
  'id',
  'direction',
  'source',
  'author',
  'writer',
  'from_name',
  'type',
  'reply_to',
  'at',
  'expires_at',
];
/** SQL: the row is an edit or a revocation, and not the message itself. */
const IS_CHANGE = '(excluded.edited_at IS NOT NULL OR excluded.revoked_at IS NOT NULL)';

/** SQL: a message meets what is stored of it: that it came without its content, or a change that came before it. */
const COMPLETE = `${OF_MESSAGE.map((name) => `${name} = CASE WHEN ${IS_CHANGE} THEN old.${name} ELSE excluded.${name} END`).join(', ')},
  text = CASE WHEN old.revoked_at IS NOT NULL OR excluded.revoked_at IS NOT NULL THEN NULL
    WHEN excluded.edited_at IS NOT NULL THEN coalesce(excluded.text, old.text)
    WHEN old.edited_at IS NOT NULL AND old.writer IS NOT DISTINCT FROM excluded.writer
      AND old.direction = excluded.direction THEN coalesce(old.text, excluded.text)
    ELSE excluded.text END,
  media = CASE WHEN old.revoked_at IS NOT NULL OR excluded.revoked_at IS NOT NULL THEN NULL
    WHEN ${IS_CHANGE} THEN old.media ELSE excluded.media END,
  edited_at = greatest(old.edited_at, excluded.edited_at), revoked_at = coalesce(old.revoked_at, excluded.revoked_at)`;

/** SQL: nobody was told of the message: it is not stored, or a shared history brought it. Reads what was before. */
const IS_NEW = `CASE WHEN xmax = 0 THEN true ELSE coalesce((SELECT was.source = 'history' FROM chat_messages AS was
  WHERE (was.wire_id, was.session_id, was.chat_id) = (old.wire_id, old.session_id, old.chat_id)), false) END`;

/**
 * Stores messages, and what is new in their chats. What was stored of one already is completed.
 * @param isRead whether they show that the owner of the number has read what came before, as what is written on the phone
 */
export function insertChatMessages(tx: Transaction, rows: readonly ChatMessageRow[], isRead: boolean): void {
  insertRows(tx, rows, isRead, '');
}

/**
 * Changes a message: by its new text and `edited_at`, unless a later edit came first, or by `revoked_at`, which removes
 * its content. If the message is not stored, the change is: the message may still come, and completes it.
 * @param change the row that the message would have, as far as the change tells
 * @param by who may make this change: the writer of the message, or in a group, where there are admins, anyone
 */
export function changeChatMessage(tx: Transaction, change: ChatMessageRow, by: 'writer' | 'anyone'): void {
  const { wire_id: wireId, session_id: sessionId, who, direction, writer, text } = change;
  tx.write(
    `UPDATE chat_messages SET
       text = CASE WHEN $8::timestamptz IS NULL THEN coalesce($6, text) END, media = CASE WHEN $8 IS NULL THEN media END,
       edited_at = coalesce($7, edited_at), revoked_at = $8
     WHERE wire_id = $1 AND session_id = $2 AND who = $3 AND revoked_at IS NULL
       AND ($9 = 'anyone' OR (direction = $4 AND writer IS NOT DISTINCT FROM $5))
       AND ($7::timestamptz IS NULL OR edited_at IS NULL OR edited_at <= $7)`,
    [wireId, sessionId, who, direction, writer, text, change.edited_at, change.revoked_at, by],
  );
  // An edit that cannot be read says nothing.
  if (text !== null || change.revoked_at) insertRows(tx, [change], false, UNLESS_STORED);
}

/** What our account, or for `pinned_until` anyone, did to a message; absent: nothing of the kind. */
export type ActedOn = Partial<
  Pick<ChatMessageRow, 'text' | 'edited_at' | 'revoked_at' | 'own_reaction' | 'pinned_until'>
>;

/** Changes a message, if it is stored. What is taken back has no file any more. */
export function saveActedOn(
  tx: Transaction,
  { wireId, sessionId, who }: { wireId: string; sessionId: string; who: string },
  change: ActedOn,
): void {
  const params: unknown[] = [wireId, sessionId, who];
  const sets = Object.entries(change).map(([column, value]) => `${column} = $${params.push(value)}`);
  if (change.revoked_at) sets.push('media = NULL');
  tx.write(
    `UPDATE chat_messages SET ${sets.join(', ')} WHERE wire_id = $1 AND session_id = $2 AND who = $3`,
    params,
  );
}

/** SQL: the message may be stored under another of the person's names. Not EXISTS, for which PostgreSQL may read the table. */
const UNLESS_STORED = `AS new WHERE (SELECT true FROM chat_messages AS known
  WHERE known.wire_id = new.wire_id AND known.session_id = new.session_id AND known.who = new.who LIMIT 1) IS NULL`;

function insertRows(tx: Transaction, rows: readonly ChatMessageRow[], isRead: boolean, which: string): void {
  if (rows.length === 0) return;
  tx.write(
    `WITH stored AS (
       INSERT INTO chat_messages AS old SELECT * FROM json_populate_recordset(NULL::chat_messages, $1::json) ${which}
       ON CONFLICT (wire_id, session_id, chat_id) DO UPDATE SET ${COMPLETE}
       RETURNING who, session_id, mode, chat_id, at, direction, ${IS_NEW} AND revoked_at IS NULL AS is_new
     )
     INSERT INTO chats AS old (who, session_id, mode, chat_id, last_message_at, unread_count)
     SELECT who, session_id, mode, max(chat_id), max(at), count(*) FILTER (WHERE direction = 'in')
     FROM stored WHERE is_new GROUP BY who, session_id, mode ORDER BY who, session_id
     ON CONFLICT (who, mode, session_id) DO UPDATE SET chat_id = excluded.chat_id,
       last_message_at = greatest(old.last_message_at, excluded.last_message_at),
       unread_count = CASE WHEN $2 THEN 0 ELSE old.unread_count + excluded.unread_count END`,
    [rowsJson(rows), isRead],
  );
}

/** Removes up to `limit` messages that have disappeared from their chats. @returns how many */
export async function deleteExpiredChatMessages(sql: Sql, now: Date, limit: number): Promise<number> {
  const rows = await sql.query(
    `WITH gone AS (
       DELETE FROM chat_messages WHERE ctid = ANY(ARRAY(
         SELECT ctid FROM chat_messages WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)) RETURNING id, source
     ), contents AS (${AND_ITS_CONTENT})
     SELECT FROM gone`,
    [now, limit],
  );
  return rows.length;
}

/** A place in a list of messages: a message's time and id. */
export interface ChatPlace {
  at: Date;
  key: string;
}

/** Conditions for the messages of a chat. They are combined with AND. */
export interface ChatMessageFilter {
  /** Part of the text, case ignored. */
  q?: string;
  /** From this moment on. */
  since?: Date;
  /** Up to this moment, which is included. */
  until?: Date;
  after?: Date;
  before?: Date;
  direction?: 'in' | 'out';
  /** As in `ChatMessageRow`; null: all. */
  types: readonly string[] | null;
  /** Those that were taken back too, whatever they were. */
  revoked: boolean;
}

/** A message of the history, and what is known of one that the engine sent. */
export interface ShownChatMessageRow extends ChatMessageRow {
  status: MessageStatus | null;
  sent_at: Date | null;
  delivered_at: Date | null;
  read_at: Date | null;
  sent_media: StoredMedia | null;
}

/** What a message that the engine sent has in `messages`. */
const WITH_SENT = `SELECT c.*, m.status, m.sent_at, m.delivered_at, m.read_at, m.media AS sent_media
  FROM found AS c LEFT JOIN messages AS m ON c.source = 'engine' AND m.id = c.id`;

/**
 * At most `limit` messages of a chat.
 * @param whos every id of the person, see `idsOfChat`, or the chat id of a group
 * @param place the messages that come after it in this order; null: from the beginning
 */
export async function listChatMessages(
  sql: Sql,
  mode: Mode,
  whos: readonly string[],
  filter: ChatMessageFilter,
  order: 'asc' | 'desc',
  limit: number,
  place: ChatPlace | null,
): Promise<ShownChatMessageRow[]> {
  const params: unknown[] = [mode, limit];
  const where: string[] = [];
  const add = (condition: (placeholder: string) => string, value: unknown): void => {
    if (value !== undefined && value !== null) where.push(` AND ${condition(`$${params.push(value)}`)}`);
  };
  add((p) => `at >= ${p}`, filter.since);
  add((p) => `at <= ${p}`, filter.until);
  add((p) => `at > ${p}`, filter.after);
  add((p) => `at < ${p}`, filter.before);
  add((p) => `direction = ${p}`, filter.direction);
  add((p) => `text ILIKE ${p}`, filter.q && `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`);
  if (filter.types === null) where.push(filter.revoked ? '' : ' AND revoked_at IS NULL');
  else
    add(
      (p) => `CASE WHEN revoked_at IS NULL THEN type = ANY(${p}::text[]) ELSE ${filter.revoked} END`,
      filter.types,
    );
  if (place)
    where.push(
      ` AND (at, id) ${order === 'asc' ? '>' : '<'} ($${params.push(place.at)}, $${params.push(place.key)})`,
    );
  // Each id for itself, so that PostgreSQL knows how many messages it has, and reads the index in its order. In a group,
  // several of our numbers may have got the same message.
  const ofEach = [...new Set(whos)].map(
    (
      who,
    ) => `(SELECT * FROM chat_messages AS o WHERE who = $${params.push(who)} AND mode = $1${where.join('')}
      AND (who LIKE 'per\\_%' OR NOT EXISTS (
        SELECT FROM chat_messages AS twice WHERE twice.wire_id = o.wire_id AND twice.who = o.who AND twice.mode = o.mode
          AND (twice.direction <> 'out', twice.session_id) < (o.direction <> 'out', o.session_id)))
      ORDER BY at ${order}, id ${order} LIMIT $2)`,
  );
  return sql.query<ShownChatMessageRow>(
    `WITH found AS (
       SELECT * FROM (${ofEach.join(' UNION ALL ')}) AS c ORDER BY at ${order}, id ${order} LIMIT $2)
     ${WITH_SENT} ORDER BY c.at ${order}, c.id ${order}`,
    params,
  );
}

/** A message of a chat by its id on WhatsApp. @param whos as in `listChatMessages` */
export async function findChatMessage(
  sql: Sql,
  mode: Mode,
  whos: readonly string[],
  wireId: string,
): Promise<ShownChatMessageRow | undefined> {
  const rows = await sql.query<ShownChatMessageRow>(
    `WITH found AS (SELECT * FROM chat_messages WHERE wire_id = $1 AND mode = $2 AND who = ANY($3::text[]))
     ${WITH_SENT} ORDER BY c.direction DESC, c.session_id LIMIT 1`,
    [wireId, mode, whos],
  );
  return rows[0];
}

/** The latest message of each chat, unless it was taken back. @param whos as in `ChatRow.who`, each once */
export async function listLastMessages(
  sql: Sql,
  mode: Mode,
  whos: readonly string[],
): Promise<ShownChatMessageRow[]> {
  return sql.query<ShownChatMessageRow>(
    `WITH found AS (
       SELECT last.* FROM unnest($2::text[]) AS chat (who) CROSS JOIN LATERAL (
         SELECT * FROM chat_messages AS o WHERE o.who = chat.who AND o.mode = $1 AND ${likely('o.revoked_at IS NULL')}
         ORDER BY o.at DESC, o.id DESC LIMIT 1) AS last)
     ${WITH_SENT}`,
    [mode, whos],
  );
}

/** Up to `limit` messages that a person wrote in groups, the newest first. @param ids every id of the person */
export async function listWrittenInGroups(
  sql: Sql,
  ids: readonly string[],
  limit: number,
  place: ChatPlace | null,
): Promise<ShownChatMessageRow[]> {
  return sql.query<ShownChatMessageRow>(
    `WITH found AS (SELECT * FROM chat_messages WHERE writer = ANY($1::text[])
       AND ($3::timestamptz IS NULL OR (at, id) < ($3, $4)) ORDER BY at DESC, id DESC LIMIT $2)
     ${WITH_SENT} ORDER BY c.at DESC, c.id DESC`,
    [ids, limit, place?.at ?? null, place?.key ?? null],
  );
}

/**
 * Ids of received messages, as in `inbound_messages`: the oldest `limit` of the newest `unread`.
 * @param unread how many of the chat have not been read
 */
export async function findUnread(
  sql: Sql,
  { who, mode, sessionId }: ChatOfSession,
  unread: number,
  limit: number,
): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT id FROM (
       SELECT id, at FROM chat_messages WHERE who = $1 AND mode = $2 AND ${likely("session_id = $3 AND direction = 'in'")}
       ORDER BY at DESC, id DESC LIMIT $4) AS unread
     ORDER BY at, id LIMIT $5`,
    [who, mode, sessionId, unread, limit],
  );
  return rows.map(({ id }) => id);
}
