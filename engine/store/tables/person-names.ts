import type { PersonName } from '../../domain/people/joining';
import { numberForms } from '../../domain/people/number-forms';
import { nameKind, whoOf } from '../../domain/people/person-id';
import type { Mode } from '../../domain/mode';
import type { Sql, Transaction } from '../sql/database';

/**
 * SQL: pairs each of the ids `$1` (`given`) with every `id` under which rows about the same person may be stored. A row
 * that was written while its person was joined with another may still have the id from before.
 */
export const SAME_PERSON = `
  SELECT given.id AS given, same.id FROM unnest($1::text[]) AS given (id) CROSS JOIN LATERAL (
    SELECT given.id
    UNION
    SELECT other.own_id FROM person_names n JOIN person_names other ON other.person_id = n.person_id
    WHERE n.own_id = given.id OR n.person_id = given.id
  ) AS same (id)`;

/** SQL: the key of the lock on the names of a mode, `$1`. */
const NAMES_LOCK = "hashtext('blueticks names ' || $1)";

/** SQL: whether two ids are one person. The second one is not from before a joining. */
export const isSamePerson = (a: string, b: string): string =>
  `(${a} = ${b} OR EXISTS (SELECT FROM person_names AS n WHERE n.own_id = ${a} AND n.person_id = ${b}))`;

/** Every id under which rows about these people may be stored. */
export async function idsOfPeople(sql: Sql, whos: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(`SELECT DISTINCT id FROM (${SAME_PERSON}) AS same`, [whos]);
  return rows.map(({ id }) => id);
}

/** Every id under which rows about a chat may be stored. */
export async function idsOfChat(sql: Sql, mode: Mode, chatId: string): Promise<string[]> {
  return idsOfPeople(sql, [(await findWho(sql, mode, [chatId]))(chatId)]);
}

/**
 * Who these chat ids stand for now, by chat id: ids of people, and of groups and channels themselves. Asks the database
 * only about names that may have been joined to another: lids, and numbers with several forms.
 */
export async function findWho(
  sql: Sql,
  mode: Mode,
  chatIds: readonly string[],
): Promise<(chatId: string) => string> {
  const asked = [...new Set(chatIds.filter(mayBeJoined))];
  const rows =
    asked.length === 0
      ? []
      : await sql.query<PersonName>(
          'SELECT name, person_id FROM person_names WHERE mode = $1 AND name = ANY($2::text[])',
          [mode, asked],
        );
  const known = new Map(rows.map(({ name, person_id: id }) => [name, id]));
  return (chatId) => known.get(chatId) ?? whoOf(mode, chatId);
}

/**
 * As `findWho`, for rows that the transaction is going to write. Until it ends, nobody can join these names: the rows
 * would keep the id from before.
 */
export async function findWhoForNew(
  tx: Transaction,
  mode: Mode,
  chatIds: readonly string[],
): Promise<(chatId: string) => string> {
  holdNames(tx, mode, chatIds);
  return findWho(tx, mode, chatIds);
}

/** Until the transaction ends, nobody can join these names. Joining locks names first, and then rows. */
export function holdNames(tx: Transaction, mode: Mode, chatIds: readonly string[]): void {
  if (chatIds.some(mayBeJoined)) tx.write(`SELECT pg_advisory_xact_lock_shared(${NAMES_LOCK})`, [mode]);
}

function mayBeJoined(chatId: string): boolean {
  const kind = nameKind(chatId);
  return kind === 'lid' || (kind === 'phone' && numberForms(chatId.slice(0, -'@c.us'.length)).length > 1);
}

/** Every name of everyone who has one of these names, or one of these ids. */
export async function findNames(
  sql: Sql,
  mode: Mode,
  { names = [], ids = [] }: { names?: readonly string[]; ids?: readonly string[] },
): Promise<PersonName[]> {
  return sql.query<PersonName>(
    `SELECT name, own_id, person_id FROM person_names
     WHERE mode = $1 AND person_id IN (
       SELECT person_id FROM person_names WHERE (mode = $1 AND name = ANY($2::text[])) OR own_id = ANY($3::text[])
         OR person_id = ANY($3::text[]))
     ORDER BY name`,
    [mode, names, ids],
  );
}

/** Only one transaction at a time may join names of a mode. Held until it ends. */
export async function lockNames(tx: Sql, mode: Mode): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(${NAMES_LOCK})`, [mode]);
}

export function saveNames(tx: Transaction, mode: Mode, names: readonly PersonName[]): void {
  if (names.length === 0) return;
  tx.write(
    `INSERT INTO person_names (mode, name, own_id, person_id)
     SELECT $1, n.name, n.own_id, n.person_id FROM jsonb_to_recordset($2::jsonb) AS n (name text, own_id text, person_id text)
     ON CONFLICT (mode, name) DO UPDATE SET own_id = excluded.own_id, person_id = excluded.person_id`,
    [mode, JSON.stringify(names)],
  );
}
