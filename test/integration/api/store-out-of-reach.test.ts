import { expectEnvelope } from '../../support/engine/refusal';
import { startEngine, type Answer } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { BreakableLine } from '../../support/servers/breakable-line';
import { freshDatabase } from '../../support/servers/fresh-database';

it('answers everything with 503 while the store is unreachable, and recovers by itself', async () => {
  const fresh = await freshDatabase('postgres');
  const line = await new BreakableLine(fresh.url!).open();
  const engine = await startEngine({ flags: { DATABASE_URL: line.url } });
  try {
    const send = (): Promise<Answer> =>
      engine.call('POST', '/v1/messages', { type: 'text', to: '+15005550003', text: 'Hello' });
    expect((await send()).status).toBe(201);

    await line.cut();
    for (const answer of [
      await send(),
      await engine.call('GET', '/v1/messages'),
      await engine.call('GET', '/v1/ping'),
    ]) {
      expectEnvelope(answer);
      expect([answer.status, answer.body.error.code]).toEqual([503, 'unavailable']);
      expect(answer.body.error.message).toBe('The database cannot be reached. Try again when it is back.');
    }
    const ready = await engine.call('GET', '/readyz');
    expect([ready.status, ready.body.status, ready.body.store]).toEqual([503, 'not_ready', 'unreachable']);
    const health = await engine.call('GET', '/healthz');
    expect([health.status, health.body]).toEqual([
      503,
      { status: 'unhealthy', store: 'unreachable', pid: process.pid, version: expect.any(String) },
    ]);

    await line.open();
    await until(
      'it is ready again',
      async () => (await engine.call('GET', '/readyz')).status === 200,
      20_000,
    );
    expect((await engine.call('GET', '/v1/messages')).body.data).toHaveLength(1);
    const { body } = await send();
    await until(
      'a message goes out again',
      async () => (await engine.call('GET', `/v1/messages/${body.id}`)).body.sent_at,
      20_000,
    );
  } finally {
    await engine.close();
    await line.cut();
    await fresh.cleanup();
  }
}, 60_000);
