import { newId } from '../../../engine/domain/ids';
import { startOf, takeStep } from '../../../engine/store/sql/walk';
import { ENDED_MESSAGES } from '../../../engine/store/tables/ended-work';
import { findNewContacts } from '../../../engine/store/tables/known-contacts';
import { Retention } from '../../../engine/upkeep/retention';
import { openDatabase } from '../../../engine/store/open-database';
import { tmpdir } from 'node:os';
import { DATABASE_KINDS, freshDatabase } from '../../support/servers/fresh-database';
import { until } from '../../support/engine/until';
import { silentLog } from '../../support/servers/silent-log';
import { StoreWorld } from '../sequences/store-world';
import { DAY, oldRows, PENDING } from './old-rows';

jest.setTimeout(60_000);

describe.each(DATABASE_KINDS)('retention, on %s,', (kind) => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
  });
  beforeEach(() =>
    world.database.query(
      'TRUNCATE messages, campaigns, sequences, recurrences, media_files, events, deliveries, webhooks, inbound_messages, upkeep_turns CASCADE',
    ),
  );
  afterAll(() => world.close());

  const { insert, ago, message, ids } = oldRows(() => world);
  const retention = (retentionDays: number | null = 90) =>
    new Retention({
      ...{ database: world.database, clock: world.clock, log: silentLog },
      historyDays: 30,
      retentionDays,
    });
  const round = (retentionDays?: number | null) => retention(retentionDays).run();

  it('removes messages so long after their end, and none that has not ended', async () => {
    const kept = [
      await message(89),
      await message(400, PENDING),
      await message(400, { status: 'sending', sent_at: null, read_at: null }),
      // The last was heard of it today.
      await message(400, { read_at: ago(0.5) }),
    ];
    for (const fields of [
      {},
      { status: 'delivered', read_at: null, delivered_at: ago(91) },
      { status: 'sending', read_at: null },
      { status: 'failed', sent_at: null, read_at: null, failed_at: ago(91) },
      { status: 'canceled', sent_at: null, read_at: null, canceled_at: ago(91) },
    ] as const)
      await message(91, fields);
    await round(null);
    expect(await ids('messages')).toHaveLength(9);
    await round();
    expect(await ids('messages')).toEqual(kept.sort());
    await round(1);
    expect(await ids('messages')).toHaveLength(2 + 1);
  });

  const campaign = async (fields: object): Promise<string> => {
    const id = newId('campaign');
    await insert('campaigns', {
      ...{ id, mode: 'test', name: 'x', audience_id: 'aud_1', session_id: world.session.id },
      ...{
        on_missing_variable: 'fail',
        total_count: 2,
        expanded_all: true,
        created_at: ago(400),
        reply_days: 7,
        ...fields,
      },
    });
    return id;
  };
  const sequence = async (fields: object): Promise<string> => {
    const id = newId('sequence');
    await insert('sequences', {
      ...{
        id,
        mode: 'test',
        session_id: world.session.id,
        recipient: 'x',
        chat_id: 'x',
        who: 'per_1',
        timezone: 'UTC',
      },
      ...{ stop_on_reply: true, step_count: 2, created_at: ago(400), ...fields },
    });
    return id;
  };

  it('keeps a campaign that is not over with all of its messages, and then removes both', async () => {
    const running = await campaign({ status: 'running' });
    const justDone = await campaign({ status: 'complete_delivered', completed_at: ago(10) });
    const done = await campaign({ status: 'complete_sent', completed_at: ago(100) });
    const answered = await campaign({ status: 'complete_sent', completed_at: ago(100), reply_days: 120 });
    const aborted = await campaign({ status: 'aborted', aborted_at: ago(100) });
    const halfAborted = await campaign({ status: 'aborted', aborted_at: ago(100) });
    for (const id of [running, justDone, done, answered, aborted, halfAborted])
      await message(200, { campaign_id: id, contact_id: newId('contact') });
    const left = await message(200, { ...PENDING, campaign_id: halfAborted });
    await round();
    const kept = [running, justDone, answered, halfAborted].sort();
    expect(await ids('campaigns')).toEqual(kept);
    const rows = await world.database.query<{ campaign_id: string }>(
      'SELECT DISTINCT campaign_id FROM messages ORDER BY 1',
    );
    expect(rows.map((row) => row.campaign_id)).toEqual(kept);
    expect(await ids('messages')).toContain(left);
  });

  it('keeps a sequence with a step to go, with all of its steps', async () => {
    const active = await sequence({ status: 'active' });
    const stopping = await sequence({ status: 'canceled', ended_at: ago(100) });
    const over = await sequence({ status: 'completed', ended_at: ago(100) });
    for (const id of [active, stopping, over]) await message(200, { sequence_id: id, step: 1 });
    await message(200, { ...PENDING, sequence_id: stopping, step: 2 });
    await round();
    expect(await ids('sequences')).toEqual([active, stopping].sort());
    expect(await ids('messages')).toHaveLength(3);
  });

  it('keeps of a recurrence that goes on the last occurrence, and removes one that has ended', async () => {
    const recurrence = async (fields: object): Promise<string> => {
      const id = newId('recurrence');
      await insert('recurrences', {
        ...{
          id,
          mode: 'test',
          session_id: world.session.id,
          recipient: 'x',
          chat_id: 'x',
          who: 'per_1',
          type: 'text',
        },
        ...{
          text: 'x',
          on_missing_variable: 'fail',
          until_reply: false,
          only_while_bot: false,
          cancel_on_takeover: false,
        },
        ...{
          rrule: 'FREQ=DAILY',
          start_local: '2020-01-01T09:00:00',
          timezone: 'UTC',
          exdates: [],
          missed: 0,
        },
        ...{ passed_at: ago(1), created_at: ago(400), ...fields },
      });
      return id;
    };
    const id = newId('recurrence');
    const older = await message(200, { recurrence_id: id });
    const planned = await message(150, { recurrence_id: id });
    await recurrence({ id, status: 'paused', planned_id: planned });
    const over = await recurrence({ status: 'ended', ended_at: ago(100) });
    await message(150, { recurrence_id: over });
    const moved = await recurrence({
      status: 'ended',
      ended_at: ago(100),
      ended_reason: 'no_more_occurrences',
    });
    const last = await message(150, { ...PENDING, recurrence_id: moved });
    await round();
    expect(await ids('recurrences')).toEqual([id, moved].sort());
    expect(await ids('messages')).toEqual([planned, last].sort());
    expect(await ids('messages')).not.toContain(older);
  });

  it('keeps what a pending message quotes, and what somebody waits for an answer to', async () => {
    const quoted = await message(200, { wire_id: '3EB0AA' });
    const inGroup = await message(200, { wire_id: '3EB0BB' });
    const quoting = await message(0, { ...PENDING, reply_to: 'true_14155550001@c.us_3EB0AA' });
    const quotingInGroup = await message(0, {
      ...PENDING,
      reply_to: 'true_1-2@g.us_3EB0BB_14155550001@c.us',
    });
    const asked = await message(200, { reference: 'wait-1' });
    await message(200, { reference: 'nobody-waits' });
    await message(200, { reference: 'wait-2' });
    for (const [reference, status] of [
      ['wait-1', 'enabled'],
      ['wait-2', 'disabled'],
    ])
      await insert('webhooks', {
        ...{
          id: newId('webhook'),
          mode: 'test',
          url: 'http://x',
          events: [],
          types: [],
          filter: { reference },
          status,
        },
        ...{ sealed_secret: '\\x00', delivered_count: 0, created_at: ago(200) },
      });
    await round();
    expect(await ids('messages')).toEqual([quoted, inGroup, quoting, quotingInGroup, asked].sort());
  });

  it('keeps what was received while a pending message quotes or forwards it', async () => {
    const received = async (wireId: string): Promise<string> => {
      const id = newId('inbound');
      await insert('inbound_messages', {
        ...{
          id,
          mode: 'test',
          session_id: world.session.id,
          kind: 'message',
          chat_id: 'x',
          wire_id: wireId,
          who: 'per_1',
        },
        ...{ created_at: ago(100), written_at: ago(100), sealed_content: '\\x01', without_content: false },
      });
      return id;
    };
    const [quoted, forwarded] = [await received('AA'), await received('BB'), await received('CC')];
    await message(0, { ...PENDING, reply_to: 'false_14155550001@c.us_AA' });
    await message(0, { ...PENDING, forward_of: { inbound_id: forwarded } });
    await round();
    expect(await ids('inbound_messages WHERE sealed_content IS NOT NULL')).toEqual(
      [quoted, forwarded].sort(),
    );
    expect(await ids('inbound_messages')).toHaveLength(2);
  });

  it('removes events with their deliveries, but none that is still to be delivered', async () => {
    const webhook = newId('webhook');
    await insert('webhooks', {
      ...{ id: webhook, mode: 'test', url: 'http://x', events: [], types: [], filter: {}, status: 'enabled' },
      ...{ sealed_secret: '\\x00', delivered_count: 0, created_at: ago(200) },
    });
    const event = async (days: number, status: string): Promise<string> => {
      const id = newId('event');
      await insert('events', {
        id,
        mode: 'test',
        type: 'x',
        data: '{}',
        is_reply: false,
        created_at: ago(days),
      });
      await insert('deliveries', {
        ...{
          id: newId('delivery'),
          event_id: id,
          webhook_id: webhook,
          status,
          attempts: 1,
          created_at: ago(days),
        },
      });
      return id;
    };
    const kept = [await event(40, 'pending'), await event(40, 'held'), await event(29, 'delivered')];
    await event(31, 'delivered');
    await event(31, 'failed');
    await round();
    expect(await ids('events')).toEqual([...kept].sort());
    expect(await ids('deliveries')).toHaveLength(3);
    await round(20);
    expect(await ids('events')).toEqual(kept.slice(0, 2).sort());
  });

  it('changes nothing about who is known', async () => {
    const who = 'per_known';
    await world.database.query('TRUNCATE known_contacts, people, opt_outs');
    await insert('known_contacts', { session_id: world.session.id, who, since: ago(500) });
    await insert('people', { id: who, mode: 'test', phone: 'x', created_at: ago(500), is_business: false });
    await insert('opt_outs', {
      mode: 'test',
      chat_id: 'x',
      recipient: 'x',
      source: 'api',
      created_at: ago(500),
      who,
    });
    await message(400, { who });
    await round(1);
    expect(await ids('messages')).toEqual([]);
    expect((await findNewContacts(world.database, world.session.id, [who])).size).toBe(0);
    expect(await ids('people')).toEqual([who]);
    expect(await world.database.query('SELECT FROM opt_outs')).toHaveLength(1);
  });

  it('ends where it was closed, and the next one does the rest', async () => {
    for (let n = 0; n < 300; n += 1) await message(100);
    const [first, second] = [retention(), retention()];
    first.start();
    await first.close();
    second.start();
    await until('all are gone', async () => (await ids('messages')).length === 0);
    await second.close();
  });

  it('is done by one process at a time, and not again at once', async () => {
    const { database, clock } = world;
    await message(100);
    const [first, second] = [retention(), retention()];
    const turnOf = () =>
      database.query<{ next_at: Date | null; held_by: string | null }>('SELECT * FROM upkeep_turns');
    await database.query(
      `INSERT INTO upkeep_turns (job, held_by, held_until) VALUES ('retention', 'another', $1)`,
      [new Date(clock.now() + 60_000)],
    );
    await first.runInTurn();
    expect(await ids('messages')).toHaveLength(1);
    // The other process has died.
    clock.jump(61_000);
    await first.runInTurn();
    expect(await ids('messages')).toEqual([]);
    const [turn] = await turnOf();
    expect(turn!.next_at!.getTime()).toBeGreaterThanOrEqual(clock.now() + 9 * 60_000);
    await message(100);
    await second.runInTurn();
    expect(await ids('messages')).toHaveLength(1);
    clock.jump(DAY);
    await second.runInTurn();
    expect(await ids('messages')).toEqual([]);
  });
});

/** Whether a connection to this database waits for another one. */
const WAITING = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;

it('does not remove a message that is brought back at that moment', async () => {
  const fresh = await freshDatabase('postgres');
  const other = await openDatabase({ dataDir: tmpdir(), databaseUrl: fresh.url, log: silentLog });
  await fresh.database.query(
    `INSERT INTO messages (id, mode, session_id, recipient, chat_id, type, priority, status, wire_id, due_at, created_at, canceled_at, who)
     SELECT 'msg_' || n, 'test', 's', 'x', 'x', 'text', 1, 'canceled', n::text, now(), now(), '2020-01-01', 'x' FROM generate_series(1, 2) AS n`,
  );
  const size = { look: 10, change: 10 };
  let step: Promise<unknown> | undefined;
  await fresh.database.transaction(async (tx) => {
    await tx.query(`UPDATE messages SET status = 'scheduled', canceled_at = NULL WHERE id = 'msg_1'`);
    step = takeStep(other, ENDED_MESSAGES, startOf(ENDED_MESSAGES), size, [new Date()]);
    while ((await tx.query(WAITING)).length === 0) await tx.query('SELECT pg_sleep(0.01)');
  });
  expect(await step).toMatchObject({ changed: 1 });
  expect(await other.query('SELECT id FROM messages')).toEqual([{ id: 'msg_1' }]);
  await other.close();
  await fresh.cleanup();
});
