import { randomUUID } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { until } from '../support/engine/until';
import { startRealEngine, type RealEngine } from './harness/real-engine';
import { signedDelivery } from './harness/signed-delivery';
import { TriggerHost, type Slot } from './harness/trigger-host';

/** The trigger in n8n-core's contexts, registered with the real engine, which calls it over HTTP. */
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

/** Delivers an event as the engine does, signed with the node's own secret unless told otherwise. Returns the status. */
async function deliver(slot: Slot, event: IDataObject, forged: Forged = {}): Promise<number> {
  const signed = signedDelivery(event, forged.secret ?? host.kept(slot).secret, forged.age);
  const headers = Object.entries({ ...signed.headers, ...forged.headers }).filter(
    ([, value]) => value !== '',
  );
  const request = { ...signed, body: forged.body ?? signed.body, headers: Object.fromEntries(headers) };
  return (await fetch(host.urlOf(slot), request)).status;
}

const anEvent = (): IDataObject => ({
  id: `evt_${randomUUID()}`,
  type: 'message.delivered',
  created_at: new Date().toISOString(),
  data: { id: 'msg_1', text: 'Hello' },
});

it('registers, starts a run on a signed event of the engine, and unregisters', async () => {
  await host.activate();
  expect(await webhooks()).toMatchObject([{ url: host.urlOf('production'), events: ['message.delivered'] }]);

  const id = await send({ text: 'Hello' });
  await until('it runs', () => host.runs.length > 0);
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

it('refuses forged, stale and unsigned deliveries, and accepts a repeated one without a run', async () => {
  await host.activate();
  const event = anEvent();
  expect(await deliver('production', event, { secret: 'whsec_wrong' })).toBe(401);
  expect(
    await deliver('production', event, { body: JSON.stringify({ ...event, data: { id: 'msg_2' } }) }),
  ).toBe(401);
  expect(await deliver('production', event, { age: 310 })).toBe(401);
  expect(await deliver('production', event, { age: -330 })).toBe(401);
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

it('remembers seen events after a restart of n8n and under concurrent deliveries', async () => {
  await host.activate();
  const events = Array.from({ length: 20 }, anEvent);
  await Promise.all(events.map((event) => deliver('production', event)));
  expect(host.runs).toHaveLength(20);
  // What n8n reads from its database after a restart. The other webhook id keeps the process's own memory out of it.
  const saved = host.staticData.production;
  for (const event of events) expect(saved).toContain(String(event.id));
  const restarted = saved.replaceAll(host.kept().webhookId, 'wh_restarted');
  host.staticData.production = restarted;
  expect(await deliver('production', events[7]!)).toBe(200);
  expect(host.runs).toHaveLength(20);
});

it('updates the URL, events and filters on the next activation and keeps the secret', async () => {
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
  await until('both run', () => host.runs.length >= 2);
  expect(host.runs.map(({ json }) => [json.event, json.reference])).toEqual([
    ['message.delivered', 'a-1'],
    ['message.read', 'a-1'],
  ]);
});

it('enables a disabled webhook again', async () => {
  await host.activate();
  const [webhook] = await webhooks();
  await engine.ask('PATCH', `/v1/webhooks/${String(webhook!.id)}`, { status: 'disabled' });
  await host.activate();
  expect(await webhooks()).toMatchObject([{ id: webhook!.id, status: 'enabled' }]);
});

it('creates a new webhook if the old one is gone, and leaves a good one alone', async () => {
  await host.activate();
  const first = host.kept();
  await host.activate();
  expect(host.kept()).toEqual(first);
  await engine.ask('DELETE', `/v1/webhooks/${first.webhookId}`);
  await host.activate();
  expect(host.kept().webhookId).not.toBe(first.webhookId);
  expect(await webhooks()).toHaveLength(1);
});

it('reuses a webhook that was left behind instead of creating a second one', async () => {
  await host.activate();
  const lost = host.kept();
  host.staticData.production = '{}';
  await host.activate();
  expect(host.kept().webhookId).toBe(lost.webhookId);
  expect(host.kept().secret).not.toBe(lost.secret);
  await send();
  await until('it runs', () => host.runs.length > 0);
});

it('keeps the test and production webhooks apart', async () => {
  await host.activate('production');
  host.staticData.test = host.staticData.production;
  await host.activate('test');
  expect((await webhooks()).map(({ url }) => url).sort()).toEqual(
    [host.urlOf('test'), host.urlOf('production')].sort(),
  );
  expect((await webhooks()).find(({ url }) => url === host.urlOf('test'))!.expires_at).toBeTruthy();

  await send();
  await until('both run', () => host.runs.length >= 2);
  expect(host.runs.map(({ slot }) => slot).sort()).toEqual(['production', 'test']);

  await host.deactivate('test');
  expect(await webhooks()).toMatchObject([{ url: host.urlOf('production') }]);
  await host.activate('production');
  await send();
  await until('it runs again', () => host.runs.length >= 3);
  expect(host.runs[2]!.slot).toBe('production');
});

it('treats a webhook as gone only on a 404', async () => {
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

it('applies the keyword and group filters', async () => {
  host.parameters = { events: ['message.received'], filters: { keyword: 'YES', ignoreGroups: true } };
  await host.activate();
  const received = (data: IDataObject) => ({ ...anEvent(), type: 'message.received', data });
  await deliver('production', received({ text: 'No', is_group: false }));
  await deliver('production', received({ text: 'yes', is_group: true }));
  await deliver('production', received({ text: 'Oh yes!', is_group: false }));
  await deliver('production', { ...received({ text: 'well\nYES' }), type: 'message.burst' });
  await deliver('production', { ...received({ text: 'well\nno' }), type: 'message.burst' });
  expect(host.runs.map(({ json }) => json.text)).toEqual(['Oh yes!', 'well\nYES']);
});

it('starts one run for what someone writes in a row, and follows the settings', async () => {
  const events = ['message.received', 'poll.voted'];
  const merged = (quietSeconds: number, maxSeconds: number) => ({
    ...{ events, filters: { repliesOnly: true } },
    options: { mergeBursts: { values: { quietSeconds, maxSeconds } } },
  });
  host.parameters = merged(30, 60);
  await host.activate();
  host.parameters = merged(1, 20);
  await host.activate();
  expect(await webhooks()).toMatchObject([
    { events: ['message.burst', 'poll.voted'], burst: { quiet_s: 1, most_s: 20 } },
  ]);
  const id = await send({ to: '+15005550018', reference: 'order-7' });
  const { json } = await until('it runs', () => host.runs[0]);
  expect(json).toMatchObject({
    ...{ event: 'message.burst', from: '+15005550018', in_reply_to_message_id: id, reference: 'order-7' },
    text: 'Hi\nI got your message\nCan we move it to Friday?\nAround 3 pm\nThanks!',
  });
  expect(json.messages).toHaveLength(5);
  host.parameters = { events, filters: {} };
  await host.activate();
  expect(await webhooks()).toMatchObject([{ events, burst: null }]);
});

it('has the same settings for the event of a burst, and the usual ones without them', async () => {
  const events = ['message.burst'];
  const options = { mergeBursts: { values: { quietSeconds: 3, maxSeconds: 20 } } };
  host.parameters = { events, filters: {}, options };
  await host.activate();
  expect(await webhooks()).toMatchObject([{ events, burst: { quiet_s: 3, most_s: 20 } }]);
  host.parameters = { events, filters: {} };
  await host.activate();
  expect(await webhooks()).toMatchObject([{ events, burst: { quiet_s: 8, most_s: 60 } }]);
});

it('ignores what the owner does, on the phone or with another linked number, if asked to', async () => {
  const events = ['message.received', 'message.sent_from_phone', 'message.delivered'];
  host.parameters = { events, filters: {}, options: { ignoreOwnMessages: true } };
  await host.activate();
  const own = '+15005550100';
  const received = (type: string, from: string) => ({ ...anEvent(), type, data: { text: type, from } });
  await deliver('production', received('message.received', own));
  await deliver('production', received('message.sent_from_phone', own));
  await deliver('production', received('message.received', '+14155551234'));
  await deliver('production', received('message.delivered', own));
  expect(host.runs.map(({ json }) => [json.event, json.from])).toEqual([
    ['message.received', '+14155551234'],
    ['message.delivered', own],
  ]);
});
