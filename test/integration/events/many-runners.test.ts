import { unlockDeliveries } from '../../../engine/store/tables/deliveries';
import type { Poster } from '../../../engine/events/post-event';
import { until } from '../../support/engine/until';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { DeliveryWorld, MINUTE } from './delivery-world';

let world: DeliveryWorld;
afterEach(() => world.close());

const allDelivered = () =>
  until('all are delivered', async () => {
    const rows = await world.deliveries();
    return rows.every(({ status }) => status === 'delivered');
  });

it('posts each event once with two runners on one database', async () => {
  world = await DeliveryWorld.open('postgres');
  const receiver = await world.receiver();
  receiver.answer = async () => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    return 200;
  };
  const urls = ['/a', '/b', '/c'].map((path) => receiver.url(path));
  const webhooks = await Promise.all(urls.map((url) => world.webhook({ url })));
  world.addRunner();
  world.addRunner({ database: await world.secondDatabase() });
  await Promise.all(Array.from({ length: 60 }, () => world.tell({}, {})));
  await allDelivered();
  expect(receiver.received).toHaveLength(120 * 3);
  expect(new Set(receiver.received.map(({ path, event }) => path + event.id)).size).toBe(120 * 3);
  for (const { row } of webhooks) expect((await world.webhookRow(row.id)).delivered_count).toBe(120);
});

describe.each(DATABASE_KINDS)('a process that dies after a post and before its record, on %s', (kind) => {
  it('leads to a second delivery of the same event', async () => {
    world = await DeliveryWorld.open(kind);
    const receiver = await world.receiver();
    await world.webhook({ url: receiver.url() });
    // Posts, but never sees the response.
    const dying: Poster = {
      async post(event) {
        await world.poster.post(event);
        return new Promise(() => undefined);
      },
      close: () => Promise.resolve(),
    };
    world.addRunner({ poster: dying });
    await world.tell({});
    await until('it is posted', () => receiver.received.length === 1);
    world.runners.length = 0;
    const next = world.addRunner();
    next.wake();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(receiver.received).toHaveLength(1);
    if (kind === 'pglite') await unlockDeliveries(world.database);
    else world.clock.jump(MINUTE);
    await next.rearm();
    await allDelivered();
    expect(receiver.received).toHaveLength(2);
    expect(receiver.received[1]!.body).toBe(receiver.received[0]!.body);
  });
});

it('does not let a suspended process undo what another one did since', async () => {
  world = await DeliveryWorld.open('postgres');
  const receiver = await world.receiver();
  const { row } = await world.webhook({ url: receiver.url() });
  let wakeUp = (): void => undefined;
  const suspended: Poster = {
    async post() {
      await new Promise<void>((resolve) => (wakeUp = resolve));
      return { ok: false, status: null, error: 'timed out after 10 s' };
    },
    close: () => Promise.resolve(),
  };
  const sleeper = world.addRunner({ poster: suspended });
  await world.tell({});
  await until('it is claimed', async () => (await world.deliveries())[0]!.locked_until !== null);
  world.clock.jump(2 * MINUTE);
  world.runners.length = 0;
  world.addRunner().wake();
  await allDelivered();
  wakeUp();
  await sleeper.close();
  expect((await world.deliveries())[0]).toMatchObject({ status: 'delivered', attempts: 1, error: null });
  world.jump(24 * 60 * MINUTE);
  await world.quiet();
  expect(receiver.received).toHaveLength(1);
  expect((await world.webhookRow(row.id)).delivered_count).toBe(1);
});

it('counts a success once if two processes saw it', async () => {
  world = await DeliveryWorld.open('postgres');
  const receiver = await world.receiver();
  receiver.answer = () => 'hang';
  const { row } = await world.webhook({ url: receiver.url() });
  const first = world.addRunner();
  await world.tell({});
  await until('it is under way', () => receiver.hanging.length === 1);
  world.clock.jump(2 * MINUTE);
  const second = world.addRunner();
  second.wake();
  await until('it is under way twice', () => receiver.hanging.length === 2);
  receiver.release(200);
  await Promise.all([first.close(), second.close()]);
  expect((await world.deliveries())[0]).toMatchObject({ status: 'delivered', attempts: 1 });
  expect((await world.webhookRow(row.id)).delivered_count).toBe(1);
});

it('retries to record an attempt, and does not post the event again', async () => {
  // No faster: the claim's minute must outlast the retries on a busy machine.
  world = await DeliveryWorld.open('pglite', 5);
  const receiver = await world.receiver();
  await world.webhook({ url: receiver.url() });
  let failures = 0;
  const flaky = Object.create(world.database) as typeof world.database;
  flaky.transaction = (work) => {
    if (receiver.received.length > 0 && failures < 3) {
      failures += 1;
      return Promise.reject(new Error('connection lost'));
    }
    return world.database.transaction(work);
  };
  world.addRunner({ database: flaky });
  await world.tell({});
  await allDelivered();
  expect(failures).toBe(3);
  expect(receiver.received).toHaveLength(1);
});

it('looks again after the database was out of reach', async () => {
  world = await DeliveryWorld.open('pglite', 20);
  const receiver = await world.receiver();
  await world.webhook({ url: receiver.url() });
  let failures = 0;
  const flaky = Object.create(world.database) as typeof world.database;
  flaky.query = (text, params) => {
    if (failures >= 3) return world.database.query(text, params);
    failures += 1;
    return Promise.reject(new Error('connection lost'));
  };
  world.addRunner({ database: flaky });
  await world.tell({});
  await allDelivered();
  expect(failures).toBe(3);
});

it('makes no attempt after it is closed', async () => {
  world = await DeliveryWorld.open('pglite');
  const receiver = await world.receiver();
  await world.webhook({ url: receiver.url() });
  await world.addRunner().close();
  await world.tell({});
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(receiver.received).toHaveLength(0);
  expect((await world.deliveries())[0]).toMatchObject({ status: 'pending', locked_until: null });
});
