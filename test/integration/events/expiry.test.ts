import { retireExpiredWebhooks } from '../../../engine/store/tables/webhooks';
import { until } from '../../support/engine/until';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { DeliveryWorld, HOUR, MINUTE } from './delivery-world';
import type { Receiver } from './receiver';

let world: DeliveryWorld;
let receiver: Receiver;
afterEach(() => world.close());

async function open(kind: 'pglite' | 'postgres' = 'pglite'): Promise<string> {
  world = await DeliveryWorld.open(kind);
  receiver = await world.receiver();
  world.addRunner();
  const events = ['message.sent', 'webhook.expired'];
  await world.webhook({ url: receiver.url('/other'), events });
  return (await world.webhook({ url: receiver.url(), events, expires_at: inMs(HOUR) })).row.id;
}

const inMs = (ms: number) => new Date(world.clock.now() + ms).toISOString();
const types = () => receiver.received.map(({ event }) => event.type);
const retire = () => retireExpiredWebhooks(world.database, new Date(world.clock.now()));

describe.each(DATABASE_KINDS)('a webhook that wants to know when it expires, on %s', (kind) => {
  it('is told once at that time, alone, and is disabled after that', async () => {
    const id = await open(kind);
    world.jump(HOUR - MINUTE);
    await world.quiet();
    expect(types()).toEqual([]);
    world.jump(2 * MINUTE);
    await until('it is told', () => receiver.received.length > 0);
    const [{ event }] = receiver.received as [(typeof receiver.received)[0]];
    const { expires_at } = await world.webhookRow(id);
    expect(event).toEqual({
      ...{ id: expect.any(String), type: 'webhook.expired', created_at: expires_at!.toISOString() },
      data: { webhook_id: id, expires_at: expires_at!.toISOString() },
    });
    await world.quiet();
    await retire();
    expect(await world.webhookRow(id)).toMatchObject({ status: 'disabled', disabled_by: 'limit' });
    world.jump(HOUR);
    await world.quiet();
    expect(types()).toEqual(['webhook.expired']);
  });

  it('is told of its new time if that is moved', async () => {
    const id = await open(kind);
    await world.edit(id, { expires_at: inMs(3 * HOUR) });
    world.jump(2 * HOUR);
    await world.quiet();
    expect(types()).toEqual([]);
    await world.edit(id, { description: 'Still waiting' });
    world.jump(2 * HOUR);
    await until('it is told', () => receiver.received.length > 0);
    await world.quiet();
    expect(types()).toEqual(['webhook.expired']);
  });
});

it('is told by retries if it cannot be reached at that time', async () => {
  const id = await open();
  receiver.answer = () => 500;
  world.jump(HOUR + MINUTE);
  await until('it was tried', () => receiver.received.length === 1);
  await world.quiet();
  await retire();
  expect(await world.webhookRow(id)).toMatchObject({ status: 'enabled' });
  receiver.answer = () => 200;
  world.jump(MINUTE);
  await until('it is told', () => receiver.received.length === 2);
  await world.quiet();
  await retire();
  expect(await world.webhookRow(id)).toMatchObject({ status: 'disabled' });
});

it('is not told too early after it was disabled for a while', async () => {
  const id = await open();
  await world.edit(id, { status: 'disabled' });
  await world.edit(id, { status: 'enabled' });
  await world.quiet();
  expect(types()).toEqual([]);
  world.jump(HOUR + MINUTE);
  await until('it is told', () => receiver.received.length > 0);
});

it('is not told if its time is taken away, or if it no longer wants to know', async () => {
  const id = await open();
  await world.edit(id, { expires_at: null });
  const { row } = await world.webhook({
    url: receiver.url(),
    events: ['message.sent', 'webhook.expired'],
    expires_at: inMs(HOUR),
  });
  await world.edit(row.id, { events: ['message.sent'] });
  world.jump(2 * HOUR);
  await world.tell({});
  await until('something else is told', () => receiver.received.length >= 2);
  await world.quiet();
  expect(types()).not.toContain('webhook.expired');
});
