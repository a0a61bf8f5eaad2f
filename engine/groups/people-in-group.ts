import { z } from 'zod';
import type { Mode } from '../domain/mode';
import { personIdOf } from '../domain/people/person-id';
import type { Sql } from '../store/sql/database';
import { namesOfPeople } from '../store/tables/people';
import { findWho } from '../store/tables/person-names';
import type { GroupPerson } from '../transport/group-acts';

/** Somebody in a group, as the API and events show them. */
export const PersonInGroupSchema = z.object({
  chat_id: z.string().describe('by number if it is known, otherwise the lid'),
  phone: z.string().nullable().describe('E.164'),
  person_id: z.string().nullable().describe('null for the linked number itself'),
  name: z.string().nullable().describe('the name that they gave themselves, if the number has met them'),
  is_me: z.boolean().describe('the linked number itself'),
});
export type PersonInGroup = z.output<typeof PersonInGroupSchema>;

/** Shows people, in two statements for all of them. */
export async function showPeopleInGroups(
  sql: Sql,
  mode: Mode,
  people: readonly GroupPerson[],
): Promise<(person: GroupPerson) => PersonInGroup> {
  const others = people.filter(({ isMe }) => !isMe);
  const whoIs = await findWho(
    sql,
    mode,
    others.flatMap(({ names }) => names),
  );
  const ids = others.map(({ names }) => whoIs(names[0]!));
  const namesById = ids.length > 0 ? await namesOfPeople(sql, ids) : new Map<string, string>();
  return (person) => {
    const who = person.isMe ? null : whoIs(person.names[0]!);
    return {
      chat_id: chatIdOf(person),
      phone: person.phone,
      person_id: who && personIdOf(who),
      name: who === null ? null : (namesById.get(who) ?? null),
      is_me: person.isMe,
    };
  };
}

/** The chat id that people are shown by. */
export function chatIdOf({ names, phone }: GroupPerson): string {
  return phone === null ? names[0]! : `${phone.slice(1)}@c.us`;
}
