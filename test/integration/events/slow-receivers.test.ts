import { until } from '../../support/engine/until';
import { DeliveryWorld } from './delivery-world';

let world: DeliveryWorld;
afterEach(() => world.close());

/** Milliseconds from the writing of an event to its arrival. */
const delays = (received: { at: number; event: { created_at: string } }[]) =>
  received.map(({ at, event }) => at - Date.parse(event.created_at)).sort((a, b) => a - b);

const percentile = (sorted: number[], p: number) => sorted[Math.ceil((sorted.length * p) / 100) - 1]!;

it('does not hold up a webhook behind others that hang, even on the same server', async () => {
  world = await DeliveryWorld.open('postgres');
  const server = await world.receiver();
  server.answer = ({ path }) => (path === '/quick' ? 200 : 'hang');
  for (let i = 0; i < 40; i += 1) await world.webhook({ url: server.url(`/hangs/${i}`) });
  await world.webhook({ url: server.url('/quick') });
  world.addRunner();
  // More than all that one process makes at a time, if nobody shared it out.
  for (let i = 0; i < 10; i += 1) await world.tell({}, {});
  const quick = () => server.received.filter(({ path }) => path === '/quick');
  // Before any of the others is given up, after 10 s.
  await until('the quick one has got all', () => quick().length === 20, 9_000);
  const givenUp = (await world.deliveries()).filter(
    ({ status, attempts }) => status === 'pending' && attempts > 0,
  );
  console.info(`beside 40 receivers that hang: p50 ${percentile(delays(quick()), 50)} ms`);
  expect(givenUp).toEqual([]);
  await until('each of the others has its share', () => server.hanging.length === 40 * 4, 9_000);
});

it('makes one attempt at a time for a hanging receiver, and a full share once it responds', async () => {
  world = await DeliveryWorld.open('pglite', 20);
  const receiver = await world.receiver();
  receiver.answer = () => 'hang';
  await world.webhook({ url: receiver.url() });
  world.addRunner();
  await world.tell(...Array.from({ length: 60 }, () => ({})));
  await until('the first have timed out', async () =>
    (await world.deliveries()).some(({ attempts }) => attempts > 0),
  );
  const underWay = async () =>
    (await world.deliveries()).filter(({ locked_until }) => locked_until !== null).length;
  await until('only one is under way', async () => (await underWay()) === 1);
  receiver.answer = () => 200;
  receiver.hanging.length = 0;
  await until('the rest has come', async () =>
    (await world.deliveries()).every(({ status, attempts }) => status === 'delivered' || attempts > 0),
  );
  expect(await underWay()).toBe(0);
});

it('makes at most 16 attempts at a time for a receiver that is not fast', async () => {
  world = await DeliveryWorld.open('pglite');
  const receiver = await world.receiver();
  let [now, most] = [0, 0];
  receiver.answer = async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 100));
    now -= 1;
    return 200;
  };
  await world.webhook({ url: receiver.url() });
  world.addRunner();
  await world.tell(...Array.from({ length: 100 }, () => ({})));
  await until('all have come', () => receiver.received.length === 100);
  expect(most).toBeLessThanOrEqual(16);
  // The share is used, too.
  expect(most).toBeGreaterThan(8);
});

it.each(['pglite', 'postgres'] as const)('posts an event as soon as it is written, on %s', async (kind) => {
  world = await DeliveryWorld.open(kind);
  const receiver = await world.receiver();
  await world.webhook({ url: receiver.url() });
  world.addRunner();
  for (let i = 0; i < 100; i += 1) {
    await world.tell({});
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await until('all have come', () => receiver.received.length === 100);
  const sorted = delays(receiver.received);
  console.info(
    `${kind}: written to received p50 ${percentile(sorted, 50)} ms, p99 ${percentile(sorted, 99)} ms`,
  );
  expect(new Set(receiver.ids()).size).toBe(100);
});
