import fc from 'fast-check';
import { joinNames, type PersonName } from '../../../../engine/domain/people/joining';
import { whoOf } from '../../../../engine/domain/people/person-id';

const ownIdOf = (name: string): string => whoOf('live', name);
const join = (known: readonly PersonName[], ...said: string[][]): PersonName[] =>
  joinNames(known, said, ownIdOf).flat();

const NUMBER = '14155551234@c.us';
const [LID, OTHER_LID] = ['111111111111@lid', '222222222222@lid'];

describe('joining names', () => {
  it('makes a number and its lid one person, with the id of the number', () => {
    for (const said of [
      [NUMBER, LID],
      [LID, NUMBER],
    ])
      expect(join([], said).map(({ person_id: id }) => id)).toEqual([ownIdOf(NUMBER), ownIdOf(NUMBER)]);
  });

  it('joins the people whom earlier names belong to', () => {
    const before = [...join([], [NUMBER, LID])];
    expect(new Set(join(before, [LID, OTHER_LID]).map(({ person_id: id }) => id))).toEqual(
      new Set([ownIdOf(NUMBER)]),
    );
  });

  it('leaves others alone', () => {
    const other = join([], ['393331234567@c.us', OTHER_LID]);
    const people = joinNames(other, [[NUMBER, LID]], ownIdOf);
    expect(people).toHaveLength(2);
    expect(people).toContainEqual(other);
  });

  const names = fc.constantFrom(
    ...['14155551234@c.us', '5511987654321@c.us', '551187654321@c.us', '5215512345678@c.us'],
    ...['525512345678@c.us', '1@lid', '2@lid', '3@lid', '4@lid'],
  );
  const facts = fc.array(fc.uniqueArray(names, { minLength: 1, maxLength: 3 }), { maxLength: 8 });

  it('ends the same in whichever order names are learned, one by one or together', () => {
    const inTurn = (said: readonly string[][]): PersonName[] => {
      let known: PersonName[] = [];
      for (const same of said) known = join(known, same);
      return known;
    };
    const sorted = (all: PersonName[]): string[] => all.map((one) => JSON.stringify(one)).sort();
    fc.assert(
      fc.property(facts, fc.infiniteStream(fc.nat()), (said, numbers) => {
        const shuffled = said
          .map((same) => ({ same: [...same].reverse(), at: numbers.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ same }) => same);
        expect(sorted(inTurn(shuffled))).toEqual(sorted(inTurn(said)));
        expect(sorted(join([], ...said))).toEqual(sorted(inTurn(said)));
      }),
    );
  });

  it('joins exactly what is connected', () => {
    fc.assert(
      fc.property(facts, (said) => {
        const all = join([], ...said);
        const personOf = (name: string): string => all.find((one) => one.name === name)!.person_id;
        const isSame = new Map<string, Set<string>>();
        for (const { name } of all) {
          // Everything that can be reached from a name through what was said, and through forms of one number.
          const reached = new Set([name]);
          for (let size = 0; size < reached.size;) {
            size = reached.size;
            for (const same of said)
              if (same.some((one) => reached.has(one))) same.forEach((one) => reached.add(one));
            for (const other of all)
              if ([...reached].some((one) => ownIdOf(one) === ownIdOf(other.name))) reached.add(other.name);
          }
          isSame.set(name, reached);
        }
        for (const { name: a } of all)
          for (const { name: b } of all) expect(personOf(a) === personOf(b)).toBe(isSame.get(a)!.has(b));
      }),
    );
  });
});
