import { CHAT_HISTORY } from '../../../engine/chats/chat-history';
import { presentChatMessage } from '../../../engine/chats/present-chat-message';
import { showChat, showChats } from '../../../engine/chats/show-chats';
import { showChatMessages } from '../../../engine/chats/show-messages';
import { newMessageRow } from '../../../engine/changes/new-message-row';
import { storeNewMessages } from '../../../engine/changes/message-changes';
import { newWireId } from '../../../engine/domain/ids';
import { whoOf } from '../../../engine/domain/people/person-id';
import { erasePerson } from '../../../engine/people/erase-person';
import { deleteExpiredChatMessages } from '../../../engine/store/tables/chat-messages';
import { OLD_CHAT_MESSAGES, OLD_CHATS } from '../../../engine/store/tables/old-records';
import { removeOld } from '../../support/remove-old';
import { findLastTimes } from '../../../engine/store/tables/listed-people';
import { findNewContacts } from '../../../engine/store/tables/known-contacts';
import { findOldest } from '../../../engine/store/tables/older-messages';
import type { Inbound } from '../../../engine/transport/transport';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { StoreWorld } from '../sequences/store-world';

jest.setTimeout(120_000);

const ANA = '14155551234@c.us';
const LID = '123456789012345@lid';
const GROUP = '120363000000000001@g.us';
const DAY = 86_400_000;

describe.each(DATABASE_KINDS)('what the phone shares of the past, on %s,', (kind) => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
  });
  beforeEach(() =>
    world.database.query(
      'TRUNCATE chat_messages, chats, messages, inbound_messages, awaited_messages, people, person_names, known_contacts, events, sequences CASCADE',
    ),
  );
  afterAll(() => world.close());

  const message = (given: Partial<Inbound> = {}): Inbound => {
    const { chatId = ANA } = given;
    return {
      ...{ kind: 'message', id: newWireId(), chatId, names: [chatId], from: null, fromName: null },
      ...{ isGroup: chatId.endsWith('@g.us'), targetWireId: null, type: 'text', text: 'hello', media: null },
      ...{ at: world.clock.now() - 60 * DAY, content: Buffer.from('as WhatsApp has it') },
      ...given,
    };
  };
  const own = { sentFromPhone: true, from: '+15005550100' };
  const inGroup = (name: string) => ({ chatId: GROUP, names: [name], author: name });
  const messagesOf = async (chat: string) => {
    const rows = await showChatMessages(world.database, 'test', chat, {}, 'asc', 50, null);
    return rows.map((row) => presentChatMessage(row, (id) => `file ${id}`));
  };
  const textsOf = async (chat: string) => (await messagesOf(chat)).map(({ text }) => text);
  const chat = (given: string) => showChat(world.database, 'test', given, new Date(world.clock.now()));
  const count = async (table: string): Promise<number> => {
    const [row] = await world.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    return row!.n;
  };

  it('is in the history, is told to nobody, and leaves nothing unread', async () => {
    const file = { mime: 'image/jpeg', filename: null, size: 5, url: null };
    const added = await world.shares({
      messages: [
        message({ text: 'one', media: file, type: 'image' }),
        message({ ...own, text: 'two', at: world.clock.now() - DAY }),
        message({ ...inGroup(ANA), text: 'three', fromName: 'Ana' }),
      ],
      chats: [{ chatId: GROUP, name: 'Family' }],
    });
    expect(added).toBe(3);
    const [one, two] = await messagesOf(ANA);
    expect(one).toMatchObject({
      ...{ source: 'history', from_me: false, from: ANA, ack: null, message_id: null, type: 'image' },
      media_url: expect.stringContaining('file inb_'),
    });
    expect(two).toMatchObject({
      source: 'history',
      from_me: true,
      from: '15005550100@c.us',
      message_id: null,
    });
    expect(await chat(ANA)).toMatchObject({ name: 'Ana', unread_count: 0, last_message_at: two!.timestamp });
    expect(await chat(GROUP)).toMatchObject({ name: 'Family', unread_count: 0 });
    expect(await count('events')).toBe(0);
    const [times] = await findLastTimes(world.database, [whoOf('test', ANA)]);
    expect(times?.last_heard_at ?? null).toBeNull();
    expect([...(await findNewContacts(world.database, world.session.id, [whoOf('test', ANA)]))]).toEqual([]);
  });

  it('answers nothing and opts nobody out', async () => {
    const sequence = await world.create('+14155551234', ['PT1H']);
    await world.shares({ messages: [message({ text: 'STOP', at: world.clock.now() + DAY })] });
    expect(await world.status(sequence)).toBe('active');
    expect(await count('opt_outs')).toBe(0);
  });

  it('doubles nothing that was received, sent, is being sent or is awaited, under whichever name', async () => {
    await world.learn(LID, ANA);
    const received = message({ text: 'received' });
    await world.comesIn({ ...received, chatId: LID, names: [LID] });
    const awaited = message({ text: null, isAwaited: true });
    await world.comesIn(awaited);
    const row = newMessageRow({
      ...{ mode: 'test', session_id: world.session.id, from_phone: '+15005550100', recipient: ANA },
      ...{ chat_id: ANA, who: whoOf('test', ANA), type: 'text', text: 'in flight', priority: 1 },
      ...{ due_at: new Date(0), created_at: new Date(world.clock.now()) },
    });
    await world.transact(async (work) => storeNewMessages(work, [row]));
    const shared = [
      { ...received, text: 'changed' },
      { ...awaited, isAwaited: false, text: 'its content' },
      message({ ...own, id: row.wire_id, text: 'in flight' }),
      message({ text: 'new', id: 'TWICE' }),
      message({ text: 'new', id: 'TWICE' }),
    ];
    expect(await world.shares({ messages: shared })).toBe(1);
    expect(await world.shares({ messages: shared })).toBe(0);
    expect((await textsOf(ANA)).sort()).toEqual(['new', 'received']);
    await world.claim();
    await world.accepted(row);
    expect((await messagesOf(ANA)).find(({ text }) => text === 'in flight')).toMatchObject({
      source: 'engine',
    });
  });

  it('has what another linked number has sent', async () => {
    const row = newMessageRow({
      ...{ mode: 'test', session_id: 'ses_other', from_phone: '+15005550199', recipient: GROUP },
      ...{ chat_id: GROUP, who: GROUP, type: 'text', text: 'from us too', priority: 1 },
      ...{ due_at: new Date(0), created_at: new Date(world.clock.now()) },
    });
    await world.transact(async (work) => storeNewMessages(work, [row]));
    const theirs = message({ ...inGroup('15005550199@c.us'), id: row.wire_id, text: 'from us too' });
    expect(await world.shares({ messages: [theirs] })).toBe(1);
    expect(await textsOf(GROUP)).toEqual(['from us too']);
  });

  it('does not keep a message from being told that comes as usual later', async () => {
    const late = message({ text: 'both ways' });
    await world.shares({ messages: [late] });
    await world.comesIn(late);
    expect(await messagesOf(ANA)).toMatchObject([{ text: 'both ways', source: 'received' }]);
    expect(await chat(ANA)).toMatchObject({ unread_count: 1 });
    expect(await count('events')).toBe(1);
    const awaited = message({ text: 'its content came from the phone' });
    await world.shares({ messages: [awaited] });
    await world.comesIn({ ...awaited, text: null, isAwaited: true });
    expect(await count('awaited_messages')).toBe(1);
  });

  it('is not stored if it has disappeared since, and disappears with its time', async () => {
    const at = world.clock.now() - DAY;
    const added = await world.shares({
      messages: [
        message({ text: 'over', at, disappearsInS: 3_600 }),
        message({ text: 'not yet', at, disappearsInS: 2 * 86_400 }),
      ],
    });
    expect([added, await textsOf(ANA)]).toEqual([1, ['not yet']]);
    expect(await deleteExpiredChatMessages(world.database, new Date(at + 2 * DAY), 10)).toBe(1);
    expect(await count('inbound_messages')).toBe(0);
  });

  it('is kept for as long as what was received, from when it came, with its chat', async () => {
    await world.shares({ messages: [message({ text: 'very old', at: world.clock.now() - 400 * DAY })] });
    const before = new Date(world.clock.now() - 1_000);
    const after = new Date(world.clock.now() + 1_000);
    expect(await removeOld(world.database, OLD_CHATS, before)).toBe(0);
    expect(await removeOld(world.database, OLD_CHAT_MESSAGES, before)).toBe(0);
    expect(await textsOf(ANA)).toEqual(['very old']);
    expect(await removeOld(world.database, OLD_CHAT_MESSAGES, after)).toBe(1);
    expect(await removeOld(world.database, OLD_CHATS, before)).toBe(1);
    expect(await count('inbound_messages')).toBe(0);
  });

  it('names people and chats, but no name that is newer', async () => {
    await world.comesIn(message({ fromName: 'Ana now' }));
    const other = '14155550002@c.us';
    await world.shares({
      messages: [message({ chatId: other, names: [other, LID] })],
      chats: [{ chatId: LID, name: 'Bo (work)' }],
    });
    expect(await chat(other)).toMatchObject({ id: other, name: 'Bo (work)' });
    await world.shares({
      people: [
        { chatId: ANA, name: 'Ana then' },
        { chatId: LID, name: 'Bo' },
        { chatId: '14155550003@c.us', name: 'Nobody we know' },
      ],
    });
    const chats = await showChats(world.database, 'test', {}, 50, null, new Date(world.clock.now()));
    expect(chats.map(({ shown }) => shown.name).sort()).toEqual(['Ana now', 'Bo']);
    expect(await count('people')).toBe(2);
  });

  it('is erased with the person, also what they wrote in groups', async () => {
    await world.shares({ messages: [message(), message(inGroup(ANA)), message(inGroup(LID))] });
    await erasePerson(world.transact, 'test', ANA);
    expect(await count('chat_messages')).toBe(1);
    expect(await count('inbound_messages')).toBe(1);
  });

  it('leaves out a message that the store refuses, and no other', async () => {
    const messages = [message({ text: 'one' }), message({ text: 'a \0 in it' }), message({ text: 'two' })];
    expect(await world.shares({ messages, people: [{ chatId: ANA, name: 'An\0a' }] })).toBe(2);
    expect(await textsOf(ANA)).toEqual(['one', 'two']);
  });

  it('begins where the oldest message is', async () => {
    const id = newWireId();
    await world.comesIn(message({ text: 'now', at: world.clock.now() }));
    await world.shares({
      messages: [message({ text: 'older' }), message({ id, text: 'oldest', at: 0, ...own })],
    });
    const place = { who: whoOf('test', ANA), mode: 'test', sessionId: world.session.id } as const;
    expect(await findOldest(world.database, place)).toMatchObject({
      wire_id: id,
      direction: 'out',
      chat_id: ANA,
    });
    expect(CHAT_HISTORY.isKept).toBe(true);
  });
});
