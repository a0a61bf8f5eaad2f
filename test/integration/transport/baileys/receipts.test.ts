import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import type { Receipt } from '../../../../engine/transport/transport';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { BreakableMemory } from './breakable-memory';
import { eventually, linkedLink, makeLink, type LinkUnderTest } from './link-world';

describe('receipts for messages of a linked number', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let link: LinkUnderTest;
  const memory = new BreakableMemory();
  let number = 14155574000;
  let store: (receipt: Receipt) => void | Promise<void>;
  const someone = (): Contact => whatsapp.contact(`+${number++}`);
  const handlers = { onReceipt: (receipt: Receipt) => store(receipt) };
  const told = (wireId: string, count: number) =>
    eventually(`${count} receipts were reported`, () => {
      const seen = link.seen.receiptsOf(wireId).map(({ status }) => status);
      return seen.length >= count ? seen : undefined;
    });
  const send = async (contact: Contact | string, text: string): Promise<string> => {
    const message = link.text(contact, text);
    await link.transport.send(message);
    return message.wireId;
  };
  /** Receipts at the server that have not been acknowledged yet. */
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

  it('are reported in the order of arrival, even read before delivered', async () => {
    const contact = someone();
    contact.behaves({ read: true, order: 'read-first' });
    expect(await told(await send(contact, 'read first'), 2)).toEqual(['read', 'delivered']);
  });

  it('are reported even if only one arrives', async () => {
    const contact = someone();
    contact.behaves({ read: true, lose: ['delivered'] });
    expect(await told(await send(contact, 'only read'), 1)).toEqual(['read']);
  });

  it('are matched by wire id when the message and the receipt use different addresses', async () => {
    for (const [to, receiptsBy] of [
      [(contact: Contact) => contact, 'lid'],
      [(contact: Contact) => contact.jid('lid'), 'number'],
    ] as const) {
      const contact = someone();
      contact.behaves({ receiptsBy });
      expect(await told(await send(to(contact), 'one or the other'), 1)).toEqual(['delivered']);
    }
  });

  it('are reported one by one if one receipt covers many messages', async () => {
    const contact = someone();
    const ids: string[] = [];
    for (const text of ['one', 'two', 'three']) ids.push(await send(contact, text));
    await contact.hears('three');
    contact.reads(...ids);
    for (const id of ids) expect(await told(id, 2)).toEqual(['delivered', 'read']);
  });

  it('are reported for each member of a group', async () => {
    const [ada, bob] = [someone(), someone()];
    const group = whatsapp.group({ subject: 'Lunch', members: [ada, bob, phone] });
    const id = await send(group.jid, 'pizza?');
    await told(id, 2);
    ada.reads(id);
    expect(await told(id, 3)).toEqual(['delivered', 'delivered', 'read']);
  });

  it('from our own phone, for its copy, are ignored', async () => {
    const contact = someone();
    contact.behaves({ deliver: false });
    const id = await send(contact, 'for the record');
    await phone.hears('for the record');
    await eventually('the copy was confirmed', () => untaken() === 0 || undefined);
    expect(link.seen.receiptsOf(id)).toEqual([]);
  });

  it('from our own phone, for what its owner reads there, say which chat was read', async () => {
    const contact = someone();
    const group = whatsapp.group({ subject: 'Dinner', members: [contact, phone] });
    const first = await contact.sends({ text: 'are you there?' });
    const second = await contact.sends({ text: 'hello?' });
    const inGroup = await contact.sends({ text: 'is she there?' }, { in: group });
    phone.readsIn(contact, [second.id, first.id]);
    phone.readsIn(group, [inGroup.id], true);
    await eventually('both were told', () => link.seen.ownReads.length === 2 || undefined);
    const told = new Map(link.seen.ownReads.map(({ chatId, wireIds }) => [chatId, wireIds]));
    expect(told.get(contact.jid('lid'))).toEqual([second.id, first.id]);
    expect(told.get(group.jid)).toEqual([inGroup.id]);
    expect(link.seen.inbounds.map(({ id }) => id)).toEqual([first.id, second.id, inGroup.id]);
    expect(link.seen.receiptsOf(first.id)).toEqual([]);
    await eventually('they were acknowledged', () => untaken() === 0 || undefined);
  });

  it('are acknowledged only once stored, and come again after a crash', async () => {
    const contact = someone();
    contact.behaves({ deliver: false });
    const id = await send(contact, 'when will you read it?');
    await contact.hears('when will you read it?');
    await eventually('everything was acknowledged', () => untaken() === 0 || undefined);
    let tries = 0;
    store = () => {
      tries += 1;
      return Promise.reject(new Error('the store is unreachable'));
    };
    contact.reads(id);
    await eventually('storing was attempted', () => tries > 0 || undefined);
    expect(untaken()).toBe(1);
    await link.transport.close();

    store = (receipt) => void link.seen.receipts.push(receipt);
    link = makeLink(whatsapp, { memory, phone: phone.number, handlers }).open();
    await link.connected();
    expect(await told(id, 1)).toEqual(['read']);
    await eventually('it was acknowledged', () => untaken() === 0 || undefined);
  });

  it('wait while the store is unreachable, and are reported once it is back', async () => {
    const contact = someone();
    let down = true;
    const tried: string[] = [];
    store = (receipt) => {
      tried.push(receipt.wireId);
      if (down) throw new Error('the store is unreachable');
      link.seen.receipts.push(receipt);
    };
    const id = await send(contact, 'hold on');
    await eventually('storing was attempted', () => tried.includes(id) || undefined);
    expect(untaken()).toBeGreaterThan(0);
    down = false;
    expect(await told(id, 1)).toEqual(['delivered']);
    await eventually('it was acknowledged', () => untaken() === 0 || undefined);
  });

  it('sent while the link was down arrive when it is back', async () => {
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
