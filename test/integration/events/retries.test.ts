import { createHmac } from 'node:crypto';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { until } from '../../support/engine/until';
import { DeliveryWorld, HOUR, MINUTE } from './delivery-world';
import type { Received } from './receiver';

const SCHEDULE = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR];

let world: DeliveryWorld;
afterEach(() => world.close());

function hmac(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

function expectSigned({ headers, body }: Received, webhookId: string, secret: string): void {
  const timestamp = headers['blueticks-webhook-timestamp'];
  expect(headers['x-blueticks-signature']).toBe(`sha256=${hmac(secret, body)}`);
  expect(headers['blueticks-webhook-signature']).toBe(`v1=${hmac(secret, `${timestamp}.${body}`)}`);
  expect(headers['blueticks-webhook-id']).toBe(webhookId);
}

describe.each(DATABASE_KINDS)('retries on %s', (kind) => {
  it('makes 8 attempts, each at its time, with the same id and bytes and a fresh timestamp', async () => {
    world = await DeliveryWorld.open(kind);
    const receiver = await world.receiver();
    receiver.answer = () => 500;
    const { row, secret } = await world.webhook({ url: receiver.url() });
    world.addRunner();
    await world.tell({ data: { text: 'caffè ☕', n: 1.5 } });
    for (const [index, delay] of SCHEDULE.entries()) {
      await until(`attempt ${index + 1}`, async () => (await world.deliveries())[0]!.attempts === index + 1);
      const before = world.clock.now();
      const { next_attempt_at, status, error } = (await world.deliveries())[0]!;
      expect({ status, error }).toEqual({ status: 'pending', error: 'answered 500' });
      expect(Math.abs(next_attempt_at!.getTime() - (before + delay))).toBeLessThan(5_000);
      // Never early, even if it is woken.
      world.clock.jump(next_attempt_at!.getTime() - before - 2_000);
      world.wake();
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(receiver.received).toHaveLength(index + 1);
      world.jump(2_000);
    }
    await until('it is given up', async () => (await world.deliveries())[0]!.status !== 'pending');
    world.jump(24 * HOUR);
    await world.quiet();
    expect(receiver.received).toHaveLength(8);
    expect(new Set(receiver.ids()).size).toBe(1);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    const timestamps = receiver.received.map(({ headers }) => Number(headers['blueticks-webhook-timestamp']));
    expect(Math.abs(timestamps[7]! - timestamps[0]! - SCHEDULE.reduce((a, b) => a + b) / 1000)).toBeLessThan(
      30,
    );
    receiver.received.forEach((received) => expectSigned(received, row.id, secret));
    expect(receiver.received[0]!.event.data).toEqual({ text: 'caffè ☕', n: 1.5 });
  });

  it('signs waiting deliveries with a new secret at once', async () => {
    world = await DeliveryWorld.open(kind);
    const receiver = await world.receiver();
    receiver.answer = (_, index) => (index === 0 ? 503 : 200);
    const { row, secret } = await world.webhook({ url: receiver.url() });
    world.addRunner();
    await world.tell({});
    await until('it failed once', async () => (await world.deliveries())[0]!.attempts === 1);
    const { secret: fresh } = await world.rotate(row.id);
    expect(fresh).not.toBe(secret);
    world.jump(MINUTE);
    await until('it is delivered', async () => (await world.deliveries())[0]!.status === 'delivered');
    expectSigned(receiver.received[0]!, row.id, secret);
    expectSigned(receiver.received[1]!, row.id, fresh);
  });
});

it.each([
  [301, 'redirected (301); redirects are not followed'],
  [404, 'answered 404'],
  [410, 'answered 410'],
  [500, 'answered 500'],
  ['hang' as const, 'timed out after 10 s'],
  ['slam' as const, 'connection closed before a response'],
])('tries again after %s', async (answer, error) => {
  world = await DeliveryWorld.open('pglite', answer === 'hang' ? 20 : 1);
  const receiver = await world.receiver();
  receiver.answer = (_, index) => (index === 0 ? answer : 204);
  await world.webhook({ url: receiver.url() });
  world.addRunner();
  await world.tell({});
  await until('it failed once', async () => (await world.deliveries())[0]!.attempts === 1);
  const status = typeof answer === 'number' ? answer : null;
  expect((await world.deliveries())[0]).toMatchObject({ status: 'pending', response_status: status, error });
  world.jump(MINUTE);
  await until('it is delivered', async () => (await world.deliveries())[0]!.status === 'delivered');
  expect((await world.deliveries())[0]).toMatchObject({ attempts: 2, response_status: 204, error: null });
});

it('arms a wake-up for a retry that is due soon, and leaves later ones to the sweep', async () => {
  world = await DeliveryWorld.open('pglite');
  const receiver = await world.receiver();
  receiver.answer = () => 500;
  await world.webhook({ url: receiver.url() });
  const runner = world.addRunner();
  await world.tell({});
  const next = async () => (await world.deliveries())[0]!.next_attempt_at!.getTime();
  await until('it failed once', async () => (await world.deliveries())[0]!.attempts === 1);
  expect(world.armed).toEqual([await next()]);
  world.jump(MINUTE);
  await until('it failed twice', async () => (await world.deliveries())[0]!.attempts === 2);
  expect(world.armed).toHaveLength(1);
  world.clock.jump(4 * MINUTE);
  await runner.rearm();
  expect(world.armed.slice(1)).toEqual([await next()]);
});

it('reports a secret that this engine cannot decrypt, and retries', async () => {
  world = await DeliveryWorld.open('pglite');
  const receiver = await world.receiver();
  const { row } = await world.webhook({ url: receiver.url() });
  await world.database.query('UPDATE webhooks SET sealed_secret = $2 WHERE id = $1', [
    row.id,
    Buffer.alloc(64),
  ]);
  world.addRunner();
  await world.tell({});
  await until('it failed once', async () => (await world.deliveries())[0]!.attempts === 1);
  expect((await world.deliveries())[0]).toMatchObject({ status: 'pending', response_status: null });
  expect((await world.deliveries())[0]!.error).toMatch(/secret.*rotate/);
  await world.rotate(row.id);
  world.jump(MINUTE);
  await until('it is delivered', async () => (await world.deliveries())[0]!.status === 'delivered');
});
