import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { eventually, linkedLink, type LinkUnderTest } from './link-world';

/** Signal sessions go by name. Which number a LID has is often learned when both have sessions already. */
describe('a contact whose LID and number are learned late to be one', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let link: LinkUnderTest;
  let number = 14155578000;
  /** Types of the receipts that were sent; `retry` asks for a message again. */
  let receipts: string[] = [];

  beforeAll(async () => {
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    link = await linkedLink(whatsapp, phone, {});
    whatsapp.onStanza = ({ tag, attrs }) => void (tag === 'receipt' && receipts.push(attrs.type ?? ''));
  });
  beforeEach(() => (receipts = []));
  afterEach(() => {
    expect(receipts).not.toContain('retry');
    expect(whatsapp.complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await link.transport.close();
    await whatsapp.close();
  });

  const stranger = (): Contact => {
    const contact = whatsapp.contact(`+${number++}`);
    contact.tellsOneName();
    return contact;
  };
  const writes = async (contact: Contact, text: string, by: 'lid' | 'number'): Promise<void> => {
    await contact.sends({ text }, { to: phone, by });
    await eventually(`"${text}" was reported`, () => link.seen.inbounds.find((told) => told.text === text));
  };
  const reaches = async (contact: Contact, text: string): Promise<void> => {
    await link.send(contact, text);
    await contact.hears(text);
  };

  it.each([
    ['number', 'lid'],
    ['lid', 'number'],
  ] as const)('reads all, and is read, if they wrote by %s first', async (first, second) => {
    const ada = stranger();
    await writes(ada, `hello by ${first}`, first);
    await reaches(ada, `one ${first}`);
    await writes(ada, `again by ${first}`, first);
    ada.tellsBothNames();
    await writes(ada, `both names by ${first}`, first);
    await reaches(ada, `two ${first}`);
    await writes(ada, `now by ${second} ${first}`, second);
    await reaches(ada, `three ${first}`);
    await writes(ada, `and by ${first}`, first);
    await reaches(ada, `four ${first}`);
  });
});
