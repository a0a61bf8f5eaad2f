import type { Mode } from '../../domain/mode';
import { nameKind, personIdOf, whoOf } from '../../domain/people/person-id';
import type { Sql, Transaction } from '../sql/database';
import { rowsJson } from '../sql/rows-json';
import { drawnOnlyBy } from './messages-to-draw';

/** A row of `people`: somebody whom a session has written to or heard from. */
export interface PersonRow {
  id: string;
  mode: Mode;
  /** `<digits>@c.us`, the number that WhatsApp knows them by; null if only lids are known. */
  phone: string | null;
  /** The name that they gave themselves on WhatsApp. */
  name: string | null;
  /** The username that WhatsApp last said they have, without `@`. It may have been handed on since. */
  username: string | null;
  /** WhatsApp has said that it is a business. */
  is_business: boolean;
  created_at: Date;
}

/** Stores people; of those known already, what is new: a number, a name, a username, that they are a business. */
export function savePeople(tx: Transaction, rows: readonly PersonRow[]): void {
  if (rows.length === 0) return;
  tx.write(
    `INSERT INTO people SELECT * FROM json_populate_recordset(NULL::people, $1::json)
     ON CONFLICT (id) DO UPDATE SET phone = coalesce(excluded.phone, people.phone),
       name = coalesce(excluded.name, people.name), username = coalesce(excluded.username, people.username),
       is_business = people.is_business OR excluded.is_business,
       created_at = least(people.created_at, excluded.created_at)
     WHERE (people.phone, people.name, people.username, people.is_business) IS DISTINCT FROM
       (coalesce(excluded.phone, people.phone), coalesce(excluded.name, people.name),
        coalesce(excluded.username, people.username), people.is_business OR excluded.is_business)
       OR people.created_at > excluded.created_at`,
    [rowsJson(rows)],
  );
}

export async function findPeople(sql: Sql, ids: readonly string[]): Promise<PersonRow[]> {
  return sql.query<PersonRow>('SELECT * FROM people WHERE id = ANY($1::text[]) ORDER BY created_at, id', [
    ids,
  ]);
}

export function deletePeople(tx: Transaction, ids: readonly string[]): void {
  tx.write('DELETE FROM people WHERE id = ANY($1::text[])', [ids]);
}

/** The WhatsApp names of these people, by id, if known. */
export async function namesOfPeople(sql: Sql, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql.query<{ id: string; name: string }>(
    'SELECT id, name FROM people WHERE id = ANY($1::text[]) AND name IS NOT NULL',
    [ids],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Somebody whom a session writes to or hears from, and the chat that it happens in. */
export interface Met {
  mode: Mode;
  /** A person's id, or the chat id of a group or channel. */
  who: string;
  chat_id: string;
}

/**
 * Records that something was written in these chats: the people in them are no longer new contacts of the session. Those
 * who are met for the first time get a row, and the name that their chat has.
 */
export function rememberMet(tx: Transaction, sessionId: string, met: readonly Met[], now: Date): void {
  if (met.length === 0) return;
  // In one order, so that two callers cannot deadlock.
  const inOrder = [...new Map(met.map((one) => [one.who, one])).values()].sort((a, b) =>
    a.who < b.who ? -1 : 1,
  );
  const rows = inOrder.map(({ mode, who, chat_id: chatId }) => ({
    ...{ mode, who, name: chatId, own_id: whoOf(mode, chatId) },
    is_person: personIdOf(who) !== null,
    phone: nameKind(chatId) === 'phone' ? chatId : null,
  }));
  tx.write(
    `WITH met AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS m
         (mode text, who text, name text, own_id text, is_person boolean, phone text)
     ), new_contacts AS (
       INSERT INTO known_contacts (session_id, who, since) SELECT $2, who, $3 FROM met
       ON CONFLICT DO NOTHING RETURNING who
     ), new_people AS (
       SELECT * FROM met WHERE is_person AND who IN (SELECT who FROM new_contacts)
     ), named AS (
       INSERT INTO person_names (mode, name, own_id, person_id) SELECT mode, name, own_id, who FROM new_people
       ON CONFLICT DO NOTHING
     ), ${drawnOnlyBy('$2', 'new_contacts')}
     INSERT INTO people (id, mode, phone, created_at) SELECT who, mode, phone, $3 FROM new_people
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(rows), sessionId, now],
  );
}

/** Stores names that people once gave themselves. Those who have told one themselves keep it: it is newer. */
export function saveOlderNames(tx: Transaction, names: readonly { id: string; name: string }[]): void {
  if (names.length === 0) return;
  tx.write(
    `WITH named AS (
       SELECT p.id, n.name FROM people AS p JOIN jsonb_to_recordset($1::jsonb) AS n (id text, name text) USING (id)
       WHERE p.name IS NULL ORDER BY p.id FOR UPDATE OF p
     )
     UPDATE people AS p SET name = n.name FROM named AS n WHERE p.id = n.id`,
    [JSON.stringify(names)],
  );
}

/**
 * Stores the names that a person gave themselves on WhatsApp, and that they are a business. What was not told, null or
 * false, stays as it was.
 */
export function saveOwnNames(
  tx: Transaction,
  id: string,
  { name, username, is_business: isBusiness }: Pick<PersonRow, 'name' | 'username' | 'is_business'>,
): void {
  if (name === null && username === null && !isBusiness) return;
  tx.write(
    `UPDATE people SET name = coalesce($2, name), username = coalesce($3, username), is_business = is_business OR $4
     WHERE id = $1 AND (name, username, is_business) IS DISTINCT FROM
       (coalesce($2, name), coalesce($3, username), is_business OR $4)`,
    [id, name, username, isBusiness],
  );
}
