import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { BreakableMemory } from './breakable-memory';
import { eventually, linkedLink, makeLink, type LinkUnderTest } from './link-world';

/**
 * When a process dies, its memory stays as it was and its connection is cut. Each test goes back to the memory from
 * before the last messages, so it loses more than a crash can.
 */
describe('after an engine crash', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let link: LinkUnderTest;
  let memory = new BreakableMemory();
  let number = 14155576000;
  const someone = (): Contact => whatsapp.contact(`+${number++}`);

  /** The next process, with what the crashed one had stored. The crashed one writes nothing more. */
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
  // Nobody received anything unreadable.
  afterEach(() => expect(whatsapp.complaints.splice(0)).toEqual([]));
  afterAll(async () => {
    await link.transport.close();
    await whatsapp.close();
  });

  it('a message sent but not committed is sent again, shown once, and later messages can be read', async () => {
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

  it('a conversation goes on in both directions', async () => {
    const contact = someone();
    await link.send(contact, 'one');
    await contact.hears('one');
    await contact.sends({ text: 'an answer' });
    await eventually('the message was reported', () =>
      link.seen.inbounds.find(({ text }) => text === 'an answer'),
    );
    const left = memory.asItIs();
    await link.send(contact, 'two');
    await contact.hears('two');
    await contact.sends({ text: 'another answer' });
    await eventually('the message was reported', () =>
      link.seen.inbounds.find(({ text }) => text === 'another answer'),
    );

    await dieAndStartWith(left);
    await contact.sends({ text: 'and another' });
    await eventually('the message was reported', () =>
      link.seen.inbounds.find(({ text }) => text === 'and another'),
    );
    await link.send(contact, 'three');
    await contact.hears('three');
  });

  it('every group member can read the next message', async () => {
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

  it('a contact’s linked device can read the next messages too', async () => {
    const friend = whatsapp.phone(`+${number++}`);
    const device = await linkedLink(whatsapp, friend);
    const hears = (text: string) =>
      eventually(`the device received "${text}"`, () =>
        device.seen.inbounds.find((told) => told.text === text),
      );
    await link.send(friend, 'one');
    await hears('one');
    // It replies, so that both sides consider the session established.
    await device.send(phone, 'an answer');
    await eventually('the message was reported', () =>
      link.seen.inbounds.find(({ text }) => text === 'an answer'),
    );
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
    // It did not have to request it again.
    expect(asked).not.toContain('retry');
    whatsapp.onStanza = () => undefined;
    await device.transport.close();
  });

  it('the next process answers a phone that could not decrypt a message', async () => {
    const contact = someone();
    await link.send(contact, 'one');
    await contact.hears('one');
    await contact.losesItsSessions();
    // The connection is cut as soon as the contact has the message, so its phone's receipt waits at the server.
    whatsapp.faults.dropBeforeAck();
    const message = link.text(contact, 'two');
    const { wireId, ...rest } = message;
    memory.sent.set(wireId, rest as never);
    await expect(link.transport.send(message)).rejects.toMatchObject({ reason: 'link_down' });
    await dieAndStartWith(memory.asItIs());
    expect(await contact.hears('two')).toMatchObject({ id: wireId });
    expect(whatsapp.complaints.splice(0).join()).toMatch(/could not decrypt .*, try 1/);
  });

  it('a new conversation of which nothing was stored starts over', async () => {
    const contact = someone();
    const left = memory.asItIs();
    await contact.sends({ text: 'hello' }, { to: phone });
    await eventually('the message was reported', () =>
      link.seen.inbounds.find(({ text }) => text === 'hello'),
    );
    await link.send(contact, 'hello yourself');
    await contact.hears('hello yourself');

    await dieAndStartWith(left);
    await link.send(contact, 'are you still there?');
    await contact.hears('are you still there?');
  });
});

describe('when the store is unreachable', () => {
  it('a message in flight does not fail, and its keys are not lost', async () => {
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
      throw new Error('the store is unreachable');
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
    await eventually('the message was reported', () =>
      next.seen.inbounds.find(({ text }) => text === 'an answer'),
    );
    await next.transport.close();
    expect(whatsapp.complaints).toEqual([]);
    await whatsapp.close();
  });
});
