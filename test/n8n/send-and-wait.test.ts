import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { until } from '../support/engine/until';
import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, outputOf, source, type Step } from './harness/run-workflow';
import { signedDelivery } from './harness/signed-delivery';
import { cardOf, step } from './harness/steps';
import { WaitingHost } from './harness/waiting-host';

/** End to end: n8n-core parks the execution, the sandbox answers, the engine calls the signed URL. */
let engine: RealEngine;
let host: WaitingHost;

beforeAll(async () => {
  // Slow enough for the execution to be parked before the sandbox answers.
  engine = await startRealEngine(4);
}, 90_000);
afterAll(() => engine?.stop());

beforeEach(async () => {
  host = new WaitingHost(engine.bundled);
  await host.listen();
});
afterEach(async () => {
  host.close();
  for (const { id } of await webhooks()) await engine.ask('DELETE', `/v1/webhooks/${String(id)}`);
});

const webhooks = async () => (await engine.ask('GET', '/v1/webhooks')).data as IDataObject[];

const ask = (to: string, parameters: INodeParameters = {}): Step[] => [
  source([{ json: { name: 'Anna' } }]),
  step('message', 'sendAndWait', { to, text: 'Does 3 pm suit you?', ...parameters }),
];

const askFor = (to: string, parameters: INodeParameters = {}): Step[] =>
  ask(to, { responseType: 'approval', message: 'Refund order 1001?', ...parameters });

const NEVER = '+15005550003';

it('continues with the reply and removes its webhook', async () => {
  const id = randomUUID();
  await host.run(id, ask('+15005550004'));
  expect(host.isWaiting(id)).toBe(true);
  const result = await until('the execution has ended', () => host.resultOf(id));
  expect(outputOf(result, 'sendAndWait')).toMatchObject([
    {
      json: { text: 'yes', event: 'message.received', from: '+15005550004', event_id: expect.any(String) },
      pairedItem: { item: 0 },
    },
  ]);
  await until('the webhooks are removed', async () => (await webhooks()).length === 0);
});

it.each([
  ['the other form of the number', '+5511985550004', '+551185550004'],
  ['a LID', '+15005550012', '+15005550012'],
  ['the number of a LID', '500555000000012@lid', '+15005550012'],
])('continues with a reply from %s', async (_, to, from) => {
  const id = randomUUID();
  await host.run(id, ask(to));
  const result = await until('the execution has ended', () => host.resultOf(id));
  expect(jsonOf(result, 'sendAndWait')).toMatchObject([{ text: 'yes', from }]);
});

it('continues with the vote', async () => {
  const id = randomUUID();
  const poll = { type: 'poll', pollQuestion: 'Does 3 pm suit you?', pollOptions: ['Yes', 'No'] };
  await host.run(id, ask('+15005550008', poll));
  const result = await until('the execution has ended', () => host.resultOf(id));
  expect(jsonOf(result, 'sendAndWait')).toMatchObject([{ event: 'poll.voted', options: ['Yes'] }]);
});

it.each([
  ['a vote', '+15005550008', {}, { approved: true, event: 'poll.voted' }],
  [
    'a vote for another word',
    '+15005550008',
    { approvalOptions: { values: { approveLabel: 'Refund' } } },
    { approved: true, options: ['Refund'] },
  ],
  ['a reaction', '+15005550009', {}, { approved: true, event: 'message.reaction', emoji: '👍' }],
  [
    'a word',
    '+15005550004',
    { approvalOptions: { values: { askBy: 'text' } } },
    { approved: true, text: 'yes' },
  ],
  ['a no with its reason', '+15005550017', {}, { approved: false, chatInput: 'no, too expensive' }],
])('asks for approval and continues with %s', async (_, to, parameters, answer) => {
  const id = randomUUID();
  await host.run(id, askFor(to, parameters));
  const result = await until('the execution has ended', () => host.resultOf(id));
  expect(jsonOf(result, 'sendAndWait')).toMatchObject([answer]);
});

const askEach = (people: string[], options: INodeParameters = {}): Step[] => [
  source(people.map((to) => ({ json: { to } }))),
  ask('={{ $json.to }}', { options })[1]!,
];
const inSeconds = (seconds: number) => ({
  values: { limitType: 'afterTimeInterval', resumeAmount: seconds / 60, resumeUnit: 'minutes' },
});

it('asks several people and continues with an item for each', async () => {
  const id = randomUUID();
  await host.run(id, askEach(['+15005550004', '+15005550017']));
  const result = await until('the execution has ended', () => host.resultOf(id));
  expect(outputOf(result, 'sendAndWait')).toMatchObject([
    { json: { text: 'yes' }, pairedItem: { item: 0 } },
    { json: { text: 'no, too expensive' }, pairedItem: { item: 1 } },
  ]);
  await until('the webhooks are removed', async () => (await webhooks()).length === 0);
});

it('continues with the answers that came when the time is up', async () => {
  const id = randomUUID();
  await host.run(id, askEach([NEVER, '+15005550004'], { limitWaitTime: inSeconds(4) }));
  const result = await until('the execution has ended', () => host.resultOf(id));
  expect(outputOf(result, 'sendAndWait')).toMatchObject([
    { json: { timed_out: true }, pairedItem: { item: 0 } },
    { json: { text: 'yes' }, pairedItem: { item: 1 } },
  ]);
  await until('the webhooks are removed', async () => (await webhooks()).length === 0);
});

it('gives each of several questions to one person its own answer', async () => {
  const ids = [randomUUID(), randomUUID(), randomUUID()];
  for (const id of ids) await host.run(id, ask('+15005550004', { options: { reference: id } }));
  const results = await until('all executions have ended', () => {
    const all = ids.map((id) => host.resultOf(id));
    return all.every(Boolean) ? all : undefined;
  });
  expect(results.map((result) => jsonOf(result!, 'sendAndWait')[0]!.reference)).toEqual(ids);
  await until('the webhooks are removed', async () => (await webhooks()).length === 0);
});

it('outputs timed_out when the time is up', async () => {
  const id = randomUUID();
  const limitWaitTime = { values: { limitType: 'afterTimeInterval', resumeAmount: 2, resumeUnit: 'hours' } };
  const parked = await host.run(id, ask(NEVER, { options: { limitWaitTime } }));
  const [webhook] = await webhooks();
  expect(webhook!.expires_at).toBe(new Date(parked.waitTill!).toISOString());
  const result = await host.timeOut(id);
  expect(jsonOf(result, 'sendAndWait')).toEqual([{ timed_out: true }]);
});

it('resumes only on a signed call of the engine to the signed URL of n8n', async () => {
  const id = randomUUID();
  const parked = await host.run(id, ask(NEVER));
  const { url } = (await webhooks())[0] as { url: string };
  const kept = JSON.stringify(parked.data.executionData!.contextData);
  const { waits } = JSON.parse(
    (JSON.parse(kept) as Record<string, { waitsForAnswer: string }>)['node:sendAndWait']!.waitsForAnswer,
  ) as { waits: { webhookId: string; secret: string; messageId: string }[] };
  const { webhookId, secret, messageId } = waits[0]!;
  const event = {
    id: `evt_${id}`,
    type: 'message.received',
    created_at: new Date().toISOString(),
    data: { text: 'yes', from: NEVER, in_reply_to_message_id: messageId },
  };
  const post = async (to: string, key: string, age = 0) =>
    (await fetch(to, signedDelivery(event, key, age, webhookId))).status;
  expect(await post(url, 'whsec_other')).toBe(401);
  expect(await post(url, secret, 310)).toBe(401);
  expect(await post(url.split('?')[0]!, secret)).toBe(401);
  expect((await fetch(url, { method: 'POST', body: JSON.stringify(event) })).status).toBe(401);
  expect(host.isWaiting(id)).toBe(true);
  expect(await post(url, secret)).toBe(200);
  const result = await until('the execution has ended', () => host.resultOf(id));
  expect(jsonOf(result, 'sendAndWait')).toMatchObject([{ text: 'yes' }]);
  expect(await post(url, secret)).toBe(409);
});

it('leaves no webhook behind if the message is refused', async () => {
  const run = await host.run(randomUUID(), ask('+15005550001', { text: 'x'.repeat(5000) }));
  expect(cardOf(run)).toMatchObject({ httpCode: '400', message: expect.stringMatching(/^text /) });
  expect(await webhooks()).toEqual([]);
});

it.each([
  ['an invalid number', ask('12'), /^to /],
  [
    'a time in the past',
    ask(NEVER, {
      options: { limitWaitTime: { values: { limitType: 'atSpecifiedTime', maxDateAndTime: '2020-01-01' } } },
    }),
    /^Limit Wait Time is in the past/,
  ],
  [
    'too many items',
    [source(Array.from({ length: 251 }, () => ({ json: {} }))), ask(NEVER)[1]!],
    /asks at most 250 people at once, but got 251 items/,
  ],
  [
    'two answers that are the same',
    askFor(NEVER, { approvalOptions: { values: { approveLabel: 'no' } } }),
    /^Disapprove Label is the same/,
  ],
  ['an approval of nothing', askFor(NEVER, { message: ' ' }), /question/],
])('says what is wrong: %s', async (_, steps, message) => {
  expect(cardOf(await host.run(randomUUID(), steps)).message).toMatch(message);
  expect(await webhooks()).toEqual([]);
});
