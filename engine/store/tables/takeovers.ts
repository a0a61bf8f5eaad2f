import type { ChatHolder } from '../../domain/chats/takeover';
import type { Mode } from '../../domain/mode';
import type { Sql, Transaction } from '../sql/database';

/** A row of `takeovers`: who has a chat of one session. A chat without a row is the bot's. */
export interface TakeoverRow {
  /** Who the chat is with: a person's id, or the chat id of a group or channel. */
  who: string;
  session_id: string;
  mode: Mode;
  chat_id: string;
  /** As in `ChatHolder`. */
  human_since: Date | null;
  human_until: Date | null;
  given_back_at: Date | null;
}

/*
 * A transaction locks takeovers after everything else, but before the history of chats.
 */

/** SQL: a person has the chat of a row of `takeovers`. @param now placeholder of the time */
const isHumansAt = (now: string): string =>
  `t.human_since IS NOT NULL AND (t.human_until IS NULL OR t.human_until > ${now})`;

/** SQL: a person has the chat of this session with these ids. @param whos what `IN` may follow, such as `($1)` */
export const hasHuman = (whos: string, session: string, now: string): string =>
  `EXISTS (SELECT FROM takeovers AS t WHERE t.who IN ${whos} AND t.session_id = ${session} AND ${isHumansAt(now)})`;

/** SQL: `human_until` of the chats of all sessions that a person has, and whether there are any (`is_human`). */
export const humansOf = (who: string, mode: string, now: string): string =>
  `SELECT count(*) > 0 AS is_human,
     CASE WHEN bool_or(t.human_until IS NULL) THEN NULL ELSE max(t.human_until) END AS human_until
   FROM takeovers AS t WHERE t.who = ${who} AND t.mode = ${mode} AND ${isHumansAt(now)}`;

/** Who has the chat of a row; without one, it is the bot's. */
export function holderOf(row: Partial<TakeoverRow>): ChatHolder {
  const { human_since: since = null, human_until: until = null, given_back_at: givenBackAt = null } = row;
  return { humanSince: since, humanUntil: until, givenBackAt };
}

export function withHolder(row: TakeoverRow, holder: ChatHolder): TakeoverRow {
  const { humanSince, humanUntil, givenBackAt } = holder;
  return { ...row, human_since: humanSince, human_until: humanUntil, given_back_at: givenBackAt };
}

/** Who has a chat, without a lock, and `takeover_hours` of its session. */
export async function readTakeover(
  sql: Sql,
  who: string,
  sessionId: string,
): Promise<{ holder: ChatHolder; hours: number }> {
  const rows = await sql.query<Partial<TakeoverRow> & { takeover_hours: number }>(
    `SELECT t.*, s.takeover_hours FROM sessions AS s LEFT JOIN takeovers AS t ON t.session_id = s.id AND t.who = $1
     WHERE s.id = $2`,
    [who, sessionId],
  );
  const [row] = rows;
  return { holder: holderOf(row ?? {}), hours: row?.takeover_hours ?? 0 };
}

/** Locks the row of a chat until the transaction ends, and makes it if there is none. */
export async function lockTakeover(
  tx: Sql,
  chat: Pick<TakeoverRow, 'who' | 'session_id' | 'mode' | 'chat_id'>,
): Promise<TakeoverRow> {
  const rows = await tx.query<TakeoverRow>(
    `INSERT INTO takeovers (who, session_id, mode, chat_id) VALUES ($1, $2, $3, $4)
     ON CONFLICT (who, session_id) DO UPDATE SET chat_id = excluded.chat_id RETURNING *`,
    [chat.who, chat.session_id, chat.mode, chat.chat_id],
  );
  return rows[0]!;
}

/** Locks what is known of the chats with these people, always in one order, until the transaction ends. */
export function lockTakeovers(tx: Transaction, whos: readonly string[]): void {
  tx.write('SELECT FROM takeovers WHERE who = ANY($1::text[]) ORDER BY who, session_id FOR UPDATE', [whos]);
}

/** Writes who has the chat. Only after `lockTakeover`. */
export function saveTakeover(tx: Transaction, row: TakeoverRow): void {
  tx.write(
    `UPDATE takeovers SET human_since = $3, human_until = $4, given_back_at = $5 WHERE who = $1 AND session_id = $2`,
    [row.who, row.session_id, row.human_since, row.human_until, row.given_back_at],
  );
}

/** Removes up to `limit` takeovers whose time is over. @returns them */
export async function takeEnded(tx: Sql, now: Date, limit: number): Promise<TakeoverRow[]> {
  return tx.query<TakeoverRow>(
    `DELETE FROM takeovers WHERE (who, session_id) IN (
       SELECT who, session_id FROM takeovers WHERE human_since IS NOT NULL AND human_until <= $1
       ORDER BY human_until LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING *`,
    [now, limit],
  );
}

/** The chats that people have, of these chats of sessions. @param whos their ids as in `messages` */
export async function findHumans(
  sql: Sql,
  chats: readonly Pick<TakeoverRow, 'who' | 'session_id'>[],
  now: Date,
): Promise<TakeoverRow[]> {
  if (chats.length === 0) return [];
  const whos = [...new Set(chats.map(({ who }) => who))];
  const sessions = [...new Set(chats.map(({ session_id: id }) => id))];
  return sql.query<TakeoverRow>(
    `SELECT * FROM takeovers AS t WHERE who = ANY($1::text[]) AND session_id = ANY($2::text[]) AND ${isHumansAt('$3')}`,
    [whos, sessions, now],
  );
}

/** The takeovers of the chats of all sessions with one person or group. @param whos every id of the person */
export async function listTakeoversOf(sql: Sql, mode: Mode, whos: readonly string[]): Promise<TakeoverRow[]> {
  return sql.query<TakeoverRow>(
    'SELECT * FROM takeovers WHERE who = ANY($2::text[]) AND mode = $1 ORDER BY who, session_id',
    [mode, whos],
  );
}

/**
 * Gives takeovers to the person that their chats have turned out to be with. A chat that either had a person is a
 * person's, until the later of the two.
 * @param losers ids that `survivor` replaces
 */
export function moveTakeovers(tx: Transaction, losers: readonly string[], survivor: string): void {
  lockTakeovers(tx, [survivor, ...losers]);
  tx.write(
    `INSERT INTO takeovers AS old (who, session_id, mode, chat_id, human_since, human_until, given_back_at)
     SELECT $2, session_id, mode, max(chat_id), min(human_since),
       CASE WHEN count(human_since) = count(human_until) THEN max(human_until) END, max(given_back_at)
     FROM takeovers WHERE who = ANY($1::text[]) GROUP BY session_id, mode
     ON CONFLICT (who, session_id) DO UPDATE SET
       human_since = least(old.human_since, excluded.human_since),
       human_until = CASE WHEN old.human_since IS NULL THEN excluded.human_until
         WHEN excluded.human_since IS NULL THEN old.human_until
         WHEN old.human_until IS NOT NULL AND excluded.human_until IS NOT NULL
           THEN greatest(old.human_until, excluded.human_until) END,
       given_back_at = greatest(old.given_back_at, excluded.given_back_at)`,
    [losers, survivor],
  );
  tx.write('DELETE FROM takeovers WHERE who = ANY($1::text[])', [losers]);
}

/** Somebody turns out to be two people: a person who has the chat with one has that with the other too. */
export function copyTakeovers(tx: Transaction, from: string, to: string, chatId: string): void {
  tx.write(
    `INSERT INTO takeovers (who, session_id, mode, chat_id, human_since, human_until, given_back_at)
     SELECT $2, session_id, mode, $3, human_since, human_until, given_back_at FROM takeovers WHERE who = $1
     ON CONFLICT DO NOTHING`,
    [from, to, chatId],
  );
}

export function deleteTakeovers(tx: Transaction, whos: readonly string[]): void {
  tx.write('DELETE FROM takeovers WHERE who = ANY($1::text[])', [whos]);
}
