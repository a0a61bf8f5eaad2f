import { until } from '../../support/engine/until';
import { DAY, HOUR, SequenceWorld, statuses } from './sequence-world';

jest.setTimeout(90_000);

const TO = '+15005550001';
const CHAT = '15005550001@c.us';

let world: SequenceWorld;
beforeAll(async () => {
  world = await SequenceWorld.start();
});
beforeEach(() => world.begin());
afterAll(() => world.stop());

const anySequence = {
  id: expect.stringMatching(/^seq_[0-9A-Z]{26}$/),
  to: TO,
  person_id: expect.stringMatching(/^per_/),
  from: '+15005550100',
  reference: null,
  timezone: expect.any(String),
  stop_on_reply: true,
  status: 'active',
  created_at: expect.stringMatching(/Z$/),
  ended_at: null,
  erased: false,
};

// The first, because no other test may have made a sequence yet.
it('lists newest first, by page and filter, within one mode', async () => {
  const later = [{ after: 'P1D' }];
  const made: string[] = [];
  for (const reference of ['a', 'b', 'a']) made.unshift((await world.create(TO, later, { reference })).id);
  made.unshift((await world.create('+15005550003', later)).id);
  await world.ask('POST', `/v1/sequences/${made[3]}/cancel`, 200);
  const ids = async (query: string): Promise<string[]> =>
    (await world.ask('GET', `/v1/sequences${query}`, 200)).data.map(({ id }: { id: string }) => id);
  expect(await ids('')).toEqual(made);
  expect(await ids('?reference=a')).toEqual([made[1], made[3]]);
  expect(await ids('?status=active&reference=a')).toEqual([made[1]]);
  expect(await ids('?to=15005550003@c.us')).toEqual([made[0]]);
  const first = await world.ask('GET', '/v1/sequences?limit=3', 200);
  expect([first.data.length, first.has_more]).toEqual([3, true]);
  expect(Object.keys(first.data[0])).toEqual(
    Object.keys(await world.get(made[0]!)).filter((key) => key !== 'messages'),
  );
  await world.create(TO, later);
  expect(await ids(`?limit=3&cursor=${first.next_cursor}`)).toEqual([made[3]]);
  const live = world.engine.callAs((await world.engine.createKey('live')).key);
  expect((await live('GET', '/v1/sequences')).body.data).toEqual([]);
  expect((await live('GET', `/v1/sequences/${made[0]}`)).status).toBe(404);
  expect((await live('POST', `/v1/sequences/${made[0]}/cancel`)).status).toBe(404);
  expect((await live('POST', '/v1/sequences/cancel', { to: TO })).body.canceled).toBe(0);
});

it('creates all steps as messages: the first is sent, the others wait', async () => {
  const sequence = await world.create(
    TO,
    [
      { text: 'Welcome' },
      { after: 'P3D', local_time: '09:00', text: 'Tip' },
      {
        type: 'media',
        text: undefined,
        media: { url: 'https://example.com/a.png', caption: 'A' },
        after: 'P1W',
      },
      {
        type: 'poll',
        text: undefined,
        poll: { question: 'Ok?', options: ['yes', 'no'] },
        at: world.ahead(10 * DAY),
      },
    ],
    { reference: 'drip-7', timezone: 'Asia/Kathmandu' },
  );
  expect(sequence).toEqual({
    ...anySequence,
    reference: 'drip-7',
    timezone: 'Asia/Kathmandu',
    step_count: 4,
    waiting_for: sequence.messages[0].waiting_for,
    messages: expect.any(Array),
  });
  const { messages, created_at: createdAt } = sequence;
  expect(messages.map(({ step, type }: { step: number; type: string }) => [step, type])).toEqual([
    [1, 'text'],
    [2, 'text'],
    [3, 'media'],
    [4, 'poll'],
  ]);
  expect(statuses(sequence)).toEqual(['queued', 'scheduled', 'scheduled', 'scheduled']);
  expect(messages[0].send_at).toBeNull();
  // Nine in Kathmandu, three days later or, where that has passed, four.
  expect(messages[1].send_at).toMatch(/T03:15:00\.000Z$/);
  expect(Date.parse(messages[1].send_at) - Date.parse(createdAt)).toBeGreaterThanOrEqual(3 * DAY);
  expect(Date.parse(messages[1].send_at) - Date.parse(createdAt)).toBeLessThanOrEqual(4 * DAY);
  expect(Date.parse(messages[2].send_at) - Date.parse(createdAt)).toBe(7 * DAY);
  for (const message of messages)
    expect(message).toMatchObject({
      sequence_id: sequence.id,
      reference: 'drip-7',
      to: TO,
      from: '+15005550100',
    });

  await until('the first is handed over', () => world.recorded.handedOver.length === 1);
  world.clock.jump(4 * DAY + HOUR);
  await until('the second is handed over', () => world.recorded.handedOver.length === 2);
  expect(world.recorded.textsTo(CHAT)).toEqual(['Welcome', 'Tip']);
  expect(world.recorded.times[1]).toBeGreaterThanOrEqual(Date.parse(messages[1].send_at));
  expect((await world.get(sequence.id)).status).toBe('active');
  const one = await world.ask('GET', `/v1/messages/${messages[1].id}`, 200);
  expect(one.sequence_id).toBe(sequence.id);
});

it('completes when the last step is sent, with one event', async () => {
  const { id } = await world.create(TO, [{}, { after: 'PT1H' }, { after: 'PT2H' }]);
  await until('the first goes', () => world.recorded.handedOver.length === 1);
  world.clock.jump(HOUR + 1_000);
  await until('the second goes', () => world.recorded.handedOver.length === 2);
  expect((await world.get(id)).status).toBe('active');
  world.clock.jump(HOUR + 1_000);
  const done = await world.reaches(id, 'completed');
  expect(Date.parse(done.ended_at)).toBeGreaterThan(Date.parse(done.created_at));
  const { data } = await world.told('sequence.completed', id);
  expect(data).toMatchObject({ id, status: 'completed', ended_at: done.ended_at, step_count: 3 });
  expect(Object.keys(data)).toEqual(Object.keys(done));
  expect((data['messages'] as { sent_at: string | null }[]).every((message) => message.sent_at)).toBe(true);
  await until('all is read', async () => statuses(await world.get(id)).every((status) => status === 'read'));
  expect(world.eventsOf(id)).toHaveLength(1);
});

it('sends steps by their times, and simultaneous ones in order', async () => {
  const { id } = await world.create(TO, [
    { after: 'PT3H', text: 'third' },
    { after: 'PT0S', text: 'first' },
    { after: 'PT1H', text: 'second a' },
    { after: 'PT1H', text: 'second b' },
  ]);
  world.clock.jump(3 * HOUR + 120_000);
  await world.reaches(id, 'completed');
  expect(world.recorded.textsTo(CHAT)).toEqual(['first', 'second a', 'second b', 'third']);
});

it('sends steps that waited for the same window in the order of their times', async () => {
  const opens = new Date(world.clock.now() + 6 * HOUR);
  const start = opens.toISOString().slice(11, 16);
  const end = new Date(opens.getTime() + HOUR).toISOString().slice(11, 16);
  const { id } = await world.create(
    TO,
    [
      { after: 'PT2H', text: 'b' },
      { after: 'PT1H', text: 'a' },
    ],
    { send_window: { start, end, timezone: 'UTC' } },
  );
  world.clock.jump(6 * HOUR + 60_000);
  await world.reaches(id, 'completed');
  expect(world.recorded.textsTo(CHAT)).toEqual(['a', 'b']);
  expect(world.recorded.times[0]).toBeGreaterThanOrEqual(opens.getTime() - 60_000);
});

it('completes even if a step fails', async () => {
  const { id } = await world.create('+15005550006', [{}]);
  const done = await world.reaches(id, 'completed');
  expect(done.messages[0]).toMatchObject({ status: 'failed', failure_reason: 'rejected_by_whatsapp:463' });
});

it('can edit and cancel a step like any message', async () => {
  const { id, messages } = await world.create(TO, [{}, { after: 'P1D' }, { after: 'P2D' }]);
  const changed = await world.ask('PATCH', `/v1/messages/${messages[1].id}`, 200, {
    text: 'changed',
    send_at: world.ahead(HOUR),
  });
  expect(changed).toMatchObject({ text: 'changed', sequence_id: id });
  await world.ask('POST', `/v1/messages/${messages[2].id}/cancel`, 200);
  expect((await world.get(id)).status).toBe('active');
  await until('the first goes', () => world.recorded.handedOver.length === 1);
  world.clock.jump(HOUR + 1_000);
  const done = await world.reaches(id, 'completed');
  expect(world.recorded.textsTo(CHAT)).toEqual(['step 1', 'changed']);
  expect(done.messages[2].status).toBe('canceled');
});

describe('canceling', () => {
  it('ends the sequence and its pending messages, with an event', async () => {
    const { id } = await world.create(TO, [{ after: 'P1D' }, { after: 'P2D' }]);
    const canceled = await world.ask('POST', `/v1/sequences/${id}/cancel`, 200);
    expect(canceled).toMatchObject({ id, status: 'canceled', ended_at: expect.any(String) });
    expect(statuses(canceled)).toEqual(['canceled', 'canceled']);
    expect(await world.get(id)).toEqual(canceled);
    expect((await world.told('sequence.stopped', id)).data).toEqual(canceled);
    expect(await world.ask('POST', `/v1/sequences/${id}/cancel`, 200)).toEqual(canceled);
    world.clock.jump(3 * DAY);
    const later = await world.create(TO, [{}]);
    await world.reaches(later.id, 'completed');
    expect(world.recorded.handedOver).toHaveLength(1);
    expect(world.eventsOf(id)).toHaveLength(1);
  });

  it('is refused for a sequence that ended or does not exist', async () => {
    const { id } = await world.create(TO, [{}]);
    await world.reaches(id, 'completed');
    const { error } = await world.ask('POST', `/v1/sequences/${id}/cancel`, 409);
    expect(error).toMatchObject({
      code: 'conflict',
      message: 'The sequence is completed (completed), so it cannot be canceled.',
    });
    const none = 'seq_00000000000000000000000000';
    for (const [method, path] of [
      ['GET', none],
      ['POST', `${none}/cancel`],
    ])
      expect((await world.ask(method!, `/v1/sequences/${path}`, 404)).error.message).toBe(
        `No sequence ${none} found for this key.`,
      );
  });

  it('cancels many by reference and recipient, and no others', async () => {
    const later = [{ after: 'P1D' }];
    const one = await world.create(TO, later, { reference: 'r' });
    const two = await world.create('+15005550003', later, { reference: 'r' });
    const other = await world.create(TO, later, { reference: 'q' });
    const both = await world.ask('POST', '/v1/sequences/cancel', 200, {
      reference: 'r',
      to: '+1 500 555 0003',
    });
    expect(both).toEqual({ canceled: 1, ids: [two.id] });
    expect(await world.ask('POST', '/v1/sequences/cancel', 200, { reference: 'r' })).toEqual({
      canceled: 1,
      ids: [one.id],
    });
    expect(await world.ask('POST', '/v1/sequences/cancel', 200, { reference: 'r' })).toEqual({
      canceled: 0,
      ids: [],
    });
    expect((await world.get(other.id)).status).toBe('active');
    expect(await world.ask('POST', '/v1/sequences/cancel', 200, { to: TO })).toEqual({
      canceled: 1,
      ids: [other.id],
    });
  });

  it('ends as canceled when all remaining messages are canceled together', async () => {
    const steps = [{}, { after: 'P1D' }, { after: 'P2D' }];
    const all = await world.create(TO, steps);
    const single = await world.create('+15005550003', steps);
    await until('the first ones go', () => world.recorded.handedOver.length === 2);
    await until('they are accepted', async () =>
      [await world.get(all.id), await world.get(single.id)].every(({ messages }) => messages[0].sent_at),
    );
    await world.ask('POST', '/v1/messages/cancel', 200, { sequence_id: all.id });
    expect((await world.get(all.id)).status).toBe('canceled');
    await world.told('sequence.stopped', all.id);
    await world.ask('DELETE', `/v1/messages/${single.messages[1].id}`, 200);
    expect((await world.get(single.id)).status).toBe('active');
    await world.ask('DELETE', `/v1/messages/${single.messages[2].id}`, 200);
    expect((await world.get(single.id)).status).toBe('completed');
    await world.told('sequence.completed', single.id);
    const none = await world.create(TO, [{ after: 'P1D' }]);
    await world.ask('DELETE', `/v1/messages/${none.messages[0].id}`, 200);
    expect((await world.get(none.id)).status).toBe('canceled');
  });
});

it('creates one sequence per Idempotency-Key', async () => {
  const body = { to: TO, reference: 'once', steps: [{ type: 'text', text: 'x', after: 'P1D' }] };
  const send = () => world.engine.call('POST', '/v1/sequences', body, { 'idempotency-key': 'k' });
  const [one, two] = await Promise.all([send(), send()]);
  expect([one.status, two.status].sort()).toEqual([200, 201]);
  expect(one.body).toEqual(two.body);
  expect((await world.ask('GET', '/v1/sequences?reference=once', 200)).data).toHaveLength(1);
});

it('requires the scope of each request', async () => {
  const { id } = await world.create(TO, [{ after: 'P1D' }]);
  const as = async (scope: string) =>
    world.engine.callAs((await world.engine.createKey('test', [scope])).key);
  const reader = await as('sequences:read');
  const writer = await as('sequences:write');
  const stranger = await as('messages:write');
  for (const [method, path, needed] of [
    ['GET', '/v1/sequences', 'read'],
    ['GET', `/v1/sequences/${id}`, 'read'],
    ['POST', '/v1/sequences', 'write'],
    ['POST', '/v1/sequences/cancel', 'write'],
    ['POST', `/v1/sequences/${id}/cancel`, 'write'],
  ] as const) {
    for (const [call, allowed] of [
      [reader, needed === 'read'],
      [writer, needed === 'write'],
      [stranger, false],
    ] as const) {
      const { status, body } = await call(method, path);
      expect([path, status === 403]).toEqual([path, !allowed]);
      if (!allowed) expect(body.error.message).toContain(`lacks the scope sequences:${needed}`);
    }
  }
});
