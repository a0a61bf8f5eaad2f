import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { BreakableMemory } from './breakable-memory';
import { eventually, linkedLink, makeLink, type LinkUnderTest } from './link-world';

/**
 * A process that dies leaves its memory as it was at that moment, and its line is cut. Each test takes the memory as it
 * was before the last messages, which is more than a crash can take away.
 */
describe('an engine that dies', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let link: LinkUnderTest;
  let memory = new BreakableMemory();
  let number = 14155576000;
  const someone = (): Contact => whatsapp.contact(`+${number++}`);

  /** Another process, which finds what was left. The one before writes nothing any more. */
  const dieAndStartWith = async (left: BreakableMemory): Promise<void> => {
    memory.beforeWrite = () => new Promise(() => undefined);
    await link.transport.close();
    memory = left;
    link = makeLink(whatsapp, { memory, phone: phone.number, timing: { lastWriteMs: 50 } }).open();
    await link.connected();
  };

  beforeAll(async () => {
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    link = await linkedLink(whatsapp, phone, { memory, timing: { lastWriteMs: 50 } });
  });
  // Nobody got anything that could not be read.
  afterEach(() => expect(whatsapp.complaints.splice(0)).toEqual([]));
  afterAll(async () => {
    await link.transport.close();
    await whatsapp.close();
  });

  it('between the wire and the commit: the repeat and what follows are read, each once', async () => {
    const contact = someone();
    await link.send(contact, 'one');
    await contact.hears('one');
    const left = memory.asItIs();
    const lost = link.text(contact, 'two');
    await link.transport.send(lost);
    await link.send(contact, 'three');
    await contact.hears('three');

    await dieAndStartWith(left);
    await link.transport.send(lost);
    await link.send(contact, 'four');
    await contact.hears('four');
    await contact.settled();
    expect(contact.received.map(({ text, copies }) => [text, copies])).toEqual([
      ['one', 1],
      ['two', 2],
      ['three', 1],
      ['four', 1],
    ]);
  });

  it('in the middle of a conversation: both sides go on', async () => {
    const contact = someone();
    await link.send(contact, 'one');
    await contact.hears('one');
    await contact.sends({ text: 'an answer' });
    await eventually('it was told', () => link.seen.inbounds.find(({ text }) => text === 'an answer'));
    const left = memory.asItIs();
    await link.send(contact, 'two');
    await contact.hears('two');
    await contact.sends({ text: 'another answer' });
    await eventually('it was told', () => link.seen.inbounds.find(({ text }) => text === 'another answer'));

    await dieAndStartWith(left);
    await contact.sends({ text: 'and another' });
    await eventually('it was told', () => link.seen.inbounds.find(({ text }) => text === 'and another'));
    await link.send(contact, 'three');
    await contact.hears('three');
  });

  it('between two messages to a group: everybody reads what follows', async () => {
    const [ada, bob] = [someone(), someone()];
    const group = whatsapp.group({ subject: 'Lunch', members: [ada, bob, phone] });
    await link.send(group.jid, 'pizza?');
    const left = memory.asItIs();
    await link.send(group.jid, 'or pasta?');
    for (const member of [ada, bob]) await member.hears('or pasta?');

    await dieAndStartWith(left);
    await link.send(group.jid, 'or soup?');
    for (const member of [ada, bob]) await member.hears('or soup?');
  });

  it('in a conversation with somebody who has a linked device too: that one reads what follows', async () => {
    const friend = whatsapp.phone(`+${number++}`);
    const device = await linkedLink(whatsapp, friend);
    const hears = (text: string) =>
      eventually(`the device heard "${text}"`, () => device.seen.inbounds.find((told) => told.text === text));
    await link.send(friend, 'one');
    await hears('one');
    // It answers, so that both sides believe in the session.
    await device.send(phone, 'an answer');
    await eventually('it was told', () => link.seen.inbounds.find(({ text }) => text === 'an answer'));
    await link.send(friend, 'two');
    await hears('two');
    const left = memory.asItIs();
    await link.send(friend, 'three');
    await hears('three');

    await dieAndStartWith(left);
    const asked: string[] = [];
    whatsapp.onStanza = ({ tag, attrs }) => void (tag === 'receipt' && asked.push(attrs.type ?? ''));
    await link.send(friend, 'four');
    await hears('four');
    // It did not have to ask for it again.
    expect(asked).not.toContain('retry');
    whatsapp.onStanza = () => undefined;
    await device.transport.close();
  });

  it('before somebody’s phone asked for a message that it could not read: it gets it from the next process', async () => {
    const contact = someone();
    await link.send(contact, 'one');
    await contact.hears('one');
    await contact.losesItsSessions();
    // The line is cut as soon as the message is with the contact, so that what its phone says of it waits.
    whatsapp.faults.dropBeforeAck();
    const message = link.text(contact, 'two');
    const { wireId, ...rest } = message;
    memory.sent.set(wireId, rest as never);
    await expect(link.transport.send(message)).rejects.toMatchObject({ reason: 'link_down' });
    await dieAndStartWith(memory.asItIs());
    expect(await contact.hears('two')).toMatchObject({ id: wireId });
    expect(whatsapp.complaints.splice(0).join()).toMatch(/could not decrypt .*, try 1/);
  });

  it('before anything of a first conversation was stored: it begins anew', async () => {
    const contact = someone();
    const left = memory.asItIs();
    await contact.sends({ text: 'hello' }, { to: phone });
    await eventually('it was told', () => link.seen.inbounds.find(({ text }) => text === 'hello'));
    await link.send(contact, 'hello yourself');
    await contact.hears('hello yourself');

    await dieAndStartWith(left);
    await link.send(contact, 'are you still there?');
    await contact.hears('are you still there?');
  });
});

describe('a store that is out of reach', () => {
  it('does not fail a message that is on the wire, nor lose its keys', async () => {
    const whatsapp = await startWhatsApp();
    const phone = whatsapp.phone('+14155550100');
    const memory = new BreakableMemory();
    const link = await linkedLink(whatsapp, phone, { memory });
    const contact = whatsapp.contact('+14155551234');
    let down = true;
    let refused = 0;
    memory.beforeWrite = () => {
      if (!down) return;
      refused += 1;
      throw new Error('the store is out of reach');
    };
    for (const text of ['one', 'two', 'three']) await link.send(contact, text);
    await contact.hears('three');
    await eventually('the store was tried', () => refused > 0 || undefined);
    down = false;
    await link.transport.close();
    expect([...memory.values.keys()].filter((key) => key.startsWith('session/')).length).toBeGreaterThan(1);

    const next = makeLink(whatsapp, { memory, phone: phone.number }).open();
    await next.connected();
    await contact.sends({ text: 'an answer' });
    await eventually('it was told', () => next.seen.inbounds.find(({ text }) => text === 'an answer'));
    await next.transport.close();
    expect(whatsapp.complaints).toEqual([]);
    await whatsapp.close();
  });
});
