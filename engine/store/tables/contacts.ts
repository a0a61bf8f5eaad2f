import type { Mode } from '../../domain/mode';
import type { Sql } from '../sql/database';
import { rowsJson } from '../sql/rows-json';
import { isOptedOut } from './opt-outs';

/** A row of `contacts`. Audience order is the order of ids. */
export interface ContactRow {
  id: string;
  audience_id: string;
  recipient: string;
  chat_id: string;
  /** A person's id, or the chat id of a group or channel. In an audience once. */
  who: string;
  variables: Record<string, string>;
  added_at: Date;
}

/**
 * Inserts the contacts that the audience does not have yet. Of two who are the same person, the first counts.
 * @returns how many were inserted.
 */
export async function insertContacts(tx: Sql, rows: ContactRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  const inserted = await tx.query(
    `INSERT INTO contacts (id, audience_id, recipient, chat_id, who, variables, added_at)
     SELECT id, audience_id, recipient, chat_id, who, variables, added_at
     FROM json_populate_recordset(NULL::contacts, $1::json)
     ON CONFLICT (audience_id, who) DO NOTHING RETURNING 1 AS one`,
    [rowsJson(rows)],
  );
  return inserted.length;
}

/** The last id in audience order; null if the audience is empty. */
export async function lastContactId(sql: Sql, audienceId: string): Promise<string | null> {
  const rows = await sql.query<{ id: string }>(
    'SELECT id FROM contacts WHERE audience_id = $1 ORDER BY id DESC LIMIT 1',
    [audienceId],
  );
  return rows[0]?.id ?? null;
}

/** Every contact with one of these ids, in the order of audiences. */
export async function findContactsOf(sql: Sql, whos: readonly string[]): Promise<ContactRow[]> {
  return sql.query<ContactRow>(
    'SELECT * FROM contacts WHERE who = ANY($1::text[]) ORDER BY audience_id, id',
    [whos],
  );
}

export async function findContact(sql: Sql, audienceId: string, id: string): Promise<ContactRow | undefined> {
  const rows = await sql.query<ContactRow>('SELECT * FROM contacts WHERE id = $1 AND audience_id = $2', [
    id,
    audienceId,
  ]);
  return rows[0];
}

/** Up to `limit` contacts after the id `after`, and with `through` no further than that id, in audience order. */
export async function contactsAfter(
  sql: Sql,
  audienceId: string,
  { after, through = null, limit }: { after: string | null; through?: string | null; limit: number },
): Promise<ContactRow[]> {
  return sql.query<ContactRow>(
    `SELECT * FROM contacts WHERE audience_id = $1 AND id > $2 AND ($3::text IS NULL OR id <= $3)
     ORDER BY id LIMIT $4`,
    [audienceId, after ?? '', through, limit],
  );
}

/** The first people of an audience who see its status: not those who have opted out. Chat ids, in audience order. */
export async function viewersIn(sql: Sql, mode: Mode, audienceId: string, limit: number): Promise<string[]> {
  const rows = await sql.query<{ chat_id: string }>(
    `SELECT chat_id FROM contacts AS c WHERE audience_id = $2 AND who LIKE 'per\\_%' AND NOT ${isOptedOut('$1', 'c.who')}
     ORDER BY id LIMIT $3`,
    [mode, audienceId, limit],
  );
  return rows.map(({ chat_id: chatId }) => chatId);
}

/** One page in audience order; `page` counts from 1. */
export async function contactsOfPage(
  sql: Sql,
  audienceId: string,
  page: number,
  size: number,
): Promise<ContactRow[]> {
  // One more than asked for shows whether there is a next page.
  return sql.query<ContactRow>(
    'SELECT * FROM contacts WHERE audience_id = $1 ORDER BY id LIMIT $2 OFFSET $3',
    [audienceId, size + 1, (page - 1) * size],
  );
}

/** @returns false, and changes nothing, if another contact of the audience is this person. */
export async function saveContact(tx: Sql, row: ContactRow): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE contacts SET recipient = $2, chat_id = $3, variables = $4, who = $6 WHERE id = $1
       AND NOT EXISTS (SELECT FROM contacts o WHERE o.audience_id = $5 AND o.who = $6 AND o.id <> $1)
     RETURNING id`,
    [row.id, row.recipient, row.chat_id, JSON.stringify(row.variables), row.audience_id, row.who],
  );
  return rows.length > 0;
}

export async function deleteContact(tx: Sql, id: string): Promise<void> {
  await tx.query('DELETE FROM contacts WHERE id = $1', [id]);
}

/** How many contacts there are, and how many of them the session knows already. */
export interface ContactCount {
  total: number;
  known: number;
}

/**
 * Counts up to `limit` contacts after the id `after`, and with `through` no further than that id.
 * @returns `last`: the id of the last contact counted; null if there was none.
 */
export async function countContacts(
  sql: Sql,
  sessionId: string,
  audienceId: string,
  { after, through, limit }: { after: string | null; through: string | null; limit: number },
): Promise<ContactCount & { last: string | null }> {
  const rows = await sql.query<ContactCount & { last: string | null }>(
    `SELECT count(*)::int AS total, count(k.who)::int AS known, max(c.id) AS last
     FROM (SELECT id, who FROM contacts
           WHERE audience_id = $1 AND id > $2 AND ($3::text IS NULL OR id <= $3) ORDER BY id LIMIT $4) AS c
     LEFT JOIN known_contacts AS k ON k.session_id = $5 AND k.who = c.who`,
    [audienceId, after ?? '', through, limit, sessionId],
  );
  return rows[0]!;
}
