import type { Inbound } from '../../../../engine/transport/transport';
import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { BreakableMemory } from './breakable-memory';
import { eventually, linkedLink, makeLink, type LinkUnderTest } from './link-world';

describe('inbound messages of a linked number', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let link: LinkUnderTest;
  let memory = new BreakableMemory();
  let number = 14155575000;
  let store: (inbound: Inbound) => Promise<void>;
  const someone = (): Contact => whatsapp.contact(`+${number++}`);
  const handlers = { onInbound: (inbound: Inbound) => store(inbound) };
  const stored = async (inbound: Inbound): Promise<void> => void link.seen.inbounds.push(inbound);
  const unreachable = (): Promise<void> => Promise.reject(new Error('the store is unreachable'));
  const texts = () => link.seen.inbounds.map(({ text }) => text);
  const told = (text: string) =>
    eventually(`"${text}" was told`, () => link.seen.inbounds.find((inbound) => inbound.text === text));
  /** Stanzas at the server that have not been acknowledged yet. */
  const untaken = () => phone.companions[0]!.waiting;
  const allTaken = () => eventually('everything was acknowledged', () => untaken() === 0 || undefined);
  const reopen = (from = memory): LinkUnderTest =>
    (link = makeLink(whatsapp, { memory: (memory = from), phone: phone.number, handlers }).open());

  beforeAll(async () => {
    store = stored;
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    link = await linkedLink(whatsapp, phone, { memory, handlers });
  });
  beforeEach(() => (store = stored));
  afterEach(async () => {
    await allTaken();
    expect(whatsapp.complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await link.transport.close();
    await whatsapp.close();
  });

  it.each(['lid', 'number'] as const)('reports the sender’s number, addressed by %s', async (by) => {
    const contact = someone();
    const { id } = await contact.sends({ text: `by ${by}` }, { by });
    expect(await told(`by ${by}`)).toMatchObject({
      id,
      kind: 'message',
      chatId: `${contact.number.slice(1)}@c.us`,
      from: contact.number,
      isGroup: false,
    });
  });

  it('reports the author and the group of a group message', async () => {
    const contact = someone();
    const group = whatsapp.group({ subject: 'Team', members: [contact, phone] });
    await contact.sends({ text: 'morning all' }, { in: group });
    expect(await told('morning all')).toMatchObject({
      chatId: group.jid,
      from: contact.number,
      isGroup: true,
    });
    await contact.sends({ text: 'anybody?' }, { in: group });
    await told('anybody?');
  });

  it.each(['lid', 'number'] as const)(
    'reports what the owner wrote on the phone as such, by %s',
    async (by) => {
      const contact = someone();
      const { id } = await phone.sends({ text: `my own ${by}` }, { to: contact, by });
      expect(await told(`my own ${by}`)).toMatchObject({
        ...{ id, kind: 'message', sentFromPhone: true, isGroup: false, targetWireId: null },
        ...{ chatId: `${contact.number.slice(1)}@c.us`, from: phone.number, fromName: null },
      });
    },
  );

  it('acknowledges a message only after it is stored', async () => {
    const contact = someone();
    let tries = 0;
    store = () => {
      tries += 1;
      return unreachable();
    };
    const sent = await contact.sends({ text: 'are you there?' });
    await eventually('storing was attempted', () => tries > 1 || undefined);
    await contact.settled();
    expect([sent.delivered, untaken()]).toEqual([false, 1]);
    store = stored;
    await told('are you there?');
    await eventually('the sender got a delivery receipt', () => sent.delivered || undefined);
  });

  it('reports a message once if the link drops while it is being stored', async () => {
    const contact = someone();
    let down = true;
    store = (inbound) => (down ? unreachable() : stored(inbound));
    const sent = await contact.sends({ text: 'hello?' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = link.states.length;
    phone.faults.dropLink();
    await eventually(
      'the link was down',
      () => link.states.slice(before).includes('disconnected') || undefined,
    );
    // It comes again on the next connection, which is not connected until it is stored.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(link.transport.state).not.toBe('connected');
    down = false;
    await link.connected();
    await eventually('the sender got a delivery receipt', () => sent.delivered || undefined);
    expect(texts().filter((text) => text === 'hello?')).toHaveLength(1);
    expect(sent.receipts).not.toContain('retry');
  });

  it('receives the same message again after a crash before it was stored', async () => {
    const contact = someone();
    await contact.sends({ text: 'one' });
    await told('one');
    await allTaken();
    let tries = 0;
    store = () => {
      tries += 1;
      return unreachable();
    };
    const sent = await contact.sends({ text: 'two' });
    await eventually('storing was attempted', () => tries > 0 || undefined);
    // The next process finds the old keys.
    const left = memory.asItIs();
    await link.transport.close();
    store = stored;
    reopen(left);
    expect(await told('two')).toMatchObject({ id: sent.id });
    expect(sent.receipts).not.toContain('retry');
  });

  it('receives the same message again after a crash before it was acknowledged', async () => {
    const contact = someone();
    await contact.sends({ text: 'first' });
    await told('first');
    await allTaken();
    let left: BreakableMemory | undefined;
    store = async (inbound) => {
      await stored(inbound);
      left ??= memory.asItIs();
      // Nothing more happens in this process.
      await new Promise(() => undefined);
    };
    const sent = await contact.sends({ text: 'second' });
    const once = await told('second');
    const closing = link.transport.close();
    await closing;
    store = stored;
    reopen(left);
    const again = await told('second');
    expect({ ...again, at: 0 }).toEqual({ ...once, at: 0 });
    await eventually('the sender got a delivery receipt', () => sent.delivered || undefined);
    expect(sent.receipts).not.toContain('retry');
  });

  it('reports a message once that the server repeats, and acknowledges it each time', async () => {
    const contact = someone();
    const { id } = await contact.sends({ text: 'once' });
    await told('once');
    await allTaken();
    phone.companions[0]!.repeat(id);
    await allTaken();
    expect(texts().filter((text) => text === 'once')).toHaveLength(1);
  });

  it('reports the same message if the server repeats it to the next process', async () => {
    const contact = someone();
    await contact.sends({ text: 'a first one' });
    const { id } = await contact.sends({ text: 'once more' });
    const once = await told('once more');
    await allTaken();
    await link.transport.close();
    phone.companions[0]!.repeat(id);
    reopen();
    await link.connected();
    await allTaken();
    // The sender may have been asked to send it again. The store recognizes its id.
    const again = link.seen.inbounds.filter((inbound) => inbound.id === id);
    for (const inbound of again.filter(({ isAwaited }) => !isAwaited))
      expect({ ...inbound, at: 0, content: 0 }).toEqual({ ...once, at: 0, content: 0 });
    await contact.sends({ text: 'and on' });
    await told('and on');
  });

  it('delivers messages received while offline before it reports connected', async () => {
    const [ada, bob] = [someone(), someone()];
    await link.transport.close();
    for (const text of ['are', 'you', 'there?']) await ada.sends({ text });
    await bob.sends({ text: 'me too' });
    const order: string[] = [];
    store = async (inbound) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push(inbound.text ?? '');
      await stored(inbound);
    };
    link = makeLink(whatsapp, {
      ...{ memory, phone: phone.number },
      handlers: { ...handlers, onState: (state) => void order.push(state) },
    }).open();
    await link.connected();
    expect(order).toEqual(['connecting', 'are', 'you', 'there?', 'me too', 'connected']);
  });

  it('connects in the end even if a message cannot be stored', async () => {
    const contact = someone();
    await link.transport.close();
    await contact.sends({ text: 'a hard one' });
    store = unreachable;
    link = makeLink(whatsapp, { memory, phone: phone.number, handlers, timing: { awayMs: 300 } }).open();
    await link.connected();
    store = stored;
    await told('a hard one');
  });

  it('requests a message again that it cannot decrypt, and reports it once', async () => {
    const contact = someone();
    await contact.sends({ text: 'before' });
    await told('before');
    await allTaken();
    await link.transport.close();
    // The session keys of this conversation are lost.
    for (const key of [...memory.values.keys()]) if (key.startsWith('session/')) memory.values.delete(key);
    reopen();
    await link.connected();
    await link.send(contact, 'answer');
    await contact.hears('answer');
    await contact.losesItsSessions();
    const sent = await contact.sends({ text: 'after' });
    await told('after');
    expect(texts().filter((text) => text === 'after')).toHaveLength(1);
    await eventually('the sender got a delivery receipt', () => sent.delivered || undefined);
  });

  it('reports reactions, edits and revocations by wire id', async () => {
    const contact = someone();
    const ours = link.text(contact, 'done!');
    await link.transport.send(ours);
    await contact.hears('done!');
    await contact.sends({ react: '👍', to: ours.wireId });
    expect(await told('👍')).toMatchObject({ kind: 'reaction', targetWireId: ours.wireId });
    const original = await contact.sends({ text: 'at eihgt' });
    await contact.sends({ edit: original.id, text: 'at eight' });
    expect(await told('at eight')).toMatchObject({ kind: 'edited', targetWireId: original.id });
    await contact.sends({ revoke: original.id });
    await eventually('it was revoked', () => link.seen.inbounds.find(({ kind }) => kind === 'revoked'));
  });
});
