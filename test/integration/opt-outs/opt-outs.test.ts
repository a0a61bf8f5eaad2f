import { expectFault, type BadInput } from '../../support/engine/refusal';
import { until } from '../../support/engine/until';
import { SequenceWorld, statuses } from '../sequences/sequence-world';

jest.setTimeout(90_000);

const TO = '+15005550003';
const UNKNOWN = 'is not a field of this request. Remove it or check its spelling.';
const later = [{ after: 'P1D' }, { after: 'P2D' }];

let world: SequenceWorld;
beforeAll(async () => {
  world = await SequenceWorld.start();
});
afterAll(() => world.stop());
afterEach(async () => {
  for (const { chat_id: chatId } of (await world.ask('GET', '/v1/opt-outs?limit=200', 200)).data)
    await world.ask('DELETE', `/v1/opt-outs/${encodeURIComponent(chatId)}`, 200);
});

it('opts a person out once, under any form of the number, with one event', async () => {
  const row = await world.ask('POST', '/v1/opt-outs', 201, { to: '+1 (500) 555-0003' });
  expect(row).toEqual({
    to: TO,
    chat_id: '15005550003@c.us',
    person_id: expect.stringMatching(/^per_/),
    source: 'api',
    created_at: expect.stringMatching(/Z$/),
  });
  expect(await world.ask('POST', '/v1/opt-outs', 200, { to: '15005550003@s.whatsapp.net' })).toEqual(row);
  expect((await world.ask('GET', '/v1/opt-outs', 200)).data).toEqual([row]);
  const told = () => world.receiver.received.filter(({ event }) => event.type === 'opt_out.created');
  await until('it is told', () => told().length > 0);
  await world.ask('POST', '/v1/opt-outs', 201, { to: '+15005550001' });
  await until('the next is told', () => told().length > 1);
  expect(told().map(({ event }) => event.data['to'])).toEqual([TO, '+15005550001']);
  expect(told()[0]!.event.data).toEqual(row);
});

it('cancels active sequences, and refuses new ones until the opt-out ends', async () => {
  const first = await world.create(TO, later);
  const other = await world.create('+15005550001', later);
  await world.ask('POST', '/v1/opt-outs', 201, { to: TO });
  const stopped = await world.get(first.id);
  expect([stopped.status, ...statuses(stopped)]).toEqual(['canceled', 'canceled', 'canceled']);
  expect((await world.told('sequence.stopped', first.id)).data).toEqual(stopped);
  expect((await world.get(other.id)).status).toBe('active');

  const steps = [{ type: 'text', text: 'x' }];
  const { error } = await world.ask('POST', '/v1/sequences', 422, { to: TO, steps });
  const message =
    'has opted out of sequences and campaigns. Send single messages, or remove the opt-out if the person agrees.';
  expect(error).toMatchObject({
    code: 'invalid_request',
    message: `to ${message}`,
    details: [{ path: 'to', code: 'recipient_opted_out', message }],
  });
  const single = await world.ask('POST', '/v1/messages', 201, { type: 'text', to: TO, text: 'Hello' });
  await until('the single message goes', async () => {
    const { sent_at: sentAt } = await world.ask('GET', `/v1/messages/${single.id}`, 200);
    return sentAt !== null;
  });

  expect(await world.ask('DELETE', `/v1/opt-outs/${encodeURIComponent(TO)}`, 200)).toEqual({
    to: TO,
    deleted: true,
  });
  await world.create(TO, later);
});

it('answers 404 when there is no opt-out to remove', async () => {
  const { error } = await world.ask('DELETE', '/v1/opt-outs/%2B15005550003', 404);
  expect(error.message).toBe('No opt-out of +15005550003 found for this key.');
  expect((await world.ask('DELETE', '/v1/opt-outs/0641', 400)).error.details).toEqual([
    { path: 'to', code: 'invalid_recipient', message: expect.stringMatching(/no \+ and country code/) },
  ]);
});

it('lists newest first, with a cursor that survives changes', async () => {
  const numbers = Array.from({ length: 9 }, (_, index) => `+1500555300${index}`);
  await Promise.all(numbers.map((to) => world.ask('POST', '/v1/opt-outs', 201, { to })));
  const all = (await world.ask('GET', '/v1/opt-outs', 200)).data;
  const keys = all.map((row: { created_at: string; chat_id: string }) => `${row.created_at} ${row.chat_id}`);
  expect(keys).toEqual([...keys].sort().reverse());
  const first = await world.ask('GET', '/v1/opt-outs?limit=4', 200);
  expect(first).toEqual({ data: all.slice(0, 4), has_more: true, next_cursor: expect.any(String) });
  // The very row at which the page ended goes, and another comes.
  await world.ask('DELETE', `/v1/opt-outs/${first.data[3].chat_id}`, 200);
  await world.ask('POST', '/v1/opt-outs', 201, { to: TO });
  const second = await world.ask('GET', `/v1/opt-outs?limit=5&cursor=${first.next_cursor}`, 200);
  expect(second).toEqual({ data: all.slice(4), has_more: false, next_cursor: null });
});

it('keeps the modes apart', async () => {
  const live = world.engine.callAs((await world.engine.createKey('live')).key);
  await world.ask('POST', '/v1/opt-outs', 201, { to: TO });
  expect((await live('GET', '/v1/opt-outs')).body.data).toEqual([]);
  expect((await live('DELETE', '/v1/opt-outs/%2B15005550003')).status).toBe(404);
  expect((await live('POST', '/v1/opt-outs', { to: TO })).status).toBe(201);
  expect((await live('DELETE', '/v1/opt-outs/%2B15005550003')).status).toBe(200);
  expect((await world.ask('GET', '/v1/opt-outs', 200)).data).toHaveLength(1);
});

it('requires the scope of each request', async () => {
  const as = async (scope: string) =>
    world.engine.callAs((await world.engine.createKey('test', [scope])).key);
  const [reader, writer] = [await as('opt_outs:read'), await as('opt_outs:write')];
  expect((await reader('GET', '/v1/opt-outs')).status).toBe(200);
  expect((await writer('GET', '/v1/opt-outs')).body.error.message).toContain('opt_outs:read');
  expect((await writer('POST', '/v1/opt-outs', { to: TO })).status).toBe(201);
  expect((await reader('POST', '/v1/opt-outs', { to: TO })).body.error.message).toContain('opt_outs:write');
  expect((await reader('DELETE', '/v1/opt-outs/%2B15005550003')).status).toBe(403);
  expect((await writer('DELETE', '/v1/opt-outs/%2B15005550003')).status).toBe(200);
});

it.each<BadInput>([
  [undefined, 'to', 'required', 'is required. Send a string.'],
  [{ to: 5 }, 'to', 'wrong_type', 'must be a string, not a number'],
  [{ to: '' }, 'to', 'too_small', 'must not be empty'],
  [{ to: 'Anna' }, 'to', 'invalid_recipient', /contains letters/],
  [{ to: TO, reason: 'x' }, 'reason', 'unknown_field', UNKNOWN],
])('POST refuses %j', async (body, path, code, says) => {
  expectFault(await world.engine.call('POST', '/v1/opt-outs', body), path, code, says);
  expect((await world.ask('GET', '/v1/opt-outs', 200)).data).toEqual([]);
});

it.each<[string, string, string, string | RegExp]>([
  ['?limit=201', 'limit', 'invalid_format', 'must be a whole number from 1 to 200'],
  ['?cursor=x', 'cursor', 'invalid_cursor', /not a cursor of this list/],
  ['?to=x', 'to', 'unknown_field', UNKNOWN],
])('GET refuses %s', async (query, path, code, says) => {
  expectFault(await world.engine.call('GET', `/v1/opt-outs${query}`), path, code, says);
});
