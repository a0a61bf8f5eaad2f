import { nameKind } from '../domain/people/person-id';
import type { Mode } from '../domain/mode';
import type { Sql } from '../store/sql/database';
import { findLastTimes, listPeople, type PeopleFilter } from '../store/tables/listed-people';
import { findOptedOut } from '../store/tables/opt-outs';
import type { PersonRow } from '../store/tables/people';
import { findNamesOf, findPerson, type FoundPerson } from './find-person';
import type { Person } from './person-schema';

/** A person as a list shows them, with their place in it. */
export interface ListedPerson {
  id: string;
  created_at: Date;
  shown: Person;
}

/** People whom a session has written to or heard from, newest first. */
export async function showPeople(
  sql: Sql,
  mode: Mode,
  filter: PeopleFilter,
  limit: number,
  before: { at: Date; key: string } | null,
): Promise<ListedPerson[]> {
  const rows = await listPeople(sql, mode, filter, limit, before);
  const names = await findNamesOf(
    sql,
    mode,
    rows.map(({ id }) => id),
  );
  const shown = await present(
    sql,
    mode,
    rows.map((row) => ({ ...row, names: names.get(row.id) ?? [] })),
  );
  return rows.map(({ id, created_at }, index) => ({ id, created_at, shown: shown[index]! }));
}

/** One person, see `findPerson`. @throws EngineError `not_found` or `invalid_request` */
export async function showPerson(sql: Sql, mode: Mode, given: string): Promise<Person> {
  return presentPerson(sql, await findPerson(sql, mode, given));
}

export async function presentPerson(sql: Sql, person: FoundPerson): Promise<Person> {
  const [shown] = await present(sql, person.mode, [person]);
  return shown!;
}

async function present(
  sql: Sql,
  mode: Mode,
  people: readonly (Omit<PersonRow, 'created_at'> & { names: string[] })[],
): Promise<Person[]> {
  if (people.length === 0) return [];
  const ids = people.map(({ id }) => id);
  const [optedOut, times] = [await findOptedOut(sql, mode, ids), await findLastTimes(sql, ids)];
  return people.map(({ id, phone, name, username, names }) => {
    const last = times.find((one) => one.id === id);
    return {
      id,
      phone: e164(phone ?? names.find(isPhone)),
      name,
      names: [...names.map(shownName), ...(username ? [{ kind: 'username' as const, value: username }] : [])],
      opted_out: optedOut.has(id),
      last_heard_at: last?.last_heard_at?.toISOString() ?? null,
      last_written_at: last?.last_written_at?.toISOString() ?? null,
    };
  });
}

const shownName = (name: string): Person['names'][number] =>
  isPhone(name) ? { kind: 'phone', value: e164(name)! } : { kind: 'lid', value: name };

const isPhone = (name: string): boolean => nameKind(name) === 'phone';

/** E.164 of `<digits>@c.us`. */
const e164 = (name: string | undefined): string | null =>
  name ? `+${name.slice(0, name.indexOf('@'))}` : null;
