import { createAudience } from '../../../engine/audiences/audiences';
import { newId } from '../../../engine/domain/ids';
import { completeBurst, type BurstSettings } from '../../../engine/domain/bursts/burst-settings';
import { whoOf } from '../../../engine/domain/people/person-id';
import { createOptOut } from '../../../engine/opt-outs/opt-outs';
import { NameReports } from '../../../engine/people/name-reports';
import { erasePerson } from '../../../engine/people/erase-person';
import { showPerson } from '../../../engine/people/show-people';
import { saveKnownAccount } from '../../../engine/store/tables/known-accounts';
import { insertAwaited } from '../../../engine/store/tables/awaited-messages';
import { insertMediaFile } from '../../../engine/store/tables/media-files';
import { findByWireId, type MessageRow } from '../../../engine/store/tables/messages';
import { findWho } from '../../../engine/store/tables/person-names';
import { saveSessionKeys } from '../../../engine/store/tables/session-keys';
import { insertRequest } from '../../../engine/store/tables/session-requests';
import { isWanted } from '../../../engine/store/tables/still-wanted';
import { insertWebhook } from '../../../engine/store/tables/webhooks';
import { reclaimInterrupted } from '../../../engine/sending/claim';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { silentLog } from '../../support/servers/silent-log';
import { createRecurrence } from '../../../engine/recurrences/create-recurrence';
import { CreateRecurrenceSchema } from '../../../engine/recurrences/recurrence-schema';
import { editChat } from '../../../engine/takeovers/edit-chat';
import { StoreWorld } from '../sequences/store-world';
import { comesIntoGroup } from './comes-into-group';
import {
  addMessage,
  PHONE,
  NUMBER,
  OTHER_FORM,
  LID,
  NAME,
  USERNAME,
  GROUP,
  PERSONAL,
  SOMEONE,
  storedMessage,
} from './erasable-person';
import { rowsWith, tablesOf } from './stored-anywhere';

jest.setTimeout(90_000);

describe.each(DATABASE_KINDS)('erasing a person, on %s,', (kind) => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
  });
  beforeEach(async () => {
    const filled = [...PERSONAL_TABLES, 'audiences', 'deliveries', 'erased_opt_outs'];
    await world.database.query(`TRUNCATE ${filled.join(', ')}`);
  });
  afterAll(() => world.close());

  const erase = (id: string) => erasePerson(world.transact, 'test', id);
  const personOf = (id: string) => showPerson(world.database, 'test', id);
  const add = (chatId: string, fields?: Partial<MessageRow>) => addMessage(world, chatId, fields);
  const get = (message: { id: string }) => storedMessage(world, message);
  const addWebhook = (filter: object, events: string[], burst: BurstSettings | null = null): Promise<void> =>
    insertWebhook(world.database, {
      ...{
        id: newId('webhook'),
        mode: 'test',
        url: 'http://127.0.0.1:9/',
        events,
        types: events,
        filter,
        burst,
      },
      ...{ description: null, status: 'enabled', disabled_by: null, disabled_at: null, expires_at: null },
      ...{ sealed_secret: Buffer.from('x'), max_deliveries: null, delivered_count: 0, last_success_at: null },
      created_at: new Date(),
    });

  const addRecurrence = async (): Promise<string> => {
    const input = CreateRecurrenceSchema.parse({
      ...{ to: LID, type: 'text', text: 'secret-recurring', reference: 'secret-reference' },
      ...{ rrule: 'FREQ=YEARLY', start: '2026-01-01T09:00', timezone: 'UTC' },
    });
    const rules = { allowPrivateMedia: false };
    return (await world.transact((work) => createRecurrence(work, 'test', input, rules))).id;
  };

  /** Something of the person in every table that can have it. */
  async function fill(): Promise<{ sent: MessageRow; pending: MessageRow; sequence: string }> {
    await addWebhook({}, ['message.canceled', 'message.received', 'sequence.stopped', 'message.sent']);
    await addWebhook({ chat_id: NUMBER, chat_who: whoOf('test', NUMBER) }, ['message.sent']);
    await addWebhook({}, ['message.burst'], completeBurst());
    await world.learn(NUMBER, LID);
    const sequence = await world.create(LID, ['P1D', 'P2D'], { reference: 'secret-sequence' });
    await addRecurrence();
    const sent = await add(NUMBER, {
      ...{ send_at: null, due_at: new Date(0), type: 'media', text: null },
      media: {
        url: null,
        file_id: 'med_1',
        kind: 'image',
        caption: 'secret-caption',
        filename: 'secret-file.png',
      },
      ...{ reply_to: `false_${NUMBER}_ABC`, mentions: { ids: [LID] } },
    });
    await world.database.transaction(async (tx) => {
      insertMediaFile(tx, 'med_1', Buffer.from('secret-bytes'), new Date());
      const key = { type: 'session', id: '551187650001.0', sealed: Buffer.from('x') };
      const group = { type: 'sender-key', id: `${GROUP}::123456789012345_1::0`, sealed: Buffer.from('x') };
      saveSessionKeys(tx, world.session.id, [key, group], new Date());
    });
    await world.claim();
    await world.accepted(sent);
    const pending = await add(OTHER_FORM);
    const poll = { question: 'secret-question', options: ['secret-a', 'secret-b'], allow_multiple: false };
    await add(LID, { type: 'poll', text: null, poll });
    const place = { latitude: 1.5, longitude: 2.5, name: 'secret-place', address: 'secret-address' };
    await add(LID, { type: 'location', text: null, location: place });
    const card = { name: 'secret-name', phones: ['+14155550199'], organization: 'secret-firm' };
    await add(LID, { type: 'contact', text: null, contact: card });
    await add(GROUP, {
      mentions: { ids: [PHONE] },
      reply_to: `false_${GROUP}_ABC_${LID}`,
      text: 'Hello',
      reference: null,
    });
    const contacts = [{ to: '+551187650001', variables: { note: 'secret-note' } }, { to: '+14155551234' }];
    await world.transact((work) => createAudience(work, 'test', { name: 'a', contacts }));
    await world.receive(PHONE, 'secret-answer', { name: NAME, username: USERNAME, names: [NUMBER, LID] });
    await world.receive(PHONE, 'secret-in-group', {
      ...{ chatId: GROUP, name: NAME, names: [NUMBER, LID], author: LID },
    });
    await comesIntoGroup(world, { names: [LID, NUMBER], phone: PHONE });
    const who = (await findWho(world.database, 'test', [NUMBER]))(NUMBER);
    const awaited = { session_id: world.session.id, wire_id: '3A99', chat_id: NUMBER, who, id: 'inb_1' };
    const now = new Date();
    const times = { created_at: now, written_at: now, tell_at: now };
    await insertAwaited(world.database, { ...awaited, ...times, kind: 'message', sealed: Buffer.from('x') });
    const account = { chat_id: OTHER_FORM, checked_at: new Date() };
    await saveKnownAccount(world.database, world.session.id, NUMBER, account);
    await insertRequest(world.database, 'req_1', world.session.id, { phone: PHONE });
    await world.transact((work) => createOptOut(work, 'test', LID));
    await world.transact((work) => editChat(work, 'test', NUMBER, { handled_by: 'human' }));
    return { sent, pending, sequence };
  }

  it('leaves nothing of number, lid, name and text in any table', async () => {
    const { sent, pending, sequence } = await fill();
    const filled = await rowsWith(world.database, PERSONAL);
    expect(new Set(filled.map((row) => row.split(':')[0]))).toEqual(new Set(PERSONAL_TABLES));
    const { id } = await personOf(PHONE);
    expect(await erase('+55 (11) 8765-0001')).toEqual({
      ...{ id, deleted: true, messages_canceled: 4, messages_erased: 8, messages_deleted: 1 },
      ...{ contacts_removed: 1, webhooks_removed: 1 },
    });
    expect(await rowsWith(world.database, PERSONAL)).toEqual([]);

    for (const given of [PHONE, LID, id])
      await expect(personOf(given)).rejects.toMatchObject({ status: 404 });
    await expect(erase(PHONE)).rejects.toMatchObject({ status: 404 });
    expect(await get(sent)).toMatchObject({ status: 'sending', sent_at: expect.any(Date), type: 'media' });
    expect(await get(pending)).toMatchObject({ status: 'canceled', text: null, recipient: '' });
    expect(await world.status(sequence)).toBe('stopped_by_reply');
    expect(await world.database.query('SELECT contact_count FROM audiences')).toEqual([{ contact_count: 1 }]);
    const [inGroup] = await world.database.query('SELECT text, mentions FROM messages WHERE chat_id = $1', [
      GROUP,
    ]);
    expect(inGroup).toEqual({ text: 'Hello', mentions: null });
  });

  it('looks in every table', async () => {
    const known = [...PERSONAL_TABLES, ...IMPERSONAL_TABLES].sort();
    expect(await tablesOf(world.database)).toEqual(known);
  });

  it('cancels what is pending, ends sequences, and still tells of both, without the person', async () => {
    await addWebhook({}, ['message.canceled', 'sequence.stopped', 'message.received', 'recurrence.ended']);
    const [pending, other] = [await add(NUMBER), await add(SOMEONE)];
    const sequence = await world.create(PHONE, ['P1D']);
    await world.learn(NUMBER, LID);
    const recurrence = await addRecurrence();
    await world.receive(null, 'secret-before', { chatId: '999@lid' });
    await erase(NUMBER);
    expect([(await get(pending)).status, await world.status(sequence)]).toEqual(['canceled', 'canceled']);
    expect((await get(other)).status).toBe('scheduled');
    const told = await world.database.query<{ type: string; data: string }>(
      `SELECT e.type, e.data FROM events e JOIN deliveries d ON d.event_id = e.id WHERE d.status = 'pending' ORDER BY e.id`,
    );
    expect(told.map(({ type }) => type)).toEqual([
      ...['message.received', 'message.canceled', 'message.canceled', 'message.canceled', 'sequence.stopped'],
      'recurrence.ended',
    ]);
    const [, canceled, step, occurrence, stopped, ended] = told.map(({ data }) => JSON.parse(data));
    expect([canceled.id, step.sequence_id, occurrence.recurrence_id]).toEqual([
      pending.id,
      sequence,
      recurrence,
    ]);
    expect(ended).toMatchObject({ id: recurrence, to: null, text: null, reference: null, erased: true });
    expect(canceled).toMatchObject({
      to: null,
      text: null,
      person_id: null,
      erased: true,
      status: 'canceled',
    });
    expect(stopped).toMatchObject({
      id: sequence,
      to: null,
      erased: true,
      messages: [{ to: null, erased: true }],
    });
  });

  it('meets an erased person as somebody new', async () => {
    await world.receive(PHONE, 'hello', { name: NAME });
    const before = await personOf(PHONE);
    await erase(before.id);
    await world.receive(PHONE, 'hello again');
    expect(await personOf(PHONE)).toEqual({
      ...{ ...before, name: null },
      last_heard_at: expect.any(String),
    });
  });

  it('learns the names of an erased person again from what WhatsApp repeats', async () => {
    const names = new NameReports('test', world.transact, world.clock, silentLog);
    const report = { same: [NUMBER, LID] };
    await names.add(report);
    await add(NUMBER);
    await erase(LID);
    world.clock.jump(10 * 60_000);
    await names.add(report);
    const rows = await world.database.query('SELECT name FROM person_names ORDER BY name');
    expect(rows).toEqual([{ name: LID }, { name: NUMBER }]);
    await names.close();
  });

  it('ends a message that is being sent, and never tries it again', async () => {
    const due = { send_at: null, due_at: new Date(0) };
    const [accepted, interrupted, failing] = [
      await add(NUMBER, due),
      await add(LID, due),
      await add(NUMBER, { ...due, status: 'sending', attempts: 1, handed_over_at: new Date() }),
    ];
    expect((await world.claim()).claims).toHaveLength(2);
    await world.learn(NUMBER, LID);
    const why = async () => (await isWanted(world.database, interrupted, new Date())).why;
    expect(await why()).toBeNull();
    await erase(LID);
    expect(await why()).toBe('ended');
    await world.accepted(accepted);
    expect(await get(accepted)).toMatchObject({ status: 'sending', sent_at: expect.any(Date), text: null });
    const failure = { reason: 'link_down', mayPass: true, handedOverAt: null, attempt: 1 };
    await world.reports.add({ wireId: failing.wire_id, failure });
    expect((await get(failing)).status).toBe('canceled');
    await reclaimInterrupted(world.transact, world.lease);
    expect((await get(interrupted)).status).toBe('canceled');
    expect(await rowsWith(world.database, PERSONAL)).toEqual([]);
    expect(await world.database.query('SELECT * FROM people')).toEqual([]);
    expect(await findByWireId(world.database, world.session.id, accepted.wire_id)).toMatchObject({
      erased_at: expect.any(Date),
    });
  });
});

/** Tables that can say something of a person. `fill` writes into each. */
const PERSONAL_TABLES = [
  ...[
    'awaited_messages',
    'burst_messages',
    'bursts',
    'chat_messages',
    'chats',
    'contacts',
    'events',
    'inbound_messages',
    'known_accounts',
    'known_contacts',
    'media_files',
    'messages',
  ],
  ...['opt_outs', 'people', 'person_names', 'recurrences', 'sequences', 'session_keys', 'session_requests'],
  ...['takeovers', 'webhooks'],
];
/** Tables that have nothing of people, or only what is encrypted and goes within a day (`idempotency_records`). */
const IMPERSONAL_TABLES = [
  ...['accounts', 'api_keys', 'audiences', 'campaigns', 'deliveries', 'erased_opt_outs', 'erasure_salt'],
  // While somebody is being erased, it has their names.
  'erasures',
  'own_acts',
  // Which of 64 texts together have which three letters, as numbers.
  ...['search_segments', 'search_grams', 'search_changes', 'upkeep_turns'],
  ...['idempotency_records', 'schema_migrations', 'session_leases', 'sessions', 'store_moves'],
];
