import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Poster } from '../../../engine/events/post-event';
import { until } from '../../support/engine/until';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { DeliveryWorld } from './delivery-world';

let world: DeliveryWorld;
afterEach(() => world.close());

const CHATS = ['per_a', 'per_b', 'per_c'];

describe.each(DATABASE_KINDS)('the events of a chat, on %s', (kind) => {
  it('are posted in their order, also those that waited in the database', async () => {
    world = await DeliveryWorld.open(kind);
    await world.webhook({ url: 'http://127.0.0.1:1/' });
    const posted: { who: string; n: number }[] = [];
    const poster: Poster = {
      async post({ body }) {
        posted.push(JSON.parse(body).data);
        await sleep(Math.random() * 8);
        return { ok: true, status: 200 };
      },
      close: () => Promise.resolve(),
    };
    world.addRunner({ poster });
    // More than are claimed as they are written, and some that were there before.
    for (let n = 0; n < 60; n += 1) {
      const each = CHATS.map((who) => ({ who, data: { who, n } }));
      await world.tell(...each, { who: 'per_a', data: { who: 'per_a', n: n + 0.5 } });
    }
    await until('all are posted', () => posted.length === 240);
    for (const chat of CHATS) {
      const order = posted.filter(({ who }) => who === chat).map(({ n }) => n);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
  });
});

it('does not hold up other chats behind one whose event is slow, and its own only for a moment', async () => {
  world = await DeliveryWorld.open('pglite');
  const receiver = await world.receiver();
  receiver.answer = ({ event }) => (event.data['n'] === 'slow' ? 'hang' : 200);
  await world.webhook({ url: receiver.url() });
  world.addRunner();
  await world.tell({ who: 'per_a', data: { n: 'slow' } }, { who: 'per_a', data: { n: 'next' } });
  await world.tell({ who: 'per_b', data: { n: 'other' } });
  await until('all have come', () => receiver.received.length === 3);
  expect(receiver.received.map(({ event }) => event.data['n'])).toEqual(['slow', 'other', 'next']);
});

describe('what waits for its turn in this process', () => {
  const hold = async () => {
    world = await DeliveryWorld.open('pglite', 1 / 500);
    const receiver = await world.receiver();
    receiver.answer = ({ event }) => (event.data['n'] === 0 ? 'hang' : 200);
    const made = await world.webhook({ url: receiver.url() });
    const runner = world.addRunner();
    runner.wake();
    await until('it has looked', () => runner.claimNew() !== null);
    await world.tell({ who: 'per_a', data: { n: 0 } }, { who: 'per_a', data: { n: 1 } });
    await until('the first is under way', () => receiver.hanging.length === 1);
    return { receiver, runner, id: made.row.id };
  };
  const second = async () => (await world.deliveries())[1]!;

  it('does not go once its webhook is disabled, and goes when it is enabled', async () => {
    const { receiver, id } = await hold();
    expect((await second()).locked_until).not.toBeNull();
    await world.edit(id, { status: 'disabled' });
    receiver.release(200);
    await until('its claim is given up', async () => (await second()).locked_until === null);
    expect(receiver.received).toHaveLength(1);
    await world.edit(id, { status: 'enabled' });
    await until('it has come', () => receiver.received.length === 2);
  });

  it('is signed with the new secret', async () => {
    const { receiver, id } = await hold();
    const { secret } = await world.rotate(id);
    receiver.release(200);
    await until('it has come', () => receiver.received.length === 2);
    const { headers, body } = receiver.received[1]!;
    const hmac = createHmac('sha256', secret).update(body).digest('hex');
    expect(headers['x-blueticks-signature']).toBe(`sha256=${hmac}`);
  });

  it('is left to others when the process ends', async () => {
    const { receiver, runner } = await hold();
    const closed = runner.close();
    await until('its claim is given up', async () => (await second()).locked_until === null);
    expect(receiver.received).toHaveLength(1);
    receiver.release(200);
    await closed;
    expect((await world.deliveries()).map(({ status }) => status)).toEqual(['delivered', 'pending']);
  });

  it('is given up when the receiver does not respond', async () => {
    const { receiver } = await hold();
    for (const response of receiver.hanging) response.destroy();
    await until('it is tried again', () => receiver.received.length === 2);
    expect((await world.deliveries())[0]).toMatchObject({ attempts: 1, status: 'pending' });
  });
});
