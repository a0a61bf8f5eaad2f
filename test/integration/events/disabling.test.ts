import { dropHeld } from '../../../engine/store/tables/deliveries';
import { retireExpiredWebhooks } from '../../../engine/store/tables/webhooks';
import { until } from '../../support/engine/until';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { DeliveryWorld, HOUR } from './delivery-world';
import type { Receiver } from './receiver';

let world: DeliveryWorld;
let receiver: Receiver;
let webhookId: string;
afterEach(() => world.close());

async function open(kind: 'pglite' | 'postgres' = 'pglite'): Promise<void> {
  world = await DeliveryWorld.open(kind);
  receiver = await world.receiver();
  webhookId = (await world.webhook({ url: receiver.url() })).row.id;
  world.addRunner();
}

const statuses = async () => (await world.deliveries()).map(({ status }) => status);
const eventIds = async () => (await world.deliveries()).map(({ event_id }) => event_id);

/** Puts everything that waits one attempt before its last, begun `sinceMs` ago, and due. */
async function oneAttemptLeft(sinceMs = 22 * HOUR): Promise<void> {
  const now = world.clock.now();
  await world.database.query(
    `UPDATE deliveries SET attempts = 7, first_attempt_at = $1, next_attempt_at = $2 WHERE status = 'pending'`,
    [new Date(now - sinceMs), new Date(now)],
  );
}

/** Tells events that stay: the runner has been told nothing of them. */
async function store(count: number): Promise<void> {
  const [runner] = world.runners.splice(0);
  await world.tell(...Array.from({ length: count }, () => ({})));
  world.runners.push(runner!);
}

describe.each(DATABASE_KINDS)('a webhook that nothing reaches, on %s', (kind) => {
  it('is disabled after the last attempt of an event, and gets all held events when it is enabled', async () => {
    await open(kind);
    receiver.answer = () => 500;
    // Several that end at the same moment, as after a burst; and one that still has attempts to come.
    await store(5);
    await oneAttemptLeft();
    await store(1);
    world.wake();
    await until('it is disabled', async () => (await world.webhookRow(webhookId)).status === 'disabled');
    await until('nothing is under way', async () =>
      (await world.deliveries()).every(({ locked_until }) => locked_until === null),
    );
    expect(await statuses()).toEqual(Array(6).fill('held'));
    expect(await world.webhookRow(webhookId)).toMatchObject({ disabled_by: 'failures' });
    await world.tell({});
    expect(await statuses()).toEqual(Array(7).fill('held'));

    receiver.answer = () => 200;
    receiver.received.length = 0;
    await world.edit(webhookId, { status: 'enabled' });
    await until('all are delivered', async () =>
      (await statuses()).every((status) => status === 'delivered'),
    );
    expect(receiver.ids().sort()).toEqual((await eventIds()).sort());
    expect(await world.webhookRow(webhookId)).toMatchObject({ status: 'enabled', disabled_by: null });
  });
});

it('keeps a webhook that was reached since the first of the 8 attempts', async () => {
  await open();
  await world.tell({});
  await until('it is delivered', async () => (await statuses())[0] === 'delivered');
  receiver.answer = () => 500;
  await store(1);
  await oneAttemptLeft();
  world.wake();
  await until('it ended', async () => (await statuses())[1] === 'failed');
  expect((await world.deliveries())[1]).toMatchObject({
    error: 'answered 500',
    attempts: 8,
    next_attempt_at: null,
  });
  expect(await world.webhookRow(webhookId)).toMatchObject({ status: 'enabled' });
});

it('disables a webhook that was last reached before the first of the 8 attempts', async () => {
  await open();
  await world.tell({});
  await until('it is delivered', async () => (await statuses())[0] === 'delivered');
  receiver.answer = () => 500;
  world.clock.jump(30 * HOUR);
  await store(1);
  await oneAttemptLeft();
  world.wake();
  await until('it is disabled', async () => (await world.webhookRow(webhookId)).status === 'disabled');
  expect(await statuses()).toEqual(['delivered', 'held']);
});

it('delivers to a receiver that restarts what failed in the meantime', async () => {
  await open();
  await receiver.stop();
  await world.tell({}, {}, {});
  await until('all failed', async () => (await world.deliveries()).every(({ attempts }) => attempts === 1));
  await receiver.start();
  world.jump(60_000);
  await until('all are delivered', async () => (await statuses()).every((status) => status === 'delivered'));
  expect(await world.webhookRow(webhookId)).toMatchObject({ status: 'enabled' });
});

it('drops what was held for 72 hours, and says why', async () => {
  await open();
  receiver.answer = () => 500;
  await store(1);
  await oneAttemptLeft();
  world.wake();
  await until('it is disabled', async () => (await world.webhookRow(webhookId)).status === 'disabled');
  world.clock.jump(60 * HOUR);
  await world.tell({});
  world.clock.jump(11.9 * HOUR);
  const sweep = () => dropHeld(world.database, new Date(world.clock.now() - 72 * HOUR), 10);
  await sweep();
  expect(await statuses()).toEqual(['held', 'held']);
  world.clock.jump(HOUR);
  await sweep();
  // The second one is younger than 72 hours.
  expect(await statuses()).toEqual(['failed', 'held']);
  expect((await world.deliveries())[0]!.error).toBe('the webhook stayed disabled for 72 hours');
  receiver.answer = () => 200;
  receiver.received.length = 0;
  await world.edit(webhookId, { status: 'enabled' });
  await until('the other is delivered', async () => (await statuses())[1] === 'delivered');
  expect(receiver.ids()).toEqual([(await eventIds())[1]]);
});

it('does not hold events longer because the user disables an already disabled webhook', async () => {
  await open();
  receiver.answer = () => 500;
  await store(1);
  await oneAttemptLeft();
  world.wake();
  await until('it is disabled', async () => (await world.webhookRow(webhookId)).status === 'disabled');
  world.clock.jump(71 * HOUR);
  await world.edit(webhookId, { status: 'disabled' });
  world.clock.jump(2 * HOUR);
  await dropHeld(world.database, new Date(world.clock.now() - 72 * HOUR), 10);
  expect(await statuses()).toEqual(['failed']);
});

it('gives a webhook that its user disabled none of that time, and what waited before when it is back', async () => {
  await open();
  receiver.answer = () => 500;
  await world.tell({ data: { n: 'before' } });
  await until('it failed once', async () => (await world.deliveries())[0]!.attempts === 1);
  await world.edit(webhookId, { status: 'disabled' });
  await world.tell({ data: { n: 'meanwhile' } });
  expect(await statuses()).toEqual(['held']);
  world.jump(HOUR);
  receiver.answer = () => 200;
  receiver.received.length = 0;
  await world.edit(webhookId, { status: 'enabled' });
  await world.tell({ data: { n: 'after' } });
  await until(
    'two are delivered',
    async () => (await statuses()).filter((s) => s === 'delivered').length === 2,
  );
  expect(receiver.received.map(({ event }) => event.data['n']).sort()).toEqual(['after', 'before']);
});

describe('an attempt that is under way while its webhook is disabled', () => {
  beforeEach(async () => {
    await open();
    receiver.answer = () => 'hang';
    await world.tell({});
    await until('it is under way', () => receiver.hanging.length === 1);
    await world.edit(webhookId, { status: 'disabled' });
  });

  it('counts when it succeeds', async () => {
    receiver.release(200);
    await until('it is delivered', async () => (await statuses())[0] === 'delivered');
  });

  it('is kept when it fails', async () => {
    receiver.release(500);
    await until('its error is recorded', async () => (await world.deliveries())[0]!.error === 'answered 500');
    expect(await statuses()).toEqual(['held']);
  });

  it('does not run twice at the same time if the webhook is enabled during it', async () => {
    await world.edit(webhookId, { status: 'enabled' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(receiver.received).toHaveLength(1);
    receiver.release(200);
    await until('it is delivered', async () => (await statuses())[0] === 'delivered');
    expect(receiver.received).toHaveLength(1);
  });

  it('is dropped silently when the webhook is deleted', async () => {
    await world.database.query('DELETE FROM webhooks WHERE id = $1', [webhookId]);
    receiver.release(200);
    const other = await world.webhook({ url: receiver.url('/other') });
    receiver.answer = () => 200;
    await world.tell({});
    await until(
      'the other gets its event',
      async () => (await world.deliveries(other.row.id))[0]!.status === 'delivered',
    );
    expect(await world.deliveries()).toHaveLength(1);
  });
});

it('fails what waits for a webhook that expires, and says why', async () => {
  await open();
  receiver.answer = () => 500;
  await world.edit(webhookId, { expires_at: new Date(world.clock.now() + HOUR).toISOString() });
  await world.tell({});
  await until('it failed once', async () => (await world.deliveries())[0]!.attempts === 1);
  world.clock.jump(2 * HOUR);
  await world.tell({});
  await retireExpiredWebhooks(world.database, new Date(world.clock.now()));
  expect(await world.webhookRow(webhookId)).toMatchObject({ status: 'disabled', disabled_by: 'limit' });
  const deliveries = await world.deliveries();
  expect(deliveries).toHaveLength(1);
  expect(deliveries[0]).toMatchObject({
    status: 'failed',
    error: 'the webhook expired',
    next_attempt_at: null,
  });
});

it('delivers what was stored for a disabled webhook while it was being enabled', async () => {
  await open();
  await store(1);
  // As left by an event whose transaction began before the webhook was enabled and was committed after it.
  await world.database.query(`UPDATE deliveries SET status = 'held', next_attempt_at = NULL`);
  await world.runners[0]!.rearm();
  await until('it is delivered', async () => (await statuses())[0] === 'delivered');
});
