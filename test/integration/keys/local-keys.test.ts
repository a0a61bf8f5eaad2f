import { startEngine } from '../../support/engine/start-engine';
import { tempFolder } from '../../support/servers/temp-folder';

const message = { type: 'text', to: '+15005550003', text: 'Once' };

it('ends a local key with its engine, but keeps its idempotency keys', async () => {
  const folder = await tempFolder('local-keys');
  const repeat = { 'idempotency-key': 'execution-7' };

  const first = await startEngine({ dataDir: folder.path });
  const oldKey = await first.engine.localKey('test');
  expect(await first.engine.localKey('test')).toBe(oldKey);
  expect(await first.engine.localKey('live')).toMatch(/^bt_live_/);
  const created = await first.callAs(oldKey)('POST', '/v1/messages', message, repeat);
  expect(created.status).toBe(201);
  await first.close();

  const second = await startEngine({ dataDir: folder.path });
  try {
    expect((await second.callAs(oldKey)('GET', '/v1/ping')).status).toBe(401);
    const newKey = await second.engine.localKey('test');
    expect(newKey).not.toBe(oldKey);
    const repeated = await second.callAs(newKey)('POST', '/v1/messages', message, repeat);
    expect([repeated.status, repeated.body.id]).toEqual([200, created.body.id]);
  } finally {
    await second.close();
    await folder.remove();
  }
}, 60_000);
