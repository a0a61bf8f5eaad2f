import { parseRecipient } from '../domain/messages/recipient';
import type { PersonName } from '../domain/people/joining';
import { nameKind } from '../domain/people/person-id';
import type { Mode } from '../domain/mode';
import { invalidRequest, notFound, validOrThrow } from '../errors';
import type { Sql } from '../store/sql/database';
import { isInGroupEvent } from '../store/tables/erased-people';
import { findChatsOf } from '../store/tables/listed-people';
import { findPeople, type PersonRow } from '../store/tables/people';
import { findNames, findWho } from '../store/tables/person-names';

/** A person, whether a session knows them or something is only planned for them. */
export interface FoundPerson extends Omit<PersonRow, 'created_at'> {
  /** Every id under which rows about them may be stored. */
  ids: string[];
  /** `<digits>@c.us` or `<digits>@lid`. */
  names: string[];
}

/**
 * @param given the person's id, one from before a joining, or their phone or chat id in any form
 * @throws EngineError `not_found`, or `invalid_request` for a group, a channel, or text that cannot be read
 */
export async function findPerson(sql: Sql, mode: Mode, given: string): Promise<FoundPerson> {
  const { person, isStored } = await readPerson(sql, mode, given);
  if (!isStored) throw notFound('person', given);
  return person;
}

/**
 * As `findPerson`, also if nothing is stored about them.
 * @throws EngineError `invalid_request`
 */
export async function readPerson(
  sql: Sql,
  mode: Mode,
  given: string,
): Promise<{ person: FoundPerson; isStored: boolean }> {
  const { who, name } = given.startsWith('per_')
    ? { who: given, name: null }
    : await readName(sql, mode, given);
  const names = await findNames(sql, mode, { names: name === null ? [] : [name], ids: [who] });
  const id = names[0]?.person_id ?? who;
  const ids = [...new Set([id, who, ...names.map(({ own_id: ownId }) => ownId)])];
  const known = (await findPeople(sql, [id])).find((row) => row.mode === mode);
  const chats = known ? [] : await findChatsOf(sql, mode, ids);
  const person = {
    ...(known ?? { id, mode, phone: null, name: null, username: null, is_business: false }),
    ids,
    names: inOrder([...names.map((one) => one.name), ...chats.map(({ chat_id: chatId }) => chatId)]),
  };
  const isStored = known !== undefined || chats.length > 0 || (await isInGroupEvent(sql, ids));
  return { person, isStored };
}

/** The names of each of these people. */
export async function findNamesOf(
  sql: Sql,
  mode: Mode,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const names = new Map<string, PersonName[]>(ids.map((id) => [id, []]));
  for (const name of await findNames(sql, mode, { ids })) names.get(name.person_id)?.push(name);
  return new Map([...names].map(([id, own]) => [id, inOrder(own.map(({ name }) => name))]));
}

async function readName(sql: Sql, mode: Mode, given: string): Promise<{ who: string; name: string }> {
  const { chatId } = validOrThrow('id', parseRecipient(given));
  if (nameKind(chatId) === null) {
    const message = 'is a group or a channel. Use the id, phone number or chat id of a person.';
    throw invalidRequest([{ path: 'id', code: 'not_a_person', message }]);
  }
  const who = (await findWho(sql, mode, [chatId]))(chatId);
  return { who, name: chatId };
}

/** Each once, phone numbers first. */
function inOrder(names: readonly string[]): string[] {
  const rank = (name: string): string => `${nameKind(name) === 'phone' ? 0 : 1}${name}`;
  return [...new Set(names)].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}
