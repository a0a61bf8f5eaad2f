import { createHmac, randomUUID } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { startRealEngine, until, type RealEngine } from './harness/real-engine';
import { TriggerHost, type Slot } from './harness/trigger-host';

/** The trigger in n8n-core's contexts, registered at the real engine, which calls it over HTTP. */
let engine: RealEngine;
let host: TriggerHost;

beforeAll(async () => {
  engine = await startRealEngine();
}, 90_000);
afterAll(() => engine?.stop());

beforeEach(async () => {
  host = new TriggerHost(engine.bundled, { events: ['message.delivered'], filters: {} });
  host.webhookPath = randomUUID();
  await host.listen();
});
afterEach(async () => {
  for (const webhook of await webhooks()) await engine.ask('DELETE', `/v1/webhooks/${String(webhook.id)}`);
  host.close();
});

async function webhooks(): Promise<IDataObject[]> {
  return (await engine.ask('GET', '/v1/webhooks')).data as IDataObject[];
}

async function send(fields: IDataObject = {}): Promise<string> {
  const body = { type: 'text', to: '+15005550001', text: 'Hello', ...fields };
  return String((await engine.ask('POST', '/v1/scheduled-messages', body)).id);
}

interface Forged {
  body?: string;
  secret?: string;
  age?: number;
  headers?: Record<string, string>;
}

/** A delivery as the engine makes it, signed with what the node keeps unless told otherwise. */
async function deliver(slot: Slot, event: IDataObject, forged: Forged = {}): Promise<number> {
  const body = JSON.stringify(event);
  const timestamp = String(Math.floor(Date.now() / 1000) - (forged.age ?? 0));
  const secret = forged.secret ?? host.kept(slot).secret;
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'blueticks-webhook-timestamp': timestamp,
    'blueticks-webhook-signature': `v1=${signature}`,
    ...forged.headers,
  };
  const kept = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
  return (await fetch(host.urlOf(slot), { method: 'POST', body: forged.body ?? body, headers: kept })).status;
}

const anEvent = (): IDataObject => ({
  id: `evt_${randomUUID()}`,
  type: 'message.delivered',
  created_at: new Date().toISOString(),
  data: { id: 'msg_1', text: 'Hello' },
});

test('registers, starts a run on the engine’s signed event, and unregisters', async () => {
  await host.activate();
  expect(await webhooks()).toMatchObject([{ url: host.urlOf('production'), events: ['message.delivered'] }]);

  const id = await send({ text: 'Hello' });
  await until(() => host.runs.length > 0);
  expect(host.runs).toMatchObject([
    {
      slot: 'production',
      json: {
        id,
        text: 'Hello',
        status: 'delivered',
        event: 'message.delivered',
        event_id: expect.stringMatching(/^evt_/),
      },
    },
  ]);
  expect(host.runs[0]!.json.event_created_at).toMatch(/Z$/);

  await host.deactivate();
  expect(await webhooks()).toEqual([]);
});

test('refuses what is forged, stale or unsigned, and takes a repeat without a run', async () => {
  await host.activate();
  const event = anEvent();
  expect(await deliver('production', event, { secret: 'whsec_wrong' })).toBe(401);
  expect(
    await deliver('production', event, { body: JSON.stringify({ ...event, data: { id: 'msg_2' } }) }),
  ).toBe(401);
  expect(await deliver('production', event, { age: 301 })).toBe(401);
  expect(await deliver('production', event, { age: -301 })).toBe(401);
  expect(await deliver('production', event, { headers: { 'blueticks-webhook-signature': '' } })).toBe(401);
  expect(await deliver('production', event, { headers: { 'blueticks-webhook-timestamp': '' } })).toBe(401);
  expect(await deliver('production', event, { headers: { 'blueticks-webhook-signature': 'v1=00' } })).toBe(
    401,
  );
  expect(host.runs).toHaveLength(0);

  expect(await deliver('production', event)).toBe(200);
  expect(await deliver('production', event)).toBe(200);
  expect(await deliver('production', event, { age: 120 })).toBe(200);
  expect(host.runs).toHaveLength(1);
});

test('remembers what it saw over a restart of n8n, and under many deliveries at once', async () => {
  await host.activate();
  const events = Array.from({ length: 20 }, anEvent);
  await Promise.all(events.map((event) => deliver('production', event)));
  expect(host.runs).toHaveLength(20);
  // What n8n reads back from its database after a restart; the process's own memory knows another webhook id.
  const saved = host.staticData.production;
  for (const event of events) expect(saved).toContain(String(event.id));
  const restarted = saved.replaceAll(host.kept().webhookId, 'wh_restarted');
  host.staticData.production = restarted;
  expect(await deliver('production', events[7]!)).toBe(200);
  expect(host.runs).toHaveLength(20);
});

test('mends the address, the events and the filters on the next activation, keeping the secret', async () => {
  await host.activate();
  const [before] = await webhooks();
  host.webhookPath = randomUUID();
  host.parameters = { events: ['message.delivered', 'message.read'], filters: { reference: 'a-1' } };
  await host.activate();
  const after = await webhooks();
  expect(after).toMatchObject([
    {
      id: before!.id,
      url: host.urlOf('production'),
      events: ['message.delivered', 'message.read'],
      filter: { reference: 'a-1' },
    },
  ]);
  await send({ reference: 'b-2' });
  await send({ reference: 'a-1' });
  await until(() => host.runs.length >= 2);
  expect(host.runs.map(({ json }) => [json.event, json.reference])).toEqual([
    ['message.delivered', 'a-1'],
    ['message.read', 'a-1'],
  ]);
});

test('brings a disabled webhook back', async () => {
  await host.activate();
  const [webhook] = await webhooks();
  await engine.ask('PATCH', `/v1/webhooks/${String(webhook!.id)}`, { status: 'disabled' });
  await host.activate();
  expect(await webhooks()).toMatchObject([{ id: webhook!.id, status: 'enabled' }]);
});

test('makes a new webhook when the old one is gone, and leaves one alone that is fine', async () => {
  await host.activate();
  const first = host.kept();
  await host.activate();
  expect(host.kept()).toEqual(first);
  await engine.ask('DELETE', `/v1/webhooks/${first.webhookId}`);
  await host.activate();
  expect(host.kept().webhookId).not.toBe(first.webhookId);
  expect(await webhooks()).toHaveLength(1);
});

test('takes over a webhook that was left behind, instead of making a second', async () => {
  await host.activate();
  const lost = host.kept();
  host.staticData.production = '{}';
  await host.activate();
  expect(host.kept().webhookId).toBe(lost.webhookId);
  expect(host.kept().secret).not.toBe(lost.secret);
  await send();
  await until(() => host.runs.length > 0);
});

test('test and production do not disturb each other', async () => {
  await host.activate('production');
  host.staticData.test = host.staticData.production;
  await host.activate('test');
  expect((await webhooks()).map(({ url }) => url).sort()).toEqual(
    [host.urlOf('test'), host.urlOf('production')].sort(),
  );
  expect((await webhooks()).find(({ url }) => url === host.urlOf('test'))!.expires_at).toBeTruthy();

  await send();
  await until(() => host.runs.length >= 2);
  expect(host.runs.map(({ slot }) => slot).sort()).toEqual(['production', 'test']);

  await host.deactivate('test');
  expect(await webhooks()).toMatchObject([{ url: host.urlOf('production') }]);
  await host.activate('production');
  await send();
  await until(() => host.runs.length >= 3);
  expect(host.runs[2]!.slot).toBe('production');
});

test('only a 404 means that a webhook is gone', async () => {
  await host.activate();
  const kept = host.staticData.production;
  const refused = new TriggerHost({ ...engine.byUrl, apiKey: 'bt_test_wrong' }, host.parameters);
  await refused.listen();
  try {
    refused.staticData.production = kept;
    await expect(refused.activate()).rejects.toMatchObject({ httpCode: '401' });
    await expect(refused.deactivate()).rejects.toMatchObject({ httpCode: '401' });
    expect(refused.staticData.production).toBe(kept);
  } finally {
    refused.close();
  }
  await engine.ask('DELETE', `/v1/webhooks/${host.kept().webhookId}`);
  await host.deactivate();
  expect(JSON.parse(host.staticData.production)).toEqual({ 'node:Trigger': {} });
});

test('leaves out what the keyword and the group filter say', async () => {
  host.parameters = { events: ['message.received'], filters: { keyword: 'YES', ignoreGroups: true } };
  await host.activate();
  const received = (data: IDataObject) => ({ ...anEvent(), type: 'message.received', data });
  await deliver('production', received({ text: 'No', is_group: false }));
  await deliver('production', received({ text: 'yes', is_group: true }));
  await deliver('production', received({ text: 'Oh yes!', is_group: false }));
  expect(host.runs.map(({ json }) => json.text)).toEqual(['Oh yes!']);
});
