import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { freshDatabase } from '../../support/servers/fresh-database';
import { Receiver } from '../events/receiver';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function start(targets: string, databaseUrl?: string): Promise<TestEngine> {
  const engine = await startEngine({
    flags: {
      BLUETICKS_WEBHOOK_TARGETS: targets,
      // Two engines on one database have one key.
      BLUETICKS_ENCRYPTION_KEY: '5a'.repeat(32),
      ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
    },
  });
  open.push(engine);
  return engine;
}

const register = (engine: TestEngine, url: string) =>
  engine.call('POST', '/v1/webhooks', { url, events: ['message.sent'] });

it('refuses private addresses with "public", and names the setting', async () => {
  const engine = await start('public');
  for (const url of ['http://127.0.0.1:5678/x', 'http://10.1.2.3/', 'http://[::1]/', 'http://192.168.0.4']) {
    const { status, body } = await register(engine, url);
    expect([url, status, body.error.details[0].code]).toEqual([url, 400, 'address_not_allowed']);
    expect(body.error.message).toContain('BLUETICKS_WEBHOOK_TARGETS');
  }
  expect((await register(engine, 'https://example.com/x')).status).toBe(201);
});

it('allows only the hosts on the list', async () => {
  const engine = await start('n8n.example.com,127.0.0.1:5678,*.hooks.example.com');
  const statusOf = async (url: string) => (await register(engine, url)).status;
  expect(await statusOf('https://n8n.example.com/webhook/1')).toBe(201);
  expect(await statusOf('http://127.0.0.1:5678/webhook/1')).toBe(201);
  expect(await statusOf('https://a.hooks.example.com/')).toBe(201);
  expect(await statusOf('http://127.0.0.1:5679/webhook/1')).toBe(400);
  expect(await statusOf('https://example.com/')).toBe(400);
  const { body } = await register(engine, 'https://hooks.example.com/');
  expect(body.error.details).toEqual([
    { path: 'url', code: 'target_not_listed', message: expect.stringContaining('hooks.example.com') },
  ]);
});

it('checks the target again at delivery', async () => {
  const receiver = await new Receiver().start();
  open.push({ close: () => receiver.stop() });
  const fresh = await freshDatabase('postgres');
  open.push({ close: () => fresh.cleanup() });
  const first = await start('any', fresh.url!);
  const { body: webhook } = await register(first, receiver.url());
  await open.pop()!.close();
  const second = await start('public', fresh.url!);
  const { body } = await second.call('POST', `/v1/webhooks/${webhook.id}/test`);
  expect(body).toMatchObject({ delivered: false, response_status: null });
  expect(body.error).toMatch(/not allowed/);
  expect(receiver.received).toEqual([]);
});
