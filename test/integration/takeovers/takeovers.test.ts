import { newMessageRow } from '../../../engine/changes/new-message-row';
import { storeNewMessages } from '../../../engine/changes/message-changes';
import { presentMessages } from '../../../engine/changes/waiting-for';
import { showChat } from '../../../engine/chats/show-chats';
import { newWireId } from '../../../engine/domain/ids';
import { erasePerson } from '../../../engine/people/erase-person';
import { partNames } from '../../../engine/people/learn-names';
import { deleteOldTakeovers } from '../../../engine/store/tables/takeovers';
import { rememberOwnAct } from '../../../engine/store/tables/own-acts';
import { lockExpired, nextDueAt, whatIsDue, type Wanted } from '../../../engine/store/tables/lane-messages';
import { findMessage, type MessageRow } from '../../../engine/store/tables/messages';
import { findWho } from '../../../engine/store/tables/person-names';
import { isWanted } from '../../../engine/store/tables/still-wanted';
import { saveTakeoverHours } from '../../../engine/store/tables/sessions';
import { editChat } from '../../../engine/takeovers/edit-chat';
import { giveBackEnded } from '../../../engine/takeovers/give-back';
import type { Inbound } from '../../../engine/transport/transport';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { StoreWorld } from '../sequences/store-world';

jest.setTimeout(60_000);

const ADA = '14155551234@c.us';
const GROUP = '120363000000000001@g.us';
const LID = '123456789012345@lid';
const HOUR = 3_600_000;
const ALL: Wanted = { exceptWhos: [], exceptCampaigns: [], lowest: 2, lowestOfNew: 2 };

describe.each(DATABASE_KINDS)('who has a chat, on %s:', (kind) => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
  });
  beforeEach(async () => {
    await world.database.query(
      'TRUNCATE takeovers, chat_messages, chats, messages, sequences, inbound_messages, awaited_messages, people, person_names, known_contacts, events CASCADE',
    );
    await world.transact((work) => saveTakeoverHours(work.sql, world.session.id, 12));
  });
  afterAll(() => world.close());

  const now = () => new Date(world.clock.now());
  /** The owner does something on the phone, or somebody writes. @returns its id */
  async function comesIn(given: Partial<Inbound> = {}): Promise<string> {
    world.clock.jump(1_000);
    const { chatId = ADA, id = newWireId() } = given;
    const isGroup = chatId.endsWith('@g.us');
    await world.comesIn({
      ...{ kind: 'message', id, chatId, names: isGroup ? [] : [chatId], from: null, fromName: null, isGroup },
      ...{ targetWireId: null, type: 'text', text: 'hello', media: null, at: world.clock.now() },
      ...given,
    });
    return id;
  }
  const ownerWrites = (given: Partial<Inbound> = {}) =>
    comesIn({ sentFromPhone: true, from: '+15005550100', ...given });
  const chat = async (given = ADA) => showChat(world.database, 'test', given, now());
  const edit = (body: Parameters<typeof editChat>[3], given = ADA) =>
    world.transact((work) => editChat(work, 'test', given, body));
  const sweep = () => giveBackEnded(world.transact);
  const told = async (): Promise<[string, string][]> => {
    const rows = await world.database.query<{ type: string; by: string }>(
      `SELECT type, data::jsonb->>'by' AS by FROM events WHERE type LIKE 'chat.%' ORDER BY id`,
    );
    return rows.map(({ type, by }) => [type, by]);
  };
  const handledBy = async (type: string): Promise<string[]> => {
    const rows = await world.database.query<{ by: string }>(
      `SELECT data::jsonb->>'handled_by' AS by FROM events WHERE type = $1 ORDER BY id`,
      [type],
    );
    return rows.map(({ by }) => by);
  };

  async function message(fields: Partial<MessageRow> = {}): Promise<MessageRow> {
    const { chat_id = ADA } = fields;
    const who = (await findWho(world.database, 'test', [chat_id]))(chat_id);
    const row = newMessageRow({
      ...{ mode: 'test', session_id: world.session.id, from_phone: '+15005550100', recipient: chat_id },
      ...{ chat_id, who, type: 'text', text: 'hi', priority: 1, due_at: now(), created_at: now() },
      ...fields,
    });
    await world.transact(async (work) => storeNewMessages(work, [row]));
    return row;
  }
  const stored = async ({ id }: MessageRow) => (await findMessage(world.database, 'test', id))!;
  const status = async (row: MessageRow) => (await stored(row)).status;
  const shown = async (row: MessageRow) =>
    (await presentMessages(world.database, [await stored(row)], now()))[0]!;
  const claimed = async (): Promise<string[]> =>
    (await world.claim()).claims.map(({ message: { id } }) => id);

  it('the owner’s from when they write, for twelve hours, and then the bot’s; each is told once', async () => {
    await comesIn();
    expect(await chat()).toMatchObject({ handled_by: 'bot', human_until: null });
    await ownerWrites();
    const until = new Date(world.clock.now() + 12 * HOUR).toISOString();
    const { human_until: shownUntil, ...rest } = await chat();
    expect(rest).toMatchObject({ handled_by: 'human' });
    expect(Math.abs(Date.parse(shownUntil!) - Date.parse(until))).toBeLessThan(1_000);
    await comesIn();
    await sweep();
    expect(await handledBy('message.received')).toEqual(['bot', 'human']);
    expect(await handledBy('message.sent_from_phone')).toEqual(['human']);
    world.clock.jump(12 * HOUR);
    expect(await chat()).toMatchObject({ handled_by: 'bot', human_until: null });
    await sweep();
    await sweep();
    expect(await told()).toEqual([
      ['chat.taken_over', 'phone'],
      ['chat.given_back', 'time'],
    ]);
    const [event] = await world.database.query<{ data: string; who: string; chat_id: string }>(
      `SELECT * FROM events WHERE type = 'chat.taken_over'`,
    );
    expect(JSON.parse(event!.data)).toEqual({
      ...(await chat()),
      ...{
        last_message_at: expect.any(String),
        unread_count: 0,
        handled_by: 'human',
        human_until: shownUntil,
      },
      ...{ by: 'phone', session_id: world.session.id },
    });
    expect(event).toMatchObject({ chat_id: ADA, who: (await chat()).person_id });
  });

  it('extended by each message and edit, and by nothing else that the owner does', async () => {
    await ownerWrites();
    const first = (await chat()).human_until!;
    world.clock.jump(HOUR);
    for (const act of ['reaction', 'poll_vote', 'revoked'] as const) await ownerWrites({ kind: act });
    expect((await chat()).human_until).toBe(first);
    await ownerWrites({ kind: 'edited' });
    expect(Date.parse((await chat()).human_until!) - Date.parse(first)).toBeGreaterThan(HOUR);
    expect(await told()).toEqual([['chat.taken_over', 'phone']]);
  });

  it('never the owner’s by a reaction, a vote, a revocation, or what was over when it came', async () => {
    for (const act of ['reaction', 'poll_vote', 'revoked'] as const) await ownerWrites({ kind: act });
    await ownerWrites({ at: world.clock.now() - 12 * HOUR });
    expect(await chat()).toMatchObject({ handled_by: 'bot' });
    await world.transact((work) => saveTakeoverHours(work.sql, world.session.id, 0));
    await ownerWrites();
    expect([(await chat()).handled_by, await told()]).toEqual(['bot', []]);
  });

  it('never the owner’s by what the engine sent, whenever its copy comes and whatever happened to it', async () => {
    const sent = await message();
    await ownerWrites({ id: sent.wire_id });
    await world.claim();
    await ownerWrites({ id: sent.wire_id });
    await world.accepted(await stored(sent));
    await ownerWrites({ id: sent.wire_id });
    await ownerWrites({ id: sent.wire_id, isAwaited: true });
    await erasePerson(world.transact, 'test', ADA);
    await ownerWrites({ id: sent.wire_id });
    const edit = newWireId();
    await rememberOwnAct(world.database, edit, now());
    await ownerWrites({ kind: 'edited', id: edit, targetWireId: sent.wire_id });
    expect(await world.database.query('SELECT FROM takeovers')).toEqual([]);
    expect(await told()).toEqual([]);
  });

  it('the owner’s at once if a message comes without its content, and once', async () => {
    const id = await ownerWrites({ isAwaited: true, type: 'unsupported', text: null });
    expect((await showChat(world.database, 'test', ADA, now())).handled_by).toBe('human');
    await ownerWrites({ id });
    expect(await told()).toEqual([['chat.taken_over', 'phone']]);
    expect(await handledBy('message.sent_from_phone')).toEqual(['human']);
  });

  it('somebody’s by request, until the time they say, or until they give it back', async () => {
    await edit({ handled_by: 'human', human_until: '2199-01-01T00:00:00Z' }).then(
      () => Promise.reject(new Error('too far ahead')),
      (error: Error) => expect(error.message).toMatch('human_until is more than 365 days ahead'),
    );
    const until = new Date(world.clock.now() + HOUR).toISOString();
    expect(await edit({ handled_by: 'human', human_until: until })).toMatchObject({
      ...{ id: ADA, handled_by: 'human', human_until: until, last_message_at: null, unread_count: 0 },
    });
    expect(await chat()).toMatchObject({ human_until: until });
    expect(await edit({ handled_by: 'human', human_until: null })).toMatchObject({ human_until: null });
    await ownerWrites();
    world.clock.jump(99 * HOUR);
    await sweep();
    expect(await chat()).toMatchObject({ handled_by: 'human', human_until: null });
    expect(await edit({ handled_by: 'bot' })).toMatchObject({ handled_by: 'bot', human_until: null });
    await edit({ handled_by: 'bot' });
    expect(await told()).toEqual([
      ['chat.taken_over', 'api'],
      ['chat.given_back', 'api'],
    ]);
    // Without a time, as after a message on the phone.
    const { human_until: usual } = await edit({ handled_by: 'human' });
    expect(Math.abs(Date.parse(usual!) - world.clock.now() - 12 * HOUR)).toBeLessThan(1_000);
  });

  it('not the owner’s again by what was written before it was given back', async () => {
    const before = world.clock.now();
    await ownerWrites();
    world.clock.jump(HOUR);
    await edit({ handled_by: 'bot' });
    await ownerWrites({ at: before + 10 * 60_000 });
    expect((await chat()).handled_by).toBe('bot');
    await ownerWrites();
    expect((await chat()).handled_by).toBe('human');
    await edit({ handled_by: 'bot' });
    await deleteOldTakeovers(world.database, now());
    expect(await world.database.query('SELECT FROM takeovers')).toEqual([]);
  });

  it('told to be given back before it is taken over again, if nobody noticed that it had ended', async () => {
    await ownerWrites();
    world.clock.jump(13 * HOUR);
    await ownerWrites();
    expect(await told()).toEqual([
      ['chat.taken_over', 'phone'],
      ['chat.given_back', 'time'],
      ['chat.taken_over', 'phone'],
    ]);
    world.clock.jump(13 * HOUR);
    await edit({ handled_by: 'human' });
    expect((await told()).slice(3)).toEqual([
      ['chat.given_back', 'time'],
      ['chat.taken_over', 'api'],
    ]);
  });

  it('a group’s as well as a person’s', async () => {
    await ownerWrites({ chatId: GROUP });
    expect(await chat(GROUP)).toMatchObject({ id: GROUP, handled_by: 'human', person_id: null });
    await ownerWrites();
    await edit({ handled_by: 'bot' }, GROUP);
    expect([(await chat(GROUP)).handled_by, (await chat()).handled_by]).toEqual(['bot', 'human']);
  });

  it('a person’s under all of their names: of two people who turn out to be one, the stricter holds', async () => {
    await comesIn();
    const canceled = await message({ chat_id: ADA, cancel_on_takeover: true });
    const waits = await message({ chat_id: ADA, only_while_bot: true });
    await ownerWrites({ chatId: LID });
    const until = (await chat(LID)).human_until;
    expect((await chat()).handled_by).toBe('bot');
    await world.learn(ADA, LID);
    for (const name of [ADA, LID]) expect(await chat(name)).toMatchObject({ human_until: until });
    expect([await status(canceled), await claimed(), await status(waits)]).toEqual([
      'canceled',
      [],
      'queued',
    ]);
    expect((await told()).length).toBe(1);
    await edit({ handled_by: 'bot' });
    expect(await claimed()).toEqual([waits.id]);
  });

  it.each([
    ['2 h', '5 h', 5],
    ['5 h', '2 h', 5],
    ['2 h', 'open', null],
    ['open', '5 h', null],
  ])('until the later of %s and %s, when both had a person', async (one, two, hours) => {
    const start = world.clock.now();
    const until = (text: string) =>
      text === 'open' ? null : new Date(start + parseInt(text, 10) * HOUR).toISOString();
    await edit({ handled_by: 'human', human_until: until(one) }, ADA);
    await edit({ handled_by: 'human', human_until: until(two) }, LID);
    await world.learn(ADA, LID);
    const expected = hours === null ? null : until(`${hours} h`);
    expect(await chat()).toMatchObject({ handled_by: 'human', human_until: expected });
    expect(await world.database.query('SELECT FROM takeovers')).toHaveLength(1);
  });

  it('both’s, when one turns out to be two people', async () => {
    const [long, short] = ['5511987650001@c.us', '551187650001@c.us'];
    await ownerWrites({ chatId: long });
    await world.transact((work) => partNames(work, 'test', [long, short]));
    for (const name of [long, short]) expect((await chat(name)).handled_by).toBe('human');
  });

  it('nobody’s once the person is erased', async () => {
    await comesIn();
    await ownerWrites();
    await erasePerson(world.transact, 'test', ADA);
    expect(await world.database.query('SELECT FROM takeovers')).toEqual([]);
    expect(await told()).toEqual([]);
  });

  describe('a message to a chat that a person has', () => {
    it('waits with only_while_bot, says why, and holds up nobody', async () => {
      const other = '14155559999@c.us';
      const waits = await message({ only_while_bot: true });
      await ownerWrites();
      const goes = await message();
      const elsewhere = await message({ chat_id: other, only_while_bot: true });
      expect((await claimed()).sort()).toEqual([goes.id, elsewhere.id].sort());
      expect(await claimed()).toEqual([]);
      expect(await shown(waits)).toMatchObject({
        status: 'queued',
        waiting_for: {
          reason: 'human_has_the_chat',
          until: (await chat()).human_until,
          message: `A person has the chat until ${(await chat()).human_until}. Give the chat back to send this now.`,
        },
      });
      // Nothing is due for the lane, so it is not woken, and sets no timer.
      expect(await nextDueAt(world.database, world.session.id, now(), ALL)).toBeNull();
      expect(await whatIsDue(world.database, world.session.id, now())).toEqual({
        waiting: false,
        untold: false,
      });
      world.clock.jump(12 * HOUR);
      expect((await shown(waits)).waiting_for).toBeNull();
      expect(await claimed()).toEqual([waits.id]);
      expect((await stored(waits)).due_at).toEqual(waits.due_at);
    });

    it('is told as queued once it is due, with what it waits for', async () => {
      await ownerWrites();
      const later = new Date(world.clock.now() + HOUR);
      const row = await message({ only_while_bot: true, send_at: later, due_at: later });
      expect((await shown(row)).waiting_for).toBeNull();
      world.clock.jump(2 * HOUR);
      expect(await claimed()).toEqual([]);
      expect(await world.told(row.id)).toEqual(['message.queued']);
      const [event] = await world.database.query<{ data: string }>(
        'SELECT data FROM events WHERE subject_id = $1',
        [row.id],
      );
      expect(JSON.parse(event!.data)).toEqual(await shown(row));
      expect((await shown(row)).waiting_for).not.toBeNull();
    });

    it('goes in its order when the chat is given back', async () => {
      await ownerWrites();
      const start = world.clock.now();
      const due = (minutes: number) => ({ due_at: new Date(start + minutes * 60_000), only_while_bot: true });
      const rows = [await message(due(2)), await message(due(1)), await message(due(3))];
      world.clock.jump(HOUR);
      expect(await claimed()).toEqual([]);
      await edit({ handled_by: 'bot' });
      const order: string[] = [];
      for (const _ of rows) {
        const [id] = await claimed();
        order.push(id!);
        await world.accepted(await stored({ id } as MessageRow));
      }
      expect(order).toEqual([rows[1]!.id, rows[0]!.id, rows[2]!.id]);
    });

    it('keeps the steps of a sequence in their order, and stops it with cancel_on_takeover', async () => {
      const waits = await world.create(ADA, ['PT1M', 'PT2M'], { only_while_bot: true });
      const ends = await world.create(ADA, ['PT1M', 'PT2M'], { cancel_on_takeover: true });
      await ownerWrites();
      expect([await world.status(waits), await world.status(ends)]).toEqual(['active', 'canceled']);
      expect((await world.steps(ends)).map((step) => step.status)).toEqual(['canceled', 'canceled']);
      expect(await world.told(ends)).toEqual(['sequence.stopped']);
      world.clock.jump(HOUR);
      expect(await claimed()).toEqual([]);
      await edit({ handled_by: 'bot' });
      const [first, second] = await world.steps(waits);
      expect(await claimed()).toEqual([first!.id]);
      await world.accepted(first!);
      expect(await claimed()).toEqual([second!.id]);
    });

    it('is canceled with cancel_on_takeover, also if it was created at that very moment, and refused from then on', async () => {
      const before = await message({ cancel_on_takeover: true });
      const keeps = await message();
      await ownerWrites();
      expect([await status(before), await status(keeps)]).toEqual(['canceled', 'queued']);
      const raced = await message({ cancel_on_takeover: true });
      await world.claim();
      await world.claim();
      expect(await status(raced)).toBe('canceled');
      await expect(world.create(ADA, ['PT1M'], { cancel_on_takeover: true })).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(
          /^to is a chat that a person has until 20.*Z\. Give the chat back first/,
        ),
      });
    });

    it('still expires', async () => {
      await ownerWrites();
      const row = await message({ only_while_bot: true, expires_at: new Date(world.clock.now() + HOUR) });
      world.clock.jump(HOUR);
      expect(await isWanted(world.database, await stored(row), now())).toMatchObject({ isHumans: true });
      const rows = await world.transact((work) => lockExpired(work.sql, work.now, 10));
      expect(rows.map(({ id }) => id)).toEqual([row.id]);
    });

    it('does not pass the last check, and waits or ends then, with the wire id it has', async () => {
      const [waits, ends, goes] = [
        await message({ only_while_bot: true }),
        await message({ cancel_on_takeover: true, chat_id: LID }),
        await message({ chat_id: '14155557777@c.us', only_while_bot: true }),
      ];
      await world.claim();
      await ownerWrites();
      await ownerWrites({ chatId: LID });
      for (const row of [waits, ends]) {
        expect(await isWanted(world.database, await stored(row), now())).toEqual({
          why: null,
          isHumans: true,
        });
        const humanHasChat = { attempt: 1, handedOverAt: null };
        await world.reports.add({ wireId: row.wire_id, humanHasChat });
      }
      expect(await isWanted(world.database, await stored(goes), now())).toEqual({
        why: null,
        isHumans: false,
      });
      expect(await stored(waits)).toMatchObject({
        status: 'queued',
        handed_over_at: null,
        wire_id: waits.wire_id,
      });
      expect(await status(ends)).toBe('canceled');
      expect(await claimed()).toEqual([]);
      // A receipt of an earlier attempt still counts.
      await world.accepted(waits);
      expect(await status(waits)).toBe('sending');
    });
  });
});
