import { startEngine, type Answer, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { Receiver, type Received } from '../events/receiver';

const EVENTS = [
  ...['queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'canceled', 'received', 'reaction'].map(
    (name) => `message.${name}`,
  ),
  'message.edited',
  'message.sent_from_phone',
  'poll.voted',
  'session.connected',
  'session.disconnected',
];
const SENT = ['message.queued', 'message.sending', 'message.sent'];
const DELIVERED = [...SENT, 'message.delivered'];

let engine: TestEngine;
let receiver: Receiver;
beforeAll(async () => {
  engine = await startEngine();
  receiver = await new Receiver().start();
  await engine.call('POST', '/v1/webhooks', { url: receiver.url(), events: EVENTS });
});
afterAll(async () => {
  await engine.close();
  await receiver.stop();
});

async function send(to: string, fields: object = {}): Promise<string> {
  const { status, body } = await engine.call('POST', '/v1/messages', {
    type: 'text',
    to,
    text: 'Hello',
    reference: `ref ${to}`,
    ...fields,
  });
  expect(status).toBe(201);
  return body.id;
}
const get = async (id: string): Promise<Answer['body']> =>
  (await engine.call('GET', `/v1/messages/${id}`)).body;
const eventsOf = (id: string): Received['event'][] =>
  receiver.received
    .map(({ event }) => event)
    .filter(({ data }) => data['id'] === id || data['in_reply_to_message_id'] === id);
/** All events of a message once the last one expected is there, and a moment for one too many to come. */
async function story(id: string, expected: string[]): Promise<Received['event'][]> {
  await until(`${expected.length} events are told`, () => eventsOf(id).length >= expected.length);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const events = eventsOf(id);
  expect(events.map(({ type }) => type).sort()).toEqual([...expected].sort());
  return events;
}

it.each([
  ['+15005550001', 'delivered and read', 'read', [...DELIVERED, 'message.read']],
  ['+15005550003', 'accepted, never delivered', 'sending', SENT],
  ['+15005550077', 'any other: delivered, not read', 'delivered', DELIVERED],
  ['123456789@g.us', 'a group: delivered', 'delivered', DELIVERED],
])('%s: %s', async (to, _does, status, events) => {
  const id = await send(to);
  await story(id, events);
  expect(await get(id)).toMatchObject({ status, failure_reason: null, failed_at: null, attempts: 1 });
});

it.each([
  ['+15005550002', 'not_on_whatsapp'],
  ['+15005550006', 'rejected_by_whatsapp:463'],
])('%s: fails as %s', async (to, reason) => {
  const id = await send(to);
  const events = await story(id, ['message.queued', 'message.sending', 'message.failed']);
  const failed = await get(id);
  expect(failed).toMatchObject({ status: 'failed', failure_reason: reason, sent_at: null });
  expect(Date.parse(failed.failed_at)).toBeGreaterThan(0);
  expect(events.find(({ type }) => type === 'message.failed')!.data).toMatchObject({
    failure_reason: reason,
  });
});

it.each([
  ['+15005550004', 'yes'],
  ['+15005550005', 'STOP'],
])('%s: delivered, then replies "%s", quoting the message', async (to, reply) => {
  const id = await send(to);
  const events = await story(id, [...DELIVERED, 'message.received']);
  const { key, status } = await get(id);
  expect(status).toBe('delivered');
  const chatId = `${to.slice(1)}@c.us`;
  expect(events.find(({ type }) => type === 'message.received')!.data).toEqual({
    key: expect.stringMatching(new RegExp(`^false_${to.slice(1)}@c\\.us_`)),
    chat_id: chatId,
    from: to,
    from_name: expect.anything(),
    person_id: expect.stringMatching(/^per_/),
    is_group: false,
    author: null,
    type: 'text',
    text: reply,
    media: null,
    reply_to: key,
    in_reply_to_message_id: id,
    reference: `ref ${to}`,
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    session_id: expect.stringMatching(/^ses_/),
    handled_by: 'bot',
  });
});

it('+15005550007: the link drops at the moment of sending, and the message goes again under its wire id', async () => {
  const id = await send('+15005550007');
  await story(id, DELIVERED);
  expect(await get(id)).toMatchObject({ status: 'delivered', attempts: 2 });
  const links = receiver.received.map(({ event }) => event).filter(({ type }) => type.startsWith('session.'));
  const down = links.findIndex(({ type }) => type === 'session.disconnected');
  expect(links.slice(down).map(({ type }) => type)).toContain('session.connected');
  expect(links[down]!.data).toMatchObject({ state: 'disconnected', phone: '+15005550100' });
});

it('+15005550008: votes the first option of a poll', async () => {
  const id = await send('+15005550008', {
    type: 'poll',
    text: undefined,
    poll: { question: 'Lunch?', options: ['yes', 'no'] },
  });
  const events = await story(id, [...DELIVERED, 'message.read', 'poll.voted']);
  expect(await get(id)).toMatchObject({
    status: 'read',
    poll_question: 'Lunch?',
    poll_options: ['yes', 'no'],
  });
  expect(events.find(({ type }) => type === 'poll.voted')!.data).toMatchObject({
    options: ['yes'],
    from: '+15005550008',
    in_reply_to_message_id: id,
    reference: 'ref +15005550008',
  });
});

it('+15005550009: delivered, then reacts 👍', async () => {
  const id = await send('+15005550009');
  const events = await story(id, [...DELIVERED, 'message.reaction']);
  expect(events.find(({ type }) => type === 'message.reaction')!.data).toMatchObject({
    emoji: '👍',
    from: '+15005550009',
    in_reply_to_message_id: id,
  });
});

it('+15005550010: delivered, then replies, and edits the reply', async () => {
  const id = await send('+15005550010');
  const events = await story(id, [...DELIVERED, 'message.received']);
  const reply = events.find(({ type }) => type === 'message.received')!.data;
  expect(reply).toMatchObject({ text: 'at nine', from: '+15005550010' });
  const edit = await until('the edit is told', () =>
    receiver.received.find(({ event: { type } }) => type === 'message.edited'),
  );
  expect(edit.event.data).toMatchObject({ text: 'at ten', from: '+15005550010', reply_to: reply.key });
});

it('+15005550011: delivered, then the owner writes to them on the phone, and nothing follows', async () => {
  const send_at = new Date(Date.now() + 3_600_000).toISOString();
  const later = await send('+15005550011', { send_at, cancel_on_reply: true });
  const id = await send('+15005550011');
  await story(id, DELIVERED);
  const own = await until('it is told', () =>
    receiver.received.find(({ event: { type } }) => type === 'message.sent_from_phone'),
  );
  expect(own.event.data).toMatchObject({
    ...{ text: 'I will call you', from: '+15005550100', from_name: null, chat_id: '15005550011@c.us' },
    ...{ key: expect.stringMatching(/^true_15005550011@c\.us_/), in_reply_to_message_id: null },
  });
  expect((await get(later)).status).toBe('scheduled');
});

it('+15005550018: writes five messages, told one by one and as one burst', async () => {
  const burst = { quiet_s: 1 };
  await engine.call('POST', '/v1/webhooks', {
    url: receiver.url('/burst'),
    events: ['message.burst'],
    burst,
  });
  const id = await send('+15005550018');
  const { event } = await until('the burst is told', () =>
    receiver.received.find(({ path }) => path === '/burst'),
  );
  const received = receiver.received.filter(
    ({ event: { type, data } }) => type === 'message.received' && data['from'] === '+15005550018',
  );
  expect(event).toMatchObject({
    type: 'message.burst',
    data: {
      text: 'Hi\nI got your message\nCan we move it to Friday?\nAround 3 pm\nThanks!',
      messages: received.map(({ event: { data } }) => data),
      ...{ in_reply_to_message_id: id, reference: 'ref +15005550018' },
    },
  });
});

it('+15005550020: delivered, then the owner takes over on the phone, and they answer', async () => {
  const id = await send('+15005550020');
  const events = await story(id, [...DELIVERED, 'message.received']);
  expect(events.find(({ type }) => type === 'message.received')!.data).toMatchObject({
    ...{ text: 'thank you', from: '+15005550020', handled_by: 'human' },
  });
});

it('an event shows the message as it was at that moment', async () => {
  const id = await send('+15005550001');
  const events = await story(id, [...DELIVERED, 'message.read']);
  const statuses = Object.fromEntries(events.map(({ type, data }) => [type, data['status']]));
  expect(statuses).toEqual({
    'message.queued': 'queued',
    'message.sending': 'sending',
    'message.sent': 'sending',
    'message.delivered': 'delivered',
    'message.read': 'read',
  });
  expect(events.find(({ type }) => type === 'message.read')!.data).toEqual(await get(id));
});

it.each([
  ['500555000000012@lid', '+15005550012', '15005550012@c.us'],
  ['+15005550012', '500555000000012@lid', '500555000000012@lid'],
  ['+5511985550004', '+551185550004', '551185550004@c.us'],
  ['+551185550004', '+5511985550004', '5511985550004@c.us'],
])('%s: replies as %s, which is an answer to both', async (to, other, chatId) => {
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  const waiting = await Promise.all(
    [to, other].map((one) => send(one, { send_at: inAnHour, cancel_on_reply: true })),
  );
  const id = await send(to);
  const events = await story(id, [...DELIVERED, 'message.received']);
  const reply = events.find(({ type }) => type === 'message.received')!;
  expect(reply.data).toMatchObject({ chat_id: chatId, text: 'yes', person_id: (await get(id)).person_id });
  for (const one of waiting)
    await until('it is canceled', async () => (await get(one)).status === 'canceled');
});

it('+551185550005: replies STOP as +5511985550005, which holds for both', async () => {
  const id = await send('+551185550005');
  await story(id, [...DELIVERED, 'message.received']);
  const steps = [{ type: 'text', text: 'step', after: 'P1D' }];
  for (const to of ['+551185550005', '+5511985550005'])
    expect((await engine.call('POST', '/v1/sequences', { to, steps })).status).toBe(422);
});
