import { nameKind } from './person-id';

/** A name that is known to be a person's. */
export interface PersonName {
  /** `<digits>@c.us` or `<digits>@lid`. */
  name: string;
  /** The person whom the name alone stands for (see `whoOf`). */
  own_id: string;
  /** The person who has the name, since names were joined. */
  person_id: string;
}

/** Names of one account, as WhatsApp says. */
export type SameNames = readonly string[];

/**
 * The people after joining: for each, all its names. Names that share a person before, or occur in one `said`, are one
 * person.
 * @param known every name of everyone who is mentioned in `said`
 * @param ownIdOf the person whom a name alone stands for
 */
export function joinNames(
  known: readonly PersonName[],
  said: readonly SameNames[],
  ownIdOf: (name: string) => string,
): PersonName[][] {
  const leader = new Map<string, string>();
  const find = (key: string): string => {
    const next = leader.get(key);
    if (next === undefined || next === key) return key;
    const found = find(next);
    leader.set(key, found);
    return found;
  };
  const join = (a: string, b: string): void => void leader.set(find(a), find(b));
  const names = new Map<string, string>(known.map(({ name, own_id: ownId }) => [name, ownId]));
  for (const { own_id: ownId, person_id: personId } of known) join(ownId, personId);
  for (const same of said) {
    for (const name of same) {
      if (!names.has(name)) names.set(name, ownIdOf(name));
      join(names.get(name)!, names.get(same[0]!)!);
    }
  }
  const people = new Map<string, { name: string; own_id: string }[]>();
  for (const [name, ownId] of names) {
    const key = find(ownId);
    people.set(key, [...(people.get(key) ?? []), { name, own_id: ownId }]);
  }
  return [...people.values()].map((person) => {
    const id = survivorOf(person);
    return person.map((name) => ({ ...name, person_id: id })).sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

/**
 * The id that a person keeps: that of a phone number, if there is one. It depends only on the names, so it is the same
 * in whichever order they were learned.
 */
function survivorOf(names: readonly { name: string; own_id: string }[]): string {
  const rank = (name: string): string => `${nameKind(name) === 'phone' ? 0 : 1}${name}`;
  const [first, ...others] = names;
  return others.reduce((best, one) => (rank(one.name) < rank(best.name) ? one : best), first!).own_id;
}
