import { joinNames, type PersonName, type SameNames } from '../domain/people/joining';
import { exactWhoOf, nameKind, whoOf } from '../domain/people/person-id';
import type { Mode } from '../domain/mode';
import type { Work } from '../events/transact';
import { moveRowsOfChat } from '../store/tables/joined-people';
import { findNames, lockNames, saveNames } from '../store/tables/person-names';
import { joinPeople } from './join-people';

/** A person. */
export interface Who {
  id: string;
  /** Every id under which rows about them may be stored. */
  ids: string[];
  /** Their number, `<digits>@c.us`; null if only lids are known. */
  phone: string | null;
}

/**
 * Records which names are one account, as WhatsApp says, and joins the people who have turned out to be one. All in the
 * transaction of `work`; call it before anything else locks rows.
 * @param said each a set of names of one account: `<digits>@c.us`, `<digits>@lid`. None is empty.
 * @returns who each set is now.
 */
export async function learnNames(work: Work, mode: Mode, said: readonly SameNames[]): Promise<Who[]> {
  const names = [...new Set(said.flat())];
  const own = names.map((name) => whoOf(mode, name));
  const known = await findNames(work.sql, mode, { names, ids: own });
  if (!said.every((same) => isJoined(same, known))) {
    await lockNames(work.sql, mode);
    const before = await findNames(work.sql, mode, { names, ids: own });
    const people = joinNames(before, said, (name) => whoOf(mode, name));
    saveNames(
      work.sql,
      mode,
      people.flat().filter((name) => !before.some((one) => isSame(one, name))),
    );
    await joinPeople(work, mode, people, before);
    return said.map((same) => whoIs(people.find((person) => person.some(({ name }) => name === same[0]))!));
  }
  return said.map((same) => {
    const id = known.find(({ name }) => name === same[0])!.person_id;
    return whoIs(known.filter(({ person_id: other }) => other === id));
  });
}

/**
 * Records that forms of one number belong to different accounts, as WhatsApp says.
 * @param chatIds `<digits>@c.us`, all with the same preferred form
 */
export async function partNames(work: Work, mode: Mode, chatIds: readonly string[]): Promise<void> {
  const shared = whoOf(mode, chatIds[0]!);
  const apart = chatIds.filter((chatId) => exactWhoOf(mode, chatId) !== shared);
  const isKnown = (names: PersonName[]): boolean =>
    apart.every((chatId) => names.some(({ name, own_id: id }) => name === chatId && id !== shared));
  if (isKnown(await findNames(work.sql, mode, { names: apart }))) return;
  await lockNames(work.sql, mode);
  const before = await findNames(work.sql, mode, { names: apart });
  if (isKnown(before)) return;
  for (const chatId of apart) {
    const own = exactWhoOf(mode, chatId);
    const from = before.find(({ name }) => name === chatId)?.person_id ?? shared;
    saveNames(work.sql, mode, [{ name: chatId, own_id: own, person_id: own }]);
    moveRowsOfChat(work.sql, mode, { chatId, from, to: own });
  }
}

function whoIs(names: readonly PersonName[]): Who {
  const id = names[0]!.person_id;
  const phone = names.find(({ name }) => nameKind(name) === 'phone')?.name ?? null;
  return { id, ids: [...new Set([id, ...names.map(({ own_id: ownId }) => ownId)])], phone };
}

/** Whether it is known that these names are one person's. */
function isJoined(same: SameNames, known: readonly PersonName[]): boolean {
  const found = same.map((name) => known.find((one) => one.name === name)?.person_id);
  return found.every((id) => id !== undefined && id === found[0]);
}

const isSame = (a: PersonName, b: PersonName): boolean =>
  a.name === b.name && a.own_id === b.own_id && a.person_id === b.person_id;
