import { setTimeout as sleep } from 'node:timers/promises';
import { claimLimitedDeliveries } from '../../../engine/store/tables/deliveries';
import { until } from '../../support/engine/until';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { DeliveryWorld, MINUTE } from './delivery-world';

let world: DeliveryWorld;
afterEach(() => world.close());

const settled = (webhookId: string) =>
  until('nothing waits', async () =>
    (await world.deliveries(webhookId)).every(({ status }) => status !== 'pending'),
  );

describe.each(DATABASE_KINDS)('max_deliveries on %s', (kind) => {
  it('is never exceeded, and disables the webhook when reached', async () => {
    world = await DeliveryWorld.open(kind);
    const receiver = await world.receiver();
    receiver.answer = (_, index) => (index % 3 === 2 ? 500 : 200);
    const { row } = await world.webhook({ url: receiver.url(), max_deliveries: 5 });
    world.addRunner();
    for (let i = 0; i < 4; i += 1) await world.tell({}, {}, {}, {}, {});
    await settled(row.id);
    const statuses = (await world.deliveries()).map(({ status }) => status);
    expect(statuses.filter((status) => status === 'delivered')).toHaveLength(5);
    expect(await world.webhookRow(row.id)).toMatchObject({
      status: 'disabled',
      disabled_by: 'limit',
      delivered_count: 5,
    });
    const others = (await world.deliveries()).filter(({ status }) => status === 'failed');
    expect(new Set(others.map(({ error }) => error))).toEqual(
      new Set(['the webhook has had its max_deliveries']),
    );
    await world.tell({});
    expect(await world.deliveries()).toHaveLength(statuses.length);
  });

  it('delivers a later event while an earlier one waits for its retry', async () => {
    world = await DeliveryWorld.open(kind);
    const receiver = await world.receiver();
    receiver.answer = ({ event }) => (event.data['n'] === 'refused' ? 500 : 200);
    const { row } = await world.webhook({ url: receiver.url(), max_deliveries: 2 });
    world.addRunner();
    await world.tell({ data: { n: 'refused' } });
    await until('it failed once', async () => (await world.deliveries())[0]!.attempts === 1);
    await world.tell({ data: { n: 'fine' } });
    await until(
      'the later one is delivered',
      async () => (await world.webhookRow(row.id)).delivered_count === 1,
    );
    receiver.answer = () => 200;
    world.jump(MINUTE);
    await settled(row.id);
    expect((await world.webhookRow(row.id)).delivered_count).toBe(2);
  });
});

it('is never exceeded by two runners, in any order of commits', async () => {
  world = await DeliveryWorld.open('postgres');
  const receiver = await world.receiver();
  receiver.answer = async () => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 15));
    return Math.random() < 0.3 ? 500 : 200;
  };
  world.addRunner();
  world.addRunner({ database: await world.secondDatabase() });
  const limits = [1, 1, 2, 3, 7];
  const webhooks = await Promise.all(
    limits.map((max, i) => world.webhook({ url: receiver.url(`/${i}`), max_deliveries: max })),
  );
  const succeeded = new Map<string, number>();
  const answer = receiver.answer;
  receiver.answer = async (received, index) => {
    const status = await answer(received, index);
    if (status === 200) succeeded.set(received.path, (succeeded.get(received.path) ?? 0) + 1);
    return status;
  };
  await Promise.all(Array.from({ length: 30 }, () => world.tell({})));
  for (const { row } of webhooks) {
    await until('the webhook has had all', async () => {
      // A claim must not run out because the test is in a hurry: one made just after this look lasts two such jumps.
      // Looked at twice, as a claim can be made a while before its commit shows it.
      const isIdle = async (): Promise<boolean> =>
        (await world.deliveries()).every(({ locked_until }) => locked_until === null);
      if ((await isIdle()) && (await sleep(50, true)) && (await isIdle())) world.jump(MINUTE / 2);
      return (await world.webhookRow(row.id)).status === 'disabled';
    });
    await settled(row.id);
  }
  expect(limits.map((_, i) => succeeded.get(`/${i}`))).toEqual(limits);
});

it('waits for a claim that another process is making at the same time', async () => {
  world = await DeliveryWorld.open('postgres');
  const { row } = await world.webhook({ url: 'http://127.0.0.1:1/', max_deliveries: 1 });
  await world.tell({}, {});
  const now = new Date(world.clock.now());
  const lockedUntil = new Date(now.getTime() + MINUTE);
  const other = await world.database.pool.connect();
  await other.query('BEGIN');
  await other.query('SELECT id FROM webhooks WHERE id = $1 FOR NO KEY UPDATE', [row.id]);
  await other.query('UPDATE deliveries SET locked_until = $1 WHERE id = (SELECT min(id) FROM deliveries)', [
    lockedUntil,
  ]);
  const capacity = { total: 10, perWebhook: 4, each: {} };
  const claiming = claimLimitedDeliveries(world.database, now, lockedUntil, capacity);
  await new Promise((resolve) => setTimeout(resolve, 150));
  await other.query('COMMIT');
  other.release();
  expect(await claiming).toEqual([]);
});

it('is given again by an edit, which lets no more through than it says', async () => {
  world = await DeliveryWorld.open('pglite');
  const receiver = await world.receiver();
  const { row } = await world.webhook({ url: receiver.url(), max_deliveries: 1 });
  world.addRunner();
  await world.tell({});
  await until('it has had all', async () => (await world.webhookRow(row.id)).status === 'disabled');
  await expect(world.edit(row.id, { status: 'enabled' })).rejects.toMatchObject({
    code: 'invalid_request',
    options: { details: [{ path: 'max_deliveries', code: 'used_up' }] },
  });
  await world.edit(row.id, { status: 'enabled', max_deliveries: 3 });
  await world.tell({});
  await until('the second is delivered', () => receiver.received.length === 2);
  await until('it counts', async () => (await world.webhookRow(row.id)).delivered_count === 2);
  receiver.answer = () => 500;
  await world.tell({});
  await until('the third failed once', async () => (await world.deliveries())[2]?.attempts === 1);
  // Lowered to what it has had: what waits is not to come any more.
  expect(await world.edit(row.id, { max_deliveries: 2 })).toMatchObject({
    status: 'disabled',
    disabled_by: 'limit',
  });
  expect((await world.deliveries())[2]).toMatchObject({
    status: 'failed',
    error: 'the webhook has had its max_deliveries',
  });
});
