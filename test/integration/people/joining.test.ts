import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { deferred } from '../../../engine/async/deferred';
import { whoOf } from '../../../engine/domain/people/person-id';
import { learnNames, partNames } from '../../../engine/people/learn-names';
import { showPerson } from '../../../engine/people/show-people';
import { findMessages } from '../../../engine/messages/message-queries';
import { cancelMatching } from '../../../engine/messages/cancel-messages';
import { createOptOut } from '../../../engine/opt-outs/opt-outs';
import { addContacts, lockExisting, readContacts } from '../../../engine/audiences/contacts';
import { createAudience } from '../../../engine/audiences/audiences';
import { newMessageRow } from '../../../engine/changes/new-message-row';
import { storeNewMessages } from '../../../engine/changes/message-changes';
import { findWhoForNew } from '../../../engine/store/tables/person-names';
import type { MessageRow } from '../../../engine/store/tables/messages';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { StoreWorld } from '../sequences/store-world';

jest.setTimeout(90_000);

const NUMBER = '5511987650001@c.us';
const OTHER_FORM = '551187650001@c.us';
const LID = '123456789012345@lid';
const PERSON = whoOf('test', NUMBER);

describe.each(DATABASE_KINDS)('people, on %s,', (kind) => {
  let world: StoreWorld;
  beforeEach(async () => {
    world = await StoreWorld.open(kind);
  });
  afterEach(() => world.close());

  const add = (
    chatId: string,
    fields: Partial<MessageRow> = {},
    before?: Promise<void>,
  ): Promise<MessageRow> =>
    world.transact(async (work) => {
      const whoIs = await findWhoForNew(work.sql, 'test', [chatId]);
      await before;
      const row = newMessageRow({
        ...{ mode: 'test', session_id: world.session.id, from_phone: null, type: 'text', text: 'x' },
        ...{ recipient: chatId, chat_id: chatId, who: whoIs(chatId), priority: 1, created_at: work.now },
        ...{ send_at: new Date(world.clock.now() + 60_000), due_at: new Date(world.clock.now() + 60_000) },
        ...fields,
      });
      storeNewMessages(work, [row]);
      return row;
    });
  const statusOf = async ({ id }: { id: string }): Promise<string> =>
    (await world.database.query<{ status: string }>('SELECT status FROM messages WHERE id = $1', [id]))[0]!
      .status;

  it('cancels on a reply from the other form of the number, and under a lid', async () => {
    const [toNumber, toLid] = [
      await add(NUMBER, { cancel_on_reply: true }),
      await add(LID, { cancel_on_reply: true }),
    ];
    const other = await add('14155551234@c.us', { cancel_on_reply: true });
    await world.receive('+551187650001', 'hello');
    expect([await statusOf(toNumber), await statusOf(toLid)]).toEqual(['canceled', 'scheduled']);
    const later = await add(NUMBER, { cancel_on_reply: true });
    await world.receive('+551187650001', 'hello', { names: [OTHER_FORM, LID] });
    expect([await statusOf(later), await statusOf(toLid)]).toEqual(['canceled', 'canceled']);
    expect(await statusOf(other)).toBe('scheduled');
  });

  it('ends what an earlier answer under another name should have ended, and tells it once', async () => {
    const sequence = await world.create(LID, ['P1D']);
    const message = await add(LID, { cancel_on_reply: true });
    world.clock.jump(10_000);
    await world.receive('+5511987650001', 'an answer');
    const later = await add(LID, { cancel_on_reply: true, created_at: new Date(world.clock.now() + 1000) });
    expect([await world.status(sequence), await statusOf(message)]).toEqual(['active', 'scheduled']);
    await world.learn(LID, NUMBER);
    await world.learn(NUMBER, LID);
    expect([await world.status(sequence), await statusOf(message)]).toEqual(['stopped_by_reply', 'canceled']);
    expect(await statusOf(later)).toBe('scheduled');
    expect(await world.told(message.id)).toEqual(['message.canceled']);
    expect(await world.told(sequence)).toEqual(['sequence.stopped']);
  });

  it('ends a sequence whose answer under another name seems to come before it, as WhatsApp counts whole seconds', async () => {
    const sequence = await world.create(LID, ['P1D']);
    await world.receive('+5511987650001', 'an answer', { at: world.clock.now() - 999 });
    await world.learn(LID, NUMBER);
    expect(await world.status(sequence)).toBe('stopped_by_reply');
  });

  it('tells of what something without a name writes in a group', async () => {
    const chatId = '120363000000000001@g.us';
    await world.receive(null, 'I am an assistant', { chatId, names: [] });
    const [event] = await world.database.query<{ who: string; from_who: string | null }>(
      `SELECT who, from_who FROM events WHERE type = 'message.received' AND chat_id = $1`,
      [chatId],
    );
    expect(event).toEqual({ who: chatId, from_who: null });
  });

  it('counts an answer whose content is still awaited', async () => {
    const sequence = await world.create(LID, ['P1D']);
    const message = await add(LID, { cancel_on_reply: true });
    world.clock.jump(10_000);
    await world.receive('+5511987650001', '', { isAwaited: true });
    expect([await world.status(sequence), await statusOf(message)]).toEqual(['active', 'scheduled']);
    await world.learn(LID, NUMBER);
    expect([await world.status(sequence), await statusOf(message)]).toEqual(['stopped_by_reply', 'canceled']);
  });

  it('keeps an opt-out of either name, the earliest', async () => {
    const sequence = await world.create(NUMBER, ['P1D']);
    await world.receive(null, 'STOP', { chatId: LID });
    world.clock.jump(1000);
    expect(await world.status(sequence)).toBe('active');
    await world.learn(NUMBER, LID);
    expect(await world.status(sequence)).toBe('stopped_by_reply');
    await expect(world.create(OTHER_FORM, ['P1D'])).rejects.toMatchObject({ status: 422 });
    const again = await world.transact((work) => createOptOut(work, 'test', '+5511987650001'));
    expect(again).toMatchObject({ isNew: false, row: { who: PERSON, chat_id: LID, source: 'reply' } });
  });

  it('keeps the username that was told last, also where the names were thought to be two people', async () => {
    const usernames = async () =>
      (await showPerson(world.database, 'test', NUMBER)).names.filter(({ kind }) => kind === 'username');
    await world.receive('+5511987650001', 'hello');
    expect(await usernames()).toEqual([]);
    await world.receive(null, 'hello', { chatId: LID, username: 'ana.q' });
    await world.learn(NUMBER, LID);
    expect(await usernames()).toEqual([{ kind: 'username', value: 'ana.q' }]);
    await world.receive('+5511987650001', 'hello', { username: 'ana.quaresma' });
    await world.receive(null, 'hello', { chatId: LID });
    expect(await usernames()).toEqual([{ kind: 'username', value: 'ana.quaresma' }]);
  });

  it('lists and cancels by person', async () => {
    await world.learn(NUMBER, LID);
    const rows = [await add(NUMBER), await add(OTHER_FORM), await add(LID)];
    const other = await add('14155551234@c.us');
    for (const to of ['+5511987650001', OTHER_FORM, LID]) {
      const found = await findMessages(world.database, 'test', { to }, 50, null);
      expect(found.map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => id).sort());
    }
    const query = { to: '+551187650001', chat_id: LID };
    expect(await findMessages(world.database, 'test', query, 50, null)).toHaveLength(3);
    const canceled = await world.transact((work) => cancelMatching(work, 'test', { to: '+551187650001' }));
    expect(canceled).toHaveLength(3);
    expect(await statusOf(other)).toBe('scheduled');
  });

  it('has each person in an audience once, also when that is learned later', async () => {
    const contacts = ['+5511987650001', OTHER_FORM, LID, '+14155551234'].map((to) => ({ to }));
    const audience = await world.transact((work) => createAudience(work, 'test', { name: 'a', contacts }));
    expect(audience.contact_count).toBe(3);
    await world.learn(OTHER_FORM, LID);
    const rows = await world.database.query<{ chat_id: string; who: string }>(
      'SELECT chat_id, who FROM contacts ORDER BY id',
    );
    expect(rows.map((row) => row.chat_id)).toEqual([NUMBER, '14155551234@c.us']);
    const one = readContacts([{ to: LID }]);
    const more = await world.transact(async (work) =>
      addContacts(work, await lockExisting(work, 'test', audience.id, one), one),
    );
    expect(more).toEqual({ added: 0, contact_count: 2 });
  });

  it('joins people while contacts are added to their audience, without a deadlock', async () => {
    const audience = await world.transact((work) =>
      createAudience(work, 'test', { name: 'a', contacts: [{ to: NUMBER }, { to: LID }] }),
    );
    const gate = deferred();
    const added = world.transact(async (work) => {
      const contacts = readContacts([{ to: '999999999999@lid' }]);
      const locked = await lockExisting(work, 'test', audience.id, contacts);
      await gate.promise;
      return addContacts(work, locked, contacts);
    });
    const joined = world.learn(NUMBER, LID);
    await Promise.race([joined, sleep(300)]);
    gate.resolve();
    await Promise.all([added, joined]);
    const rows = await world.database.query('SELECT who FROM contacts ORDER BY id');
    expect(rows).toEqual([{ who: PERSON }, { who: whoOf('test', '999999999999@lid') }]);
  });

  it('sends a campaign to a person once, and keeps the message that is on its way', async () => {
    const campaign = (chatId: string, id: string, fields: Partial<MessageRow> = {}): Promise<MessageRow> =>
      add(chatId, { campaign_id: id, contact_id: `con_${chatId}`, ...fields });
    const [first, second] = [await campaign(NUMBER, 'cmp_1'), await campaign(LID, 'cmp_1')];
    const [waiting, sent] = [
      await campaign(NUMBER, 'cmp_2'),
      await campaign(LID, 'cmp_2', { status: 'sending', sent_at: new Date(), handed_over_at: new Date() }),
    ];
    await world.learn(LID, NUMBER);
    expect(await Promise.all([first, second, waiting, sent].map(statusOf))).toEqual([
      ...['scheduled', 'canceled', 'canceled', 'sending'],
    ]);
    const rows = await world.database.query<{ who: string }>('SELECT DISTINCT who FROM messages');
    expect(rows).toEqual([{ who: PERSON }]);
  });

  it('joins names only after the messages that are being written to them', async () => {
    const gate = deferred();
    const created = add(LID, { cancel_on_reply: true }, gate.promise);
    const joined = world.learn(LID, NUMBER);
    // Long enough to join, if nothing kept it from it.
    await Promise.race([joined, sleep(300)]);
    gate.resolve();
    await Promise.all([created, joined]);
    const [row] = await world.database.query<{ who: string }>('SELECT who FROM messages');
    expect(row!.who).toBe(PERSON);
  });

  it('tells the forms of a number apart when each has an account', async () => {
    const [one, two] = [
      await add(NUMBER, { cancel_on_reply: true }),
      await add(OTHER_FORM, { cancel_on_reply: true }),
    ];
    for (let times = 0; times < 2; times += 1)
      await world.transact((work) => partNames(work, 'test', [OTHER_FORM, NUMBER]));
    await world.receive('+551187650001', 'hello');
    expect([await statusOf(one), await statusOf(two)]).toEqual(['scheduled', 'canceled']);
    const found = await findMessages(world.database, 'test', { to: OTHER_FORM }, 50, null);
    expect(found.map(({ id }) => id)).toEqual([two.id]);
  });

  it('ends the same in whichever order names are learned, also by two processes at once', async () => {
    const names = fc.constantFrom(NUMBER, OTHER_FORM, LID, '14155551234@c.us', '1@lid', '2@lid');
    const fact = fc.uniqueArray(names, { minLength: 2, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(fact, { minLength: 1, maxLength: 5 }), async (said) => {
        const ends: unknown[] = [];
        for (const order of [said, [...said].reverse()]) {
          await world.database.query('DELETE FROM person_names');
          await Promise.all(order.map((same) => world.transact((work) => learnNames(work, 'test', [same]))));
          ends.push(await world.database.query('SELECT name, person_id FROM person_names ORDER BY name'));
        }
        expect(ends[1]).toEqual(ends[0]);
      }),
      { numRuns: 15 },
    );
  });
});
