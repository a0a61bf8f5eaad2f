import { CHAT_HISTORY, chatHistory } from '../../../engine/chats/chat-history';
import { getChatMessage } from '../../../engine/chats/show-messages';
import { newWireId } from '../../../engine/domain/ids';
import { whoOf } from '../../../engine/domain/people/person-id';
import { partNames } from '../../../engine/people/learn-names';
import { erasePerson } from '../../../engine/people/erase-person';
import { insertChatMessages, type ChatMessageRow } from '../../../engine/store/tables/chat-messages';
import { saveChatNames } from '../../../engine/store/tables/chats';
import type { MessageRow } from '../../../engine/store/tables/messages';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { StoreWorld } from '../sequences/store-world';
import { chatActs, GROUP, NUMBER } from './chat-acts';

jest.setTimeout(120_000);

const OTHER_FORM = '551187650001@c.us';
const LID = '123456789012345@lid';
const SOMEONE = '14155551234@c.us';
const OWN = '15005550100@c.us';
const MINUTE = 60_000;

describe.each(DATABASE_KINDS)('the history of chats, on %s,', (kind) => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
  });
  beforeEach(() =>
    world.database.query(
      'TRUNCATE chat_messages, chats, messages, inbound_messages, awaited_messages, people, person_names, known_contacts, events CASCADE',
    ),
  );
  afterAll(() => world.close());

  const { comesIn, fromPhone, inGroup, sent, messagesOf, textsOf, chat, chats } = chatActs(() => world);

  it('holds what was received, sent and written on the phone, in the order of WhatsApp’s clock', async () => {
    const first = await comesIn({ from: '+5511987650001', fromName: 'Ana', text: 'one' });
    const answer = await sent(NUMBER, { text: 'two', reply_to: `false_${NUMBER}_${first}` });
    await comesIn({ ...fromPhone, text: 'three' });
    await comesIn({ text: 'four', targetWireId: answer.wire_id });
    await comesIn({ kind: 'reaction', type: 'reaction', text: '👍', targetWireId: answer.wire_id });
    await comesIn({ text: 'zero', at: world.clock.now() - MINUTE });
    const all = await messagesOf(NUMBER);
    expect(all.map(({ text }) => text)).toEqual(['zero', 'one', 'two', 'three', 'four']);
    expect(all.map(({ from, from_me: isOurs, ack, source }) => [from, isOurs, ack, source])).toEqual([
      [NUMBER, false, null, 'received'],
      [NUMBER, false, null, 'received'],
      [OWN, true, 1, 'engine'],
      [OWN, true, null, 'phone'],
      [NUMBER, false, null, 'received'],
    ]);
    expect(all[1]).toMatchObject({ key: `false_${NUMBER}_${first}`, from_name: 'Ana', type: 'chat' });
    expect(all[2]).toMatchObject({ message_id: answer.id, reply_to: `false_${NUMBER}_${first}` });
    expect(all[4]!.reply_to).toBe(`true_${NUMBER}_${answer.wire_id}`);
    expect(await textsOf(NUMBER, { direction: 'out' })).toEqual(['two', 'three']);
    expect(await textsOf(NUMBER, { q: 'O' })).toEqual(['zero', 'one', 'two', 'four']);
    const { timestamp } = all[2]!;
    expect(await textsOf(NUMBER, { since: timestamp })).toEqual(['two', 'three', 'four']);
    expect(await textsOf(NUMBER, { until: timestamp })).toEqual(['zero', 'one', 'two']);
    expect(await textsOf(NUMBER, { after: timestamp })).toEqual(['three', 'four']);
    expect(await textsOf(NUMBER, { before: timestamp })).toEqual(['zero', 'one']);
    expect(await textsOf(SOMEONE)).toEqual([]);
  });

  it('puts polls, cards and files into words as what is received, and shows where files are', async () => {
    const poll = { question: 'When?', options: ['at nine', 'at ten'], allow_multiple: false };
    await sent(NUMBER, { type: 'poll', text: null, poll });
    const file = { url: null, file_id: 'med_1', kind: 'voice', caption: null, filename: 'a.ogg' };
    await sent(NUMBER, { type: 'media', text: null, media: file });
    await sent(NUMBER, {
      ...{ type: 'media', text: null },
      media: { url: 'https://x/a.png', file_id: null, kind: 'image', caption: 'look', filename: null },
    });
    const location = { latitude: 41.9, longitude: 12.5, name: 'Office', address: null };
    await sent(NUMBER, { type: 'location', text: null, location });
    const contact = { name: 'Bo', phones: ['+14155551234', '+14155551235'], organization: null };
    await sent(NUMBER, { type: 'contact', text: null, contact });
    const media = { mime: 'application/pdf', filename: 'bill.pdf', size: 5, url: 'signed' };
    await comesIn({ type: 'document', text: 'the bill', media });
    const all = await messagesOf(NUMBER);
    expect(all.map(({ type, text }) => [type, text])).toEqual([
      ['poll_creation', 'When?\n- at nine\n- at ten'],
      ['ptt', null],
      ['image', 'look'],
      ['location', 'Office\nhttps://maps.google.com/?q=41.9,12.5'],
      ['vcard', 'Bo: +14155551234, +14155551235'],
      ['document', 'the bill'],
    ]);
    expect(all.map(({ media_url: url }) => url)).toEqual([
      null,
      'file med_1',
      'https://x/a.png',
      ...[null, null],
      expect.stringMatching(/^file inb_/),
    ]);
    expect(all.at(-1)).toMatchObject({
      ...{ caption: 'the bill', filename: 'bill.pdf' },
      media: { mime: 'application/pdf', filename: 'bill.pdf', size: 5 },
    });
    expect(await messagesOf(NUMBER, { message_types: 'ptt,image' })).toHaveLength(2);
    expect(await messagesOf(NUMBER, { message_types: ['document', 'chat'] })).toHaveLength(1);
  });

  it('follows edits, the latest however they come, and never those of somebody else', async () => {
    const theirs = await comesIn({ text: 'at nine' });
    const edit = { kind: 'edited', targetWireId: theirs } as const;
    const later = world.clock.now() + MINUTE;
    await comesIn({ ...edit, text: 'at ten', at: later });
    await comesIn({ ...edit, text: 'at half past nine', at: later - 1 });
    await comesIn({ ...edit, ...fromPhone, text: 'never', at: later + 1 });
    await comesIn({ ...edit, chatId: SOMEONE, text: 'never', at: later + 2 });
    await comesIn({ ...edit, type: 'unsupported', text: null, at: later + 3 });
    const [edited] = await messagesOf(NUMBER);
    expect(edited).toMatchObject({ text: 'at ten', edited_at: new Date(later + 3).toISOString() });

    const said = await comesIn({ ...inGroup(NUMBER), text: 'mine' });
    await comesIn({ ...inGroup(SOMEONE), kind: 'edited', targetWireId: said, text: 'hijacked' });
    expect(await textsOf(GROUP)).toEqual(['mine']);
    await comesIn({ ...inGroup(LID), names: [LID, NUMBER], kind: 'edited', targetWireId: said, text: 'new' });
    expect(await textsOf(GROUP)).toEqual(['new']);
  });

  it('forgets what was taken back, and says that it was', async () => {
    const media = { mime: 'image/png', filename: null, size: 5, url: null };
    const taken = await comesIn({ type: 'image', text: 'oops', media });
    await comesIn({ ...fromPhone, kind: 'revoked', type: 'revoked', text: null, targetWireId: taken });
    expect(await textsOf(NUMBER)).toEqual(['oops']);
    await comesIn({ kind: 'revoked', type: 'revoked', text: null, targetWireId: taken });
    expect(await messagesOf(NUMBER)).toEqual([]);
    expect(await messagesOf(NUMBER, { message_types: 'revoked,chat' })).toMatchObject([
      { type: 'revoked', text: null, media: null, revoked_at: expect.any(String) },
    ]);
    // An edit or a repeat brings nothing back.
    await comesIn({ kind: 'edited', targetWireId: taken, text: 'again' });
    await comesIn({ id: taken, text: 'again' });
    expect(await textsOf(NUMBER)).toEqual([]);
  });

  it('applies a change that comes before its message', async () => {
    const [edited, taken, stolen, unread] = [newWireId(), newWireId(), newWireId(), newWireId()];
    const now = world.clock.now();
    await comesIn({ kind: 'edited', targetWireId: edited, text: 'at ten', at: now + MINUTE });
    expect(await textsOf(NUMBER)).toEqual(['at ten']);
    await comesIn({ kind: 'revoked', type: 'revoked', text: null, targetWireId: taken });
    await comesIn({ kind: 'edited', targetWireId: unread, type: 'unsupported', text: null });
    expect((await chat(NUMBER)).unread_count).toBe(1);
    await comesIn({ id: edited, text: 'at nine', fromName: 'Ana', at: now });
    await comesIn({ id: taken, text: 'oops' });
    expect(await messagesOf(NUMBER)).toMatchObject([
      {
        ...{ key: `false_${NUMBER}_${edited}`, text: 'at ten', from_name: 'Ana' },
        ...{ timestamp: new Date(now).toISOString(), edited_at: new Date(now + MINUTE).toISOString() },
      },
    ]);
    expect(await messagesOf(NUMBER, { message_types: 'revoked' })).toMatchObject([{ text: null }]);
    expect((await chat(NUMBER)).unread_count).toBe(1);

    await comesIn({ ...inGroup(SOMEONE), kind: 'edited', targetWireId: stolen, text: 'hijacked' });
    await comesIn({ ...inGroup(NUMBER), id: stolen, text: 'mine' });
    expect(await messagesOf(GROUP)).toMatchObject([{ text: 'mine', author: NUMBER }]);
  });

  it('counts what was not read, which the owner has when they write on the phone', async () => {
    await comesIn({ ...fromPhone, text: 'hello' });
    const twice = await comesIn({ text: 'one' });
    await comesIn({ id: twice, text: 'one' });
    await comesIn({ text: 'two' });
    await sent(NUMBER);
    expect(await chat(NUMBER)).toMatchObject({ id: NUMBER, unread_count: 2, is_group: false });
    await comesIn({ ...fromPhone, text: 'I see' });
    expect((await chat(NUMBER)).unread_count).toBe(0);
  });

  it('lists chats by their latest message', async () => {
    await comesIn({ fromName: 'Ana' });
    await comesIn(inGroup(NUMBER));
    await comesIn({ chatId: SOMEONE, fromName: 'Bo' });
    await sent(NUMBER);
    expect((await chats()).map(({ id, name, is_group: isGroup }) => [id, name, isGroup])).toEqual([
      [NUMBER, 'Ana', false],
      [SOMEONE, 'Bo', false],
      [GROUP, null, true],
    ]);
    await comesIn(inGroup(SOMEONE));
    await saveChatNames(world.database, world.session.id, [{ id: GROUP, name: 'Family' }]);
    expect((await chats())[0]).toMatchObject({
      ...{ id: GROUP, name: 'Family', unread_count: 2, person_id: null },
    });
    await expect(chat('+14155550000')).rejects.toMatchObject({ status: 404 });
  });

  it('shows a message once, though several of our numbers in the group got it', async () => {
    const id = await comesIn({ ...inGroup(NUMBER), text: 'all' });
    const [row] = await world.database.query<ChatMessageRow>('SELECT * FROM chat_messages');
    const ours = {
      ...row!,
      session_id: 'ses_other',
      direction: 'out',
      source: 'phone',
      id: 'inb_9',
    } as const;
    await world.transact(async ({ sql }) => insertChatMessages(sql, [ours], true));
    expect((await messagesOf(GROUP)).map(({ key }) => key)).toEqual([`true_${GROUP}_${id}`]);
    expect(await chats()).toHaveLength(1);
    expect(await getChatMessage(world.database, 'test', GROUP, `true_${GROUP}_${id}`)).toMatchObject({
      direction: 'out',
    });
  });

  it('has a message that came without its content once that is known, or too late', async () => {
    const id = await comesIn({ type: 'unsupported', text: null, isAwaited: true });
    expect(await messagesOf(NUMBER)).toEqual([]);
    world.clock.jump(3 * MINUTE);
    await world.tellOverdue();
    expect(await messagesOf(NUMBER)).toMatchObject([{ type: 'unsupported', text: null }]);
    await comesIn({ id, text: 'here it is' });
    expect(await messagesOf(NUMBER)).toMatchObject([{ type: 'chat', text: 'here it is' }]);
    expect((await chat(NUMBER)).unread_count).toBe(1);
  });

  it('has what came without its content in spite of another one that cannot be read', async () => {
    const damaged = await comesIn({ type: 'unsupported', text: null, isAwaited: true });
    await world.database.query(`UPDATE awaited_messages SET sealed = '' WHERE wire_id = $1`, [damaged]);
    world.clock.jump(1000);
    await comesIn({ type: 'unsupported', text: null, isAwaited: true });
    world.clock.jump(3 * MINUTE);
    await expect(world.tellOverdue()).rejects.toThrow();
    expect(await messagesOf(NUMBER)).toMatchObject([{ type: 'unsupported', text: null }]);
  });

  it('is one chat under all names of a person, however late they are known', async () => {
    await comesIn({ chatId: LID, text: 'from the lid' });
    await sent(OTHER_FORM, { text: 'to the number' });
    await comesIn({ ...inGroup(LID), text: 'in the group' });
    expect(await chats()).toHaveLength(3);
    await world.learn(LID, NUMBER);
    for (const given of [LID, '+55 11 8765-0001', NUMBER, whoOf('test', NUMBER)])
      expect(await textsOf(given)).toEqual(['from the lid', 'to the number']);
    expect((await chats()).filter(({ is_group: isGroup }) => !isGroup)).toMatchObject([
      { unread_count: 1, person_id: whoOf('test', NUMBER) },
    ]);
    await world.learn(LID, NUMBER);
    await erasePerson(world.transact, 'test', LID);
    expect(await world.database.query('SELECT text FROM chat_messages')).toEqual([]);
  });

  it('is divided when the forms of a number turn out to be two people', async () => {
    await comesIn({ text: 'from the long form' });
    await comesIn({ chatId: OTHER_FORM, text: 'from the short form' });
    await comesIn({ ...inGroup(OTHER_FORM), text: 'in the group' });
    expect(await textsOf(NUMBER)).toHaveLength(2);
    await world.transact((work) => partNames(work, 'test', [NUMBER, OTHER_FORM]));
    expect(await textsOf(NUMBER)).toEqual(['from the long form']);
    expect(await textsOf(OTHER_FORM)).toEqual(['from the short form']);
    expect(await chats()).toHaveLength(3);
    await erasePerson(world.transact, 'test', OTHER_FORM);
    const left = await world.database.query('SELECT text FROM chat_messages');
    expect(left).toEqual([{ text: 'from the long form' }]);
  });

  it('is not written when it is kept for no days', async () => {
    expect([chatHistory(1), chatHistory(0) === CHAT_HISTORY]).toEqual([CHAT_HISTORY, false]);
    await world.transact(async (work) => chatHistory(0).sent(work, [{ row: {} as MessageRow }]));
    expect(await world.database.query('SELECT FROM chat_messages')).toEqual([]);
  });
});
