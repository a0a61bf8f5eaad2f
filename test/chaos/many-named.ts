import type { Contact } from '../wire/people/contact';
import type { WhatsApp } from '../wire/whatsapp';
import type { SeededRandom } from './seeded-random';

/** Somebody with several names. */
export interface ManyNamed {
  contact: Contact;
  /** All that one can write to: numbers in E.164, LIDs. */
  names: readonly string[];
  isHidden: boolean;
}

/** People of every kind: with one form of their number or two, and with a LID alone. */
export function manyNamed(whatsapp: WhatsApp, count: number): ManyNamed[] {
  return Array.from({ length: count }, (_, index) => {
    const n = String(1000 + index);
    const [own, ...aliases] = [
      [`+1415556${n}`],
      [`+55118765${n}`, `+551198765${n}`],
      [`+521551111${n}`, `+52551111${n}`],
      [`+549114444${n}`, `+54114444${n}`],
      [],
    ][index % 5]!;
    const contact = whatsapp.contact(own ?? null, { aliases });
    contact.behaves({ read: true });
    const names = [...(own ? [own, ...aliases] : []), contact.jid('lid')];
    return { contact, names, isHidden: own === undefined };
  });
}

/** Some of a person's names, at least one, in any order. */
export function someNames({ names }: ManyNamed, random: SeededRandom): string[] {
  const chosen = names.filter(() => random.happens(0.6));
  const some = chosen.length > 0 ? chosen : [random.pick(names)];
  return random.happens(0.5) ? some : some.reverse();
}
