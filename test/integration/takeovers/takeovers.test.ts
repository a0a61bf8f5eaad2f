import { showChat } from '../../../engine/chats/show-chats';
import { newWireId } from '../../../engine/domain/ids';
import { erasePerson } from '../../../engine/people/erase-person';
import { partNames } from '../../../engine/people/learn-names';
import { OLD_TAKEOVERS } from '../../../engine/store/tables/old-records';
import { rememberOwnAct } from '../../../engine/store/tables/own-acts';
import { saveTakeoverHours } from '../../../engine/store/tables/session-settings';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { removeOld } from '../../support/remove-old';
import { StoreWorld } from '../sequences/store-world';
import { ADA, GROUP, LID, HOUR, emptied, takeoverActs } from './takeover-acts';

jest.setTimeout(60_000);

describe.each(DATABASE_KINDS)('who has a chat, on %s:', (kind) => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
  });
  beforeEach(() => emptied(world));
  afterAll(() => world.close());

  const { now, comesIn, ownerWrites, chat, edit, sweep, told, handledBy, message, stored, status, claimed } =
    takeoverActs(() => world);

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
    await removeOld(world.database, OLD_TAKEOVERS, now());
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
});
