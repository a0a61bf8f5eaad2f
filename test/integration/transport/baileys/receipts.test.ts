import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import type { Receipt } from '../../../../engine/transport/transport';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { BreakableMemory } from './breakable-memory';
import { eventually, linkedLink, makeLink, type LinkUnderTest } from './link-world';

describe('receipts of what a linked number sent', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let link: LinkUnderTest;
  const memory = new BreakableMemory();
  let number = 14155574000;
  let store: (receipt: Receipt) => void | Promise<void>;
  const someone = (): Contact => whatsapp.contact(`+${number++}`);
  const handlers = { onReceipt: (receipt: Receipt) => store(receipt) };
  const told = (wireId: string, count: number) =>
    eventually(`${count} receipts were told`, () => {
      const seen = link.seen.receiptsOf(wireId).map(({ status }) => status);
      return seen.length >= count ? seen : undefined;
    });
  const send = async (contact: Contact | string, text: string): Promise<string> => {
    const message = link.text(contact, text);
    await link.transport.send(message);
    return message.wireId;
  };
  /** Receipts that the server keeps because it has not been told that they were taken. */
  const untaken = () => phone.companions[0]!.waiting;

  beforeAll(async () => {
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    link = await linkedLink(whatsapp, phone, { memory, handlers });
  });
  beforeEach(() => (store = (receipt) => void link.seen.receipts.push(receipt)));
  afterEach(() => expect(whatsapp.complaints.splice(0)).toEqual([]));
  afterAll(async () => {
    await link.transport.close();
    await whatsapp.close();
  });

  it('are told in the order in which they came: read before delivered', async () => {
    const contact = someone();
    contact.behaves({ read: true, order: 'read-first' });
    expect(await told(await send(contact, 'read first'), 2)).toEqual(['read', 'delivered']);
  });

  it('are told where only one of them came', async () => {
    const contact = someone();
    contact.behaves({ read: true, lose: ['delivered'] });
    expect(await told(await send(contact, 'only read'), 1)).toEqual(['read']);
  });

  it('are told by wire id where they come by LID and the message went by number, and the other way round', async () => {
    for (const [to, receiptsBy] of [
      [(contact: Contact) => contact, 'lid'],
      [(contact: Contact) => contact.jid('lid'), 'number'],
    ] as const) {
      const contact = someone();
      contact.behaves({ receiptsBy });
      expect(await told(await send(to(contact), 'one or the other'), 1)).toEqual(['delivered']);
    }
  });

  it('of many messages at once are told one by one', async () => {
    const contact = someone();
    const ids: string[] = [];
    for (const text of ['one', 'two', 'three']) ids.push(await send(contact, text));
    await contact.hears('three');
    contact.reads(...ids);
    for (const id of ids) expect(await told(id, 2)).toEqual(['delivered', 'read']);
  });

  it('of a group are told as each member’s comes', async () => {
    const [ada, bob] = [someone(), someone()];
    const group = whatsapp.group({ subject: 'Lunch', members: [ada, bob, phone] });
    const id = await send(group.jid, 'pizza?');
    await told(id, 2);
    ada.reads(id);
    expect(await told(id, 3)).toEqual(['delivered', 'delivered', 'read']);
  });

  it('of the own phone, which gets a copy, tell nothing', async () => {
    const contact = someone();
    contact.behaves({ deliver: false });
    const id = await send(contact, 'for the record');
    await phone.hears('for the record');
    await eventually('the copy was confirmed', () => untaken() === 0 || undefined);
    expect(link.seen.receiptsOf(id)).toEqual([]);
  });

  it('are not acknowledged before they are stored, and come again after a crash', async () => {
    const contact = someone();
    contact.behaves({ deliver: false });
    const id = await send(contact, 'when will you read it?');
    await contact.hears('when will you read it?');
    await eventually('all was taken', () => untaken() === 0 || undefined);
    let tries = 0;
    store = () => {
      tries += 1;
      return Promise.reject(new Error('the store is out of reach'));
    };
    contact.reads(id);
    await eventually('it was tried', () => tries > 0 || undefined);
    expect(untaken()).toBe(1);
    await link.transport.close();

    store = (receipt) => void link.seen.receipts.push(receipt);
    link = makeLink(whatsapp, { memory, phone: phone.number, handlers }).open();
    await link.connected();
    expect(await told(id, 1)).toEqual(['read']);
    await eventually('it was taken', () => untaken() === 0 || undefined);
  });

  it('wait while the store is out of reach, and are told once it is back', async () => {
    const contact = someone();
    let down = true;
    const tried: string[] = [];
    store = (receipt) => {
      tried.push(receipt.wireId);
      if (down) throw new Error('the store is out of reach');
      link.seen.receipts.push(receipt);
    };
    const id = await send(contact, 'hold on');
    await eventually('it was tried', () => tried.includes(id) || undefined);
    expect(untaken()).toBeGreaterThan(0);
    down = false;
    expect(await told(id, 1)).toEqual(['delivered']);
    await eventually('it was taken', () => untaken() === 0 || undefined);
  });

  it('that came while the link was down come when it is back', async () => {
    const contact = someone();
    contact.behaves({ deliver: false });
    const id = await send(contact, 'read in between');
    await contact.hears('read in between');
    phone.faults.refuseLogin(503, 3);
    phone.faults.dropLink();
    contact.reads(id);
    expect(await told(id, 1)).toEqual(['read']);
  });
});
