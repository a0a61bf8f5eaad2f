import { startEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { startRedisServer } from '../../support/servers/redis-server';

jest.setTimeout(60_000);

it('wake-ups that an empty Redis has lost are armed again as soon as it is back', async () => {
  const first = await startRedisServer();
  const port = Number(new URL(first.url).port);
  // The sweep, which would find the message too, comes too late for it.
  const engine = await startEngine({ flags: { REDIS_URL: first.url }, parts: { sweepSeconds: 3_600 } });
  const dueAt = Date.now() + 13_000;
  const request = { type: 'text', to: '+15005550001', text: 'Hello', send_at: new Date(dueAt).toISOString() };
  const { status, body } = await engine.call('POST', '/v1/messages', request);
  expect(status).toBe(201);
  await first.stop();
  const second = await startRedisServer(port);
  const message = await until(
    'it is sent',
    async () => {
      const { body: now } = await engine.call('GET', `/v1/messages/${body.id}`);
      return now.sent_at ? now : null;
    },
    40_000,
  );
  expect(Date.parse(message.sent_at)).toBeGreaterThanOrEqual(dueAt);
  await engine.close();
  await second.stop();
});
