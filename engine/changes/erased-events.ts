import { withoutPerson } from './present-message';
import { recurrenceWithoutPerson } from './recurrence-changes';
import { sequenceWithoutPerson } from './sequence-changes';

interface Shown {
  messages?: object[];
}

const DELIVERY =
  /^(message\.(queued|sending|sent|delivered|read|failed|canceled)|sequence\..*|recurrence\..*)$/;

/** Whether an event says how far one of our messages, sequences or recurrences is, and not what somebody wrote. */
export const isAboutDelivery = (type: string): boolean => DELIVERY.test(type);

/**
 * The data of an event about a message, sequence or recurrence, once the recipient is erased: what is told of it says what
 * happened, and no longer to whom.
 * @param data JSON text, as it was stored
 */
export function withoutPersonInEvent(type: string, data: string): string {
  const shown = JSON.parse(data) as Shown;
  if (type.startsWith('recurrence.')) return JSON.stringify(recurrenceWithoutPerson(shown));
  if (!type.startsWith('sequence.')) return JSON.stringify(withoutPerson(shown));
  const messages = (shown.messages ?? []).map(withoutPerson);
  return JSON.stringify({ ...sequenceWithoutPerson(shown), messages });
}

/** Somebody in a group, as an event shows them. */
interface Named {
  person_id?: string | null;
}

/**
 * The data of an event of a group, once somebody is erased who did it or whom it is about: it still says how many they
 * were, and not who this one was.
 * @param data JSON text, as it was stored
 * @param ids every id of the person
 */
export function withoutMemberInEvent(data: string, ids: readonly string[]): string {
  const shown = JSON.parse(data) as { by?: Named | null; participants?: Named[] };
  const without = <T extends Named>(person: T): T =>
    ids.includes(person.person_id ?? '')
      ? { ...person, person_id: null, chat_id: null, phone: null, name: null }
      : person;
  return JSON.stringify({
    ...shown,
    ...(shown.by ? { by: without(shown.by) } : {}),
    ...(shown.participants ? { participants: shown.participants.map(without) } : {}),
  });
}
