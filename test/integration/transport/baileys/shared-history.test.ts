import type { SharedHistory } from '../../../../engine/transport/older-messages';
import { TransportError, type Inbound } from '../../../../engine/transport/transport';
import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { BreakableMemory } from './breakable-memory';
import { eventually, linkedLink, makeLink, type LinkOptions, type LinkUnderTest } from './link-world';

const DAY_MS = 86_400_000;
const daysAgo = (days: number): Date => new Date(Math.floor(Date.now() / 1000) * 1000 - days * DAY_MS);

describe('what our own phone shares of the past', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let link: LinkUnderTest | undefined;
  let ownNumber = 14155550100;
  let number = 14155554700;
  let shared: SharedHistory<Inbound>[] = [];
  let store: (history: SharedHistory<Inbound>) => number;
  const someone = (): Contact => whatsapp.contact(`+${number++}`);
  const known = new Set<string>();
  /** Stores each message once, as the engine does. */
  const storeAll = (history: SharedHistory<Inbound>): number => {
    shared.push(history);
    const news = history.messages.filter(({ id }) => !known.has(id));
    for (const { id } of news) known.add(id);
    return news.length;
  };
  const handlers = { onHistory: async (history: SharedHistory<Inbound>) => store(history) };
  const connect = async (options: LinkOptions = {}): Promise<LinkUnderTest> =>
    (link = await linkedLink(whatsapp, phone, { handlers, ...options }));
  const messages = () => shared.flatMap((one) => one.messages);
  const texts = () => messages().map(({ text }) => text);
  const told = (count: number) =>
    eventually(`${count} messages were stored`, () => (messages().length >= count ? true : undefined));
  const read = (memory: BreakableMemory) =>
    eventually('all of it was read', () =>
      [...memory.values.keys()].some((key) => key.startsWith('history/')) ? undefined : true,
    );

  beforeAll(async () => {
    whatsapp = await startWhatsApp();
  });
  beforeEach(() => {
    phone = whatsapp.phone(`+${ownNumber++}`);
    shared = [];
    known.clear();
    store = storeAll;
  });
  afterEach(async () => {
    await link?.transport.close();
    link = undefined;
    expect(whatsapp.complaints.splice(0)).toEqual([]);
  });
  afterAll(() => whatsapp.close());

  it('is told as history after linking: messages of people, groups and the owner, and what chats are called', async () => {
    const [ada, ben] = [someone(), someone()];
    const group = whatsapp.group({ subject: 'Team', members: [ada, ben, phone] });
    const first = daysAgo(3);
    const ids = phone.remembers(
      ada,
      [
        { text: 'first', at: first },
        { text: 'answer', at: daysAgo(2), fromMe: true },
        { message: null, at: daysAgo(2) },
        { message: { reactionMessage: { key: { id: 'X' }, text: '👍' } }, at: daysAgo(1) },
        { text: 'gone soon', at: daysAgo(1), disappearsInS: 604_800 },
      ],
      { name: 'Ada (work)' },
    );
    phone.remembers(group, [{ text: 'morning all', by: ben, at: daysAgo(1), pushName: 'Ben' }], {
      name: 'Team',
    });
    const memory = new BreakableMemory();
    await connect({ memory });
    await told(4);
    await read(memory);
    const adasChat = {
      chatId: `${ada.number.slice(1)}@c.us`,
      names: expect.arrayContaining([ada.jid('lid')]),
    };
    expect(messages()).toMatchObject([
      { ...adasChat, text: 'gone soon', disappearsInS: 604_800 },
      { ...adasChat, id: ids[1], text: 'answer', sentFromPhone: true, from: phone.number },
      {
        ...adasChat,
        kind: 'message',
        id: ids[0],
        text: 'first',
        from: ada.number,
        content: expect.any(Uint8Array),
      },
      { chatId: group.jid, text: 'morning all', author: ben.jid('lid'), fromName: 'Ben' },
    ]);
    expect(messages()[2]!.at).toBe(first.getTime());
    expect(shared.flatMap((one) => one.chats)).toEqual([
      { chatId: ada.jid('lid'), name: 'Ada (work)' },
      { chatId: group.jid, name: 'Team' },
    ]);
    expect(link!.seen.inbounds).toEqual([]);
    expect(link!.seen.names).toContainEqual({ same: [ada.jid('lid'), adasChat.chatId] });
  });

  it('comes in a file too, and with the names that people gave themselves', async () => {
    const ada = someone();
    await connect();
    phone.remembers(ada, [{ text: 'in a file', at: daysAgo(3) }], { by: 'number' });
    await phone.shares({ type: 'RECENT', as: 'file' });
    await told(1);
    expect(messages()).toMatchObject([{ text: 'in a file', chatId: `${ada.number.slice(1)}@c.us` }]);
    await phone.shares({ type: 'PUSH_NAME' }, { pushnames: [{ id: ada.jid(), pushname: 'Ada' }] });
    const people = await eventually(
      'names were told',
      () => shared.find((one) => one.people.length > 0)?.people,
    );
    expect(people).toEqual([{ chatId: `${ada.number.slice(1)}@c.us`, name: 'Ada' }]);
  });

  it('is read again after a crash, and skipped if its file is gone', async () => {
    const memory = new BreakableMemory();
    let afterCrash: BreakableMemory | undefined;
    store = () => {
      afterCrash ??= memory.asItIs();
      throw new Error('the store is unreachable');
    };
    phone.remembers(someone(), [{ text: 'kept', at: daysAgo(3) }]);
    await connect({ memory });
    const copy = await eventually('it was being stored', () => afterCrash);
    // Acknowledged: the phone does not send it again.
    await eventually('it was acknowledged', () => phone.companions[0]!.waiting === 0 || undefined);
    await link!.transport.close();
    store = storeAll;
    link = await makeLink(whatsapp, { memory: copy, phone: phone.number, handlers }).open().connected();
    await told(1);
    expect(texts()).toEqual(['kept']);
    await read(copy);
    whatsapp.media.refuseNext(404);
    await phone.shares({ type: 'RECENT', as: 'file' });
    await phone.shares({ type: 'RECENT' });
    await told(2);
    await read(copy);
    expect(texts()).toEqual(['kept', 'kept']);
  });

  it('is read by nobody if another phone than the session’s was linked', async () => {
    phone.remembers(someone(), [{ text: 'somebody else’s', at: daysAgo(3) }]);
    const memory = new BreakableMemory();
    link = makeLink(whatsapp, { memory, phone: '+14155550199', handlers }).open();
    link.transport.linking!.start();
    await phone.link(await link.qr());
    await eventually('it was refused', () => link!.states.at(-1) === 'logged_out' || undefined, 20_000);
    expect(messages()).toEqual([]);
    expect([...memory.values.keys()]).toEqual([]);
  });

  it('is asked for when older messages are wanted, further back each time', async () => {
    const ada = someone();
    const chatId = `${ada.number.slice(1)}@c.us`;
    const at = (index: number): Date => new Date(daysAgo(90).getTime() + index * 60_000);
    await connect();
    const ids = phone.remembers(
      ada,
      Array.from({ length: 120 }, (_one, index) => ({ text: `message ${index}`, at: at(index) })),
    );
    const load = (index: number) =>
      link!.transport.loadOlder!({ chatId, wireId: ids[index]!, fromMe: false, at: at(index).getTime() });
    expect(await load(110)).toEqual({ added: 50, hasMore: true });
    expect(texts()).toEqual(Array.from({ length: 50 }, (_one, index) => `message ${109 - index}`));
    expect(await load(60)).toEqual({ added: 50, hasMore: true });
    expect(await load(10)).toEqual({ added: 10, hasMore: false });
    expect(await load(0)).toEqual({ added: 0, hasMore: false });
    // The phone has no such chat.
    const stranger = { chatId: '14155559999@c.us', wireId: 'X', fromMe: true, at: Date.now() };
    whatsapp.contact('+14155559999');
    expect(await link!.transport.loadOlder!(stranger)).toEqual({ added: 0, hasMore: false });
  });

  it('goes further back by itself where nobody wrote for a while', async () => {
    const ada = someone();
    const group = whatsapp.group({ subject: 'Busy', members: [ada, phone] });
    await connect();
    const at = (index: number): Date => new Date(daysAgo(90).getTime() + index * 60_000);
    const joined = Array.from({ length: 70 }, (_one, index) => ({
      message: null,
      by: ada,
      at: at(index + 1),
    }));
    const ids = phone.remembers(group, [
      { text: 'before that', by: ada, at: at(0) },
      ...joined,
      { text: 'after that', by: ada, at: at(100) },
    ]);
    const oldest = { chatId: group.jid, wireId: ids.at(-1)!, fromMe: false, at: at(100).getTime() };
    expect(await link!.transport.loadOlder!(oldest)).toEqual({ added: 1, hasMore: false });
    expect(texts()).toEqual(['before that']);
  });

  it('is asked in vain of a phone that is off, and stored when it answers later', async () => {
    const ada = someone();
    await connect({ timing: { olderMs: 300 } });
    phone.behaves({ helpsCompanions: false });
    const ids = phone.remembers(ada, [
      { text: 'older', at: daysAgo(20) },
      { text: 'known', at: daysAgo(10) },
    ]);
    const oldest = {
      ...{ chatId: `${ada.number.slice(1)}@c.us`, wireId: ids[1]!, fromMe: false },
      at: daysAgo(10).getTime(),
    };
    const failure = await link!.transport.loadOlder!(oldest).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransportError);
    expect(failure).toMatchObject({ mayPass: true, message: expect.stringContaining('is on and online') });
    phone.behaves({ helpsCompanions: true });
    await told(1);
    expect(texts()).toEqual(['older']);
  });
});
