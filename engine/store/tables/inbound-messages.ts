import type { Mode } from '../../domain/mode';
import type { Sql } from '../sql/database';
import type { SealedAwaited } from './awaited-messages';
import { hasUnanswered } from './campaign-answers';
import { hasHuman } from './takeovers';
import { OLDER_KIND } from './older-content';

/** A row of `inbound_messages`; names are the columns'. */
export interface InboundMessageRow {
  id: string;
  mode: Mode;
  session_id: string;
  kind: string;
  chat_id: string;
  /** Who the chat is with: a person's id, or a group's chat id. */
  who: string;
  wire_id: string;
  created_at: Date;
  /** When the person wrote it, by WhatsApp's clock. */
  written_at: Date;
  /** The message as WhatsApp sent it, encrypted; null if it has none, or is too old. */
  sealed_content: Buffer | null;
  /** Its content has not come. */
  without_content: boolean;
}

/** SQL: a person did it, and not the owner of the number, and it was not loaded from the phone later. */
export const BY_PERSON = `kind NOT LIKE 'own\\_%' AND kind <> '${OLDER_KIND}'`;

/** What storing a message tells. */
export interface StoredInbound {
  /** It is new, or is the content of one that had none: WhatsApp may report the same message again. */
  isNew: boolean;
  /** What was known of it while it was awaited. */
  awaited: SealedAwaited | null;
  /** A person has the chat. */
  isHumans: boolean;
  /** A webhook wants the messages that people write in a row together. */
  hasBursts: boolean;
  /** It may answer a campaign: the person got a message of one, and has not answered it. */
  mayAnswer: boolean;
}

/** Stores a message, which is then awaited no longer. */
export async function insertInbound(tx: Sql, row: InboundMessageRow): Promise<StoredInbound> {
  const rows = await tx.query<{
    stored: string | null;
    id: string | null;
    sealed: Buffer | null;
    is_humans: boolean;
    has_bursts: boolean;
    may_answer: boolean;
  }>(
    `WITH awaited AS (
       DELETE FROM awaited_messages WHERE session_id = $3 AND wire_id = $6 RETURNING id, sealed
     ), stored AS (
       INSERT INTO inbound_messages AS old
         (id, mode, session_id, kind, chat_id, wire_id, created_at, sealed_content, who, written_at,
          without_content)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       ON CONFLICT (session_id, chat_id, wire_id, kind) DO UPDATE
         SET id = excluded.id, sealed_content = excluded.sealed_content, without_content = false
         WHERE old.without_content AND NOT excluded.without_content
       RETURNING id AS stored
     )
     SELECT (SELECT stored FROM stored), (SELECT id FROM awaited), (SELECT sealed FROM awaited),
       ${hasHuman('($9)', '$3', '$7')} AS is_humans,
       EXISTS (SELECT FROM webhooks WHERE mode = $2 AND burst IS NOT NULL) AS has_bursts,
       ${hasUnanswered('$9')} AS may_answer`,
    [
      row.id,
      row.mode,
      row.session_id,
      row.kind,
      row.chat_id,
      row.wire_id,
      row.created_at,
      row.sealed_content,
      row.who,
      row.written_at,
      row.without_content,
    ],
  );
  const { stored, id, sealed, is_humans: isHumans, has_bursts: hasBursts, may_answer: mayAnswer } = rows[0]!;
  const awaited = id !== null && sealed !== null ? { id, sealed } : null;
  return { isNew: stored !== null, awaited, isHumans, hasBursts, mayAnswer };
}

/** An encrypted message, and the sealed proxy of the session that received it. */
export interface InboundFileRow extends Pick<InboundMessageRow, 'session_id' | 'sealed_content'> {
  sealed_proxy: Buffer | null;
}

/** `sealed_content` is null if it has no content or it is no longer kept; undefined if there is no such message. */
export async function findInboundFile(sql: Sql, id: string): Promise<InboundFileRow | undefined> {
  const rows = await sql.query<InboundFileRow>(
    `SELECT i.session_id, i.sealed_content, s.sealed_proxy
     FROM inbound_messages AS i JOIN sessions AS s ON s.id = i.session_id WHERE i.id = $1`,
    [id],
  );
  return rows[0];
}

/** The encrypted messages among these ids that are still kept, oldest first. */
export async function findInboundFiles(
  sql: Sql,
  ids: readonly string[],
): Promise<{ id: string; sealed_content: Buffer }[]> {
  return sql.query(
    'SELECT id, sealed_content FROM inbound_messages WHERE id = ANY($1::text[]) AND sealed_content IS NOT NULL ORDER BY id',
    [ids],
  );
}

/** Replaces the encrypted message, unless it is no longer kept. */
export async function saveInboundContent(sql: Sql, id: string, sealed: Buffer): Promise<void> {
  await sql.query(
    'UPDATE inbound_messages SET sealed_content = $2 WHERE id = $1 AND sealed_content IS NOT NULL',
    [id, sealed],
  );
}

/** A message by its id on WhatsApp, if its content is still kept. */
export async function findInboundContent(
  sql: Sql,
  sessionId: string,
  chatId: string,
  wireId: string,
): Promise<{ id: string; sealed_content: Buffer } | undefined> {
  const rows = await sql.query<{ id: string; sealed_content: Buffer }>(
    `SELECT id, sealed_content FROM inbound_messages
     WHERE session_id = $1 AND chat_id = $2 AND wire_id = $3 AND kind IN ('message', 'own_message', '${OLDER_KIND}')
       AND sealed_content IS NOT NULL`,
    [sessionId, chatId, wireId],
  );
  return rows[0];
}

/** A message that was received, or written on the phone, by its chat and id on WhatsApp. */
export async function findInboundInChat(
  sql: Sql,
  mode: Mode,
  chatId: string,
  wireId: string,
): Promise<Pick<InboundMessageRow, 'id' | 'session_id' | 'who' | 'kind' | 'written_at'> | undefined> {
  const rows = await sql.query<Pick<InboundMessageRow, 'id' | 'session_id' | 'who' | 'kind' | 'written_at'>>(
    `SELECT id, session_id, who, kind, written_at FROM inbound_messages
     WHERE session_id = ANY(ARRAY(SELECT id FROM sessions WHERE mode = $1)) AND chat_id = $2 AND wire_id = $3
       AND kind IN ('message', 'own_message') ORDER BY session_id LIMIT 1`,
    [mode, chatId, wireId],
  );
  return rows[0];
}

/** When a session last heard from somebody. */
export interface LastHeard {
  session_id: string;
  /** When the engine received their last message; null: only votes. */
  message_at: Date | null;
  /** When they wrote their last message or vote, by WhatsApp's clock. */
  written_at: Date;
}

/** When each session last got an answer under any of these ids. */
export async function findLastHeard(sql: Sql, whos: readonly string[]): Promise<LastHeard[]> {
  return sql.query<LastHeard>(
    `SELECT session_id, max(created_at) FILTER (WHERE kind = 'message') AS message_at, max(written_at) AS written_at
     FROM (SELECT session_id, who, kind, created_at, written_at FROM inbound_messages
           UNION ALL SELECT session_id, who, kind, created_at, written_at FROM awaited_messages) AS heard
     WHERE who = ANY($1::text[]) AND kind IN ('message', 'poll_vote') GROUP BY session_id`,
    [whos],
  );
}
