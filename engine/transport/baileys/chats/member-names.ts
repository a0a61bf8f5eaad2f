import { numberForms } from '../../../domain/people/number-forms';
import type { GroupMetadata } from '../baileys';
import { accountJid, isLid, jidOf, phoneOf, userOf } from '../jids';

/** Who is who, as far as this device knows without asking WhatsApp. */
export interface NameBook {
  /** Every chat id that a jid's account is known by. */
  namesOf(jid: string): Promise<string[]>;
}

/** What a chat calls its members: by phone number, or by lid. */
export type Addressing = 'pn' | 'lid';

/** The jid of a person in a chat with this addressing; unchanged if WhatsApp has not told it. */
export async function nameIn(addressing: Addressing, jid: string, book: NameBook): Promise<string> {
  const fits = (name: string): boolean => isLid(name) === (addressing === 'lid');
  if (fits(jid)) return jid;
  const name = (await book.namesOf(jid)).find(fits);
  return name === undefined ? jid : jidOf(name);
}

/** The jid by which a group has a person as a member; for somebody else as in `nameIn`. */
export async function memberName(
  { participants, addressingMode }: Pick<GroupMetadata, 'participants' | 'addressingMode'>,
  jid: string,
  book: NameBook,
): Promise<string> {
  const wanted = phoneOf(jid) ? numberForms(userOf(jid)).map((digits) => `${digits}@s.whatsapp.net`) : [jid];
  const member = participants.find(({ id, phoneNumber, lid }) =>
    [id, phoneNumber, lid].some((name) => name !== undefined && wanted.includes(accountJid(name))),
  );
  return member ? accountJid(member.id) : nameIn(addressingMode === 'lid' ? 'lid' : 'pn', jid, book);
}
