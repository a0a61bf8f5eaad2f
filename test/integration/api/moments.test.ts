import { expectEnvelope, expectFault, inShort, type BadInput } from '../../support/engine/refusal';
import { startEngine, type Answer, type TestEngine } from '../../support/engine/start-engine';
import { RecordedTransport } from '../../support/engine/recorded-transport';
import { until } from '../../support/engine/until';
import { Receiver } from '../events/receiver';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const text = { type: 'text', to: '+15005550003', text: 'See you tomorrow' };
const timezone = 'Europe/Rome';
const iso = (ms: number): string => new Date(Date.now() + ms).toISOString();

let engine: TestEngine;
let receiver: Receiver;
const recorded = new RecordedTransport();
beforeAll(async () => {
  engine = await startEngine({ parts: { wrapTransport: recorded.wrap } });
  receiver = await new Receiver().start();
  await ask(
    'POST',
    '/v1/webhooks',
    { url: receiver.url(), events: ['message.canceled', 'message.queued'] },
    201,
  );
});
afterAll(async () => {
  await receiver?.stop();
  await engine?.close();
});

async function ask(method: string, path: string, body?: object, expected = 200): Promise<Answer['body']> {
  const answer = await engine.call(method, path, body);
  expect([answer.status, answer.body.error]).toEqual([expected, undefined]);
  return answer.body;
}
const create = (sendAt: object | string, fields: object = {}): Promise<Answer['body']> =>
  ask('POST', '/v1/messages', { ...text, send_at: sendAt, ...fields }, 201);
const get = (id: string): Promise<Answer['body']> => ask('GET', `/v1/messages/${id}`);
const patch = (id: string, body: object): Promise<Answer['body']> => ask('PATCH', `/v1/messages/${id}`, body);
const move = (body: object): Promise<Answer['body']> => ask('POST', '/v1/messages/move', body);
const cancelAll = (reference: string) => ask('POST', '/v1/messages/cancel', { reference });
let references = 0;
const newReference = (): string => `appointment-${(references += 1)}`;
/** What a move answers, in short. */
const outcomes = (moved: Answer['body']) =>
  Object.fromEntries(
    [...moved.moved, ...moved.skipped, ...moved.not_moved].map(({ id, outcome }) => [id, outcome]),
  );

describe('a message that hangs on a moment', () => {
  it('is due before it, and shows what it hangs on', async () => {
    const of = iso(30 * DAY);
    const message = await create({ before: 'P1D', of, at: '09:00', timezone });
    expect(message).toMatchObject({
      status: 'scheduled',
      expires_at: of,
      moment: { before: 'P1D', after: null, of, at: '09:00', timezone, if_past: 'refuse', skipped: false },
    });
    const local = new Date(message.send_at).toLocaleString('sv', { timeZone: timezone });
    const day = new Date(Date.parse(of) - DAY).toLocaleDateString('sv', { timeZone: timezone });
    expect(local).toBe(`${day} 09:00:00`);
    expect(await get(message.id)).toEqual(message);
    expect((await create(iso(DAY))).moment).toBeNull();
  });

  it('is created wherever a message is: in a batch, in a chat, as a forward', async () => {
    const of = iso(3 * DAY);
    const sendAt = { after: 'PT2H', of };
    const due = { send_at: new Date(Date.parse(of) + 2 * HOUR).toISOString(), expires_at: null };
    const { data } = await ask(
      'POST',
      '/v1/messages/batch',
      { messages: [{ ...text, send_at: sendAt }] },
      201,
    );
    expect(data[0]).toMatchObject(due);
    const inChat = { type: 'text', text: 'x', send_at: sendAt };
    expect(await ask('POST', `/v1/chats/${text.to}/messages`, inChat, 201)).toMatchObject(due);
    const sent = await ask('POST', '/v1/messages', { ...text, to: '+15005550001' }, 201);
    const { key } = await until('it is read', async () => {
      const now = await get(sent.id);
      return now.status === 'read' && now;
    });
    const path = `/v1/chats/+15005550001/messages/${encodeURIComponent(key)}/forward`;
    expect(await ask('POST', path, { to: text.to, send_at: sendAt }, 201)).toMatchObject(due);
  });

  const late = { before: 'P1D', of: iso(HOUR) };
  it('is refused if its time has passed, with what to do', async () => {
    const answer = await engine.call('POST', '/v1/messages', { ...text, send_at: late });
    expectFault(
      answer,
      'send_at',
      'too_soon',
      /^would be .+Z, which is in the past\. .*if_past to skip or send_now/,
    );
    const messages = [text, { ...text, send_at: late }];
    const batch = await engine.call('POST', '/v1/messages/batch', { messages });
    expectFault(batch, 'messages.1.send_at', 'too_soon', /in the past/);
  });

  it('is sent now if if_past says so', async () => {
    const message = await create({ ...late, if_past: 'send_now' }, { to: '+15005550001' });
    expect(message).toMatchObject({ status: 'queued', send_at: null, expires_at: late.of });
    await until('it is read', async () => (await get(message.id)).status === 'read');
  });

  it('is skipped if if_past says so: canceled at once, told, and never sent', async () => {
    const reference = newReference();
    const headers = { 'Idempotency-Key': reference };
    const body = { ...text, text: reference, reference, send_at: { ...late, if_past: 'skip' } };
    const first = await engine.call('POST', '/v1/messages', body, headers);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      ...{ status: 'canceled', failure_reason: null, key: null, attempts: 0 },
      send_at: new Date(Date.parse(late.of) - DAY).toISOString(),
      canceled_at: expect.stringMatching(/Z$/),
      moment: { skipped: true },
    });
    const again = await engine.call('POST', '/v1/messages', body, headers);
    expect([again.status, again.body]).toEqual([200, first.body]);
    const other = await create(late.of, { reference: `${reference}-other` });
    await cancelAll(other.reference);
    const told = () =>
      receiver.received.filter(({ event }) => String(event.data.reference).startsWith(reference));
    await until('both are told', () => told().length >= 2);
    expect(told().map(({ event }) => [event.type, event.data.id])).toEqual([
      ['message.canceled', first.body.id],
      ['message.canceled', other.id],
    ]);
    expect(recorded.texts).not.toContain(reference);
  });

  it('is skipped also while a person has the chat, where others are refused', async () => {
    const chat = '+15005550021';
    await ask('PATCH', `/v1/chats/${chat}`, { handled_by: 'human' });
    const fields = { to: chat, cancel_on_takeover: true };
    expect(await create({ ...late, if_past: 'skip' }, fields)).toMatchObject({ status: 'canceled' });
  });
});

const day = { before: 'P1D', of: iso(3 * DAY) };
const BAD: BadInput[] = [
  [5, 'send_at', 'wrong_type', 'must be a string or an object'],
  [[], 'send_at', 'wrong_type', 'must be a string or an object'],
  [{}, 'send_at.of', 'required', 'is required. Send a string.'],
  [{ of: day.of }, 'send_at.before', 'required', /or after/],
  [{ ...day, after: 'P1D' }, 'send_at.after', 'given_twice', /only one/],
  [{ ...day, before: 1 }, 'send_at.before', 'wrong_type', 'must be a string, not a number'],
  [{ ...day, days: 1 }, 'send_at.days', 'unknown_field', /Remove it or check its spelling/],
  [{ ...day, at: '09:00' }, 'send_at.timezone', 'required', /such as Europe\/Rome/],
  [{ ...day, if_past: 'never' }, 'send_at.if_past', 'invalid_value', /refuse, skip, send_now/],
];
it.each(BAD.map((row) => [inShort(row[0]), ...row] as const))(
  'send_at %s is refused',
  async (_short, sendAt, path, code, says) => {
    expectFault(await engine.call('POST', '/v1/messages', { ...text, send_at: sendAt }), path, code, says);
  },
);

it.each([
  [{ before: 5, of: 'x', timezone: 'Rome' }, ['before', 'of', 'timezone']],
  [{ before: 'x', of: day.of, at: '25:00', timezone: 'Rome', on: 1 }, ['on', 'before', 'timezone', 'at']],
])('every field at fault is named: %j', async (sendAt, fields) => {
  const { body } = await engine.call('POST', '/v1/messages', { ...text, to: 'x', send_at: sendAt });
  const paths = body.error.details.map(({ path }: { path: string }) => path);
  expect(paths.sort()).toEqual([...fields.map((field) => `send_at.${field}`), 'to'].sort());
});

describe('PATCH', () => {
  it('of the moment moves the message, and keeps the rest', async () => {
    const message = await create({ before: 'P1D', of: iso(30 * DAY), at: '09:00', timezone });
    const of = iso(60 * DAY);
    const moved = await patch(message.id, { send_at: { of } });
    expect(moved).toMatchObject({ status: 'scheduled', expires_at: of, moment: { ...message.moment, of } });
    const local = new Date(moved.send_at).toLocaleString('sv', { timeZone: timezone });
    expect(local).toMatch(/ 09:00:00$/);
    const before = await patch(message.id, { send_at: { before: 'PT2H', at: null } });
    expect(before.send_at).toBe(new Date(Date.parse(of) - 2 * HOUR).toISOString());
  });

  it('of a plain send_at takes it off the moment, and the other way round', async () => {
    const message = await create(day);
    const plain = await patch(message.id, { send_at: iso(9 * DAY) });
    expect(plain).toMatchObject({ moment: null, expires_at: null });
    const answer = await engine.call('PATCH', `/v1/messages/${message.id}`, { send_at: { of: day.of } });
    expectFault(answer, 'send_at.before', 'required', /or after/);
    expect(await patch(message.id, { send_at: day })).toMatchObject({
      send_at: message.send_at,
      moment: message.moment,
      expires_at: message.expires_at,
    });
  });

  it('to a time that has passed is refused, or skips it, and a later one brings it back', async () => {
    const message = await create(day);
    const early = { send_at: { of: iso(HOUR) } };
    const refused = await engine.call('PATCH', `/v1/messages/${message.id}`, early);
    expectFault(refused, 'send_at', 'too_soon', /in the past/);
    expect(await get(message.id)).toEqual(message);
    const skipped = await patch(message.id, { send_at: { ...early.send_at, if_past: 'skip' } });
    expect(skipped).toMatchObject({ status: 'canceled', moment: { skipped: true } });
    expect(await patch(message.id, { text: 'Changed' })).toMatchObject({
      status: 'canceled',
      text: 'Changed',
    });
    expect(await patch(message.id, { send_at: { of: day.of } })).toMatchObject({
      ...{ status: 'scheduled', canceled_at: null, text: 'Changed', send_at: message.send_at },
      moment: { skipped: false },
    });
  });

  it('names every field at fault', async () => {
    const { id } = await create(day);
    const body = { text: 5, send_at: { of: 'x', timezone: 'Rome' } };
    const { error } = (await engine.call('PATCH', `/v1/messages/${id}`, body)).body;
    const paths = error.details.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(['text', 'send_at.of', 'send_at.timezone']);
  });
});

describe('a move', () => {
  it('moves all that hang on the moment, and says what happened to each', async () => {
    const reference = newReference();
    const of = iso(10 * DAY);
    const reminder = await create({ before: 'P1D', of }, { reference });
    const thanks = await create({ after: 'PT2H', of }, { reference });
    const soon = await create({ before: 'P3D', of, if_past: 'skip' }, { reference });
    const now = await create({ before: 'P9D', of, if_past: 'send_now' }, { reference, to: '+15005550001' });
    const plain = await create(of, { reference });
    const canceled = await create({ before: 'P2D', of }, { reference });
    await ask('DELETE', `/v1/messages/${canceled.id}`);
    const other = await create({ before: 'P1D', of }, { reference: newReference() });

    const next = iso(2 * DAY);
    const shift = Date.parse(next) - Date.parse(of);
    const answer = await move({ reference, of: next });
    expect(outcomes(answer)).toEqual({
      [reminder.id]: 'moved',
      [thanks.id]: 'moved',
      [soon.id]: 'skipped',
      [now.id]: 'sent_now',
      [plain.id]: 'no_moment',
      [canceled.id]: 'canceled',
    });
    expect(answer.moved[0]).toEqual({
      ...{ id: reminder.id, to: text.to, status: 'scheduled', outcome: 'moved' },
      send_at: new Date(Date.parse(reminder.send_at) + shift).toISOString(),
    });
    expect(await get(reminder.id)).toMatchObject({ expires_at: next, moment: { of: next } });
    expect(await get(thanks.id)).toMatchObject({
      send_at: new Date(Date.parse(next) + 2 * HOUR).toISOString(),
    });
    expect(await get(soon.id)).toMatchObject({ status: 'canceled', moment: { of: next, skipped: true } });
    expect(await get(plain.id)).toEqual(plain);
    expect(await get(other.id)).toEqual(other);
    await until('the one for now is read', async () => (await get(now.id)).status === 'read');

    const again = await ask('POST', '/v1/scheduled-messages/move', { reference, of: next });
    expect(outcomes(again)).toEqual({
      ...outcomes(answer),
      ...{ [reminder.id]: 'unchanged', [thanks.id]: 'unchanged', [now.id]: 'already_sent' },
    });
  });

  it('moves the expiry by as much', async () => {
    const reference = newReference();
    const of = iso(3 * DAY);
    const late = new Date(Date.parse(of) + HOUR).toISOString();
    const { id } = await create({ before: 'P1D', of }, { reference, expires_at: late });
    await move({ reference, of: iso(10 * DAY) });
    const { moment, expires_at: expiresAt } = await get(id);
    expect(Date.parse(expiresAt) - Date.parse(moment.of)).toBe(HOUR);
  });

  it('moves nothing if one of them would be late and refuses that, and names it', async () => {
    const reference = newReference();
    const of = iso(10 * DAY);
    const day = await create({ before: 'P1D', of }, { reference });
    const week = await create({ before: 'P1W', of }, { reference });
    const answer = await engine.call('POST', '/v1/messages/move', { reference, of: iso(3 * DAY) });
    expectFault(
      answer,
      'of',
      'too_soon',
      /^does not fit msg_.+: its send_at would be .+Z, which is in the past\. Use a later/,
    );
    expect(answer.body.error.details).toHaveLength(1);
    expect(answer.body.error.message).toContain(week.id);
    expect([await get(day.id), await get(week.id)]).toEqual([day, week]);
  });

  it('brings back what was skipped, once its time is ahead again', async () => {
    const reference = newReference();
    const { id } = await create({ before: 'P1D', of: iso(HOUR), if_past: 'skip' }, { reference });
    expect(outcomes(await move({ reference, of: iso(2 * HOUR) }))).toEqual({ [id]: 'skipped' });
    const of = iso(5 * DAY);
    expect(outcomes(await move({ reference, of }))).toEqual({ [id]: 'resumed' });
    expect(await get(id)).toMatchObject({ status: 'scheduled', canceled_at: null, expires_at: of });
  });

  it.each([
    ['by its reference', (reference: string) => cancelAll(reference)],
    ['alone', (_reference: string, id: string) => ask('POST', `/v1/messages/${id}/cancel`)],
  ])('does not bring back what was skipped and then canceled %s', async (_how, cancel) => {
    const reference = newReference();
    const { id } = await create({ before: 'P1D', of: iso(HOUR), if_past: 'skip' }, { reference });
    await cancel(reference, id);
    expect(await get(id)).toMatchObject({ status: 'canceled', moment: { skipped: false } });
    expect(outcomes(await move({ reference, of: iso(5 * DAY) }))).toEqual({ [id]: 'canceled' });
  });

  it('does not bring back what the person has answered meanwhile', async () => {
    const reference = newReference();
    const to = '+15005550004';
    const skipped = { before: 'P1D', of: iso(HOUR), if_past: 'skip' };
    const { id } = await create(skipped, { reference, to, cancel_on_reply: true });
    const pending = await create(iso(DAY), { to, cancel_on_reply: true });
    await ask('POST', '/v1/messages', { ...text, to }, 201);
    await until('the person answers', async () => (await get(pending.id)).status === 'canceled');
    expect(outcomes(await move({ reference, of: iso(5 * DAY) }))).toEqual({ [id]: 'canceled' });
    expect(await get(id)).toMatchObject({ moment: { skipped: false } });
  });

  it('asks which of several moments moves', async () => {
    const reference = newReference();
    const [start, end, next] = [iso(3 * DAY), iso(4 * DAY), iso(6 * DAY)] as const;
    const before = await create({ before: 'P1D', of: start }, { reference });
    const after = await create({ after: 'P1D', of: end }, { reference });
    const answer = await engine.call('POST', '/v1/messages/move', { reference, of: next });
    expect([answer.status, answer.body.error.code]).toEqual([409, 'conflict']);
    expectEnvelope(answer);
    expect(answer.body.error.message).toContain(
      `hang on 2 moments: ${start}, ${end}. Say in was which one moves`,
    );
    const moved = await move({ reference, of: next, was: end });
    expect(outcomes(moved)).toEqual({ [after.id]: 'moved', [before.id]: 'another_moment' });
    expect(await get(before.id)).toEqual(before);
  });

  it('moves nothing if nothing has the reference, and nothing of other keys', async () => {
    const none = { moved: [], skipped: [], not_moved: [] };
    expect(await move({ reference: 'nobody', of: iso(DAY) })).toEqual(none);
    const reference = newReference();
    await create(day, { reference });
    const { key } = await engine.createKey('live', ['messages:write']);
    const answer = await engine.callAs(key)('POST', '/v1/messages/move', { reference, of: iso(DAY) });
    expect(answer.body).toEqual(none);
    const reader = await engine.createKey('test', ['messages:read']);
    const refused = await engine.callAs(reader.key)('POST', '/v1/messages/move', { reference, of: iso(DAY) });
    expect([refused.status, refused.body.error.code]).toEqual([403, 'permission_denied']);
  });

  it.each<BadInput>([
    [{ of: iso(DAY) }, 'reference', 'required', 'is required. Send a string.'],
    [{ reference: 'x' }, 'of', 'required', 'is required. Send a string.'],
    [{ reference: 'x', of: 'tomorrow' }, 'of', 'invalid_time', /RFC 3339/],
    [{ reference: 'x', of: iso(DAY), was: 'x' }, 'was', 'invalid_time', /RFC 3339/],
    [{ reference: '', of: 'x' }, 'reference', 'too_small', 'must not be empty'],
  ])('refuses %j', async (body, path, code, says) => {
    expectFault(await engine.call('POST', '/v1/messages/move', body), path, code, says);
  });
});
