import { expectFault, inShort, type BadInput } from '../../support/engine/refusal';
import { RecordedTransport } from '../../support/engine/recorded-transport';
import { until } from '../../support/engine/until';
import { Receiver } from '../events/receiver';
import { DAY, HOUR, iso, MomentEngine, text } from './moment-engine';

const timezone = 'Europe/Rome';

let world: MomentEngine;
let receiver: Receiver;
const recorded = new RecordedTransport();
beforeAll(async () => {
  world = await MomentEngine.start({ parts: { wrapTransport: recorded.wrap } });
  receiver = await new Receiver().start();
  await world.ask(
    'POST',
    '/v1/webhooks',
    { url: receiver.url(), events: ['message.canceled', 'message.queued'] },
    201,
  );
});
afterAll(async () => {
  await receiver?.stop();
  await world?.engine.close();
});

describe('a message that hangs on a moment', () => {
  it('is due before it, and shows what it hangs on', async () => {
    const of = iso(30 * DAY);
    const message = await world.create({ before: 'P1D', of, at: '09:00', timezone });
    expect(message).toMatchObject({
      status: 'scheduled',
      expires_at: of,
      moment: { before: 'P1D', after: null, of, at: '09:00', timezone, if_past: 'refuse', skipped: false },
    });
    const local = new Date(message.send_at).toLocaleString('sv', { timeZone: timezone });
    const day = new Date(Date.parse(of) - DAY).toLocaleDateString('sv', { timeZone: timezone });
    expect(local).toBe(`${day} 09:00:00`);
    expect(await world.get(message.id)).toEqual(message);
    expect((await world.create(iso(DAY))).moment).toBeNull();
  });

  it('is created wherever a message is: in a batch, in a chat, as a forward', async () => {
    const of = iso(3 * DAY);
    const sendAt = { after: 'PT2H', of };
    const due = { send_at: new Date(Date.parse(of) + 2 * HOUR).toISOString(), expires_at: null };
    const { data } = await world.ask(
      'POST',
      '/v1/messages/batch',
      { messages: [{ ...text, send_at: sendAt }] },
      201,
    );
    expect(data[0]).toMatchObject(due);
    const inChat = { type: 'text', text: 'x', send_at: sendAt };
    expect(await world.ask('POST', `/v1/chats/${text.to}/messages`, inChat, 201)).toMatchObject(due);
    const sent = await world.ask('POST', '/v1/messages', { ...text, to: '+15005550001' }, 201);
    const { key } = await until('it is read', async () => {
      const now = await world.get(sent.id);
      return now.status === 'read' && now;
    });
    const path = `/v1/chats/+15005550001/messages/${encodeURIComponent(key)}/forward`;
    expect(await world.ask('POST', path, { to: text.to, send_at: sendAt }, 201)).toMatchObject(due);
  });

  const late = { before: 'P1D', of: iso(HOUR) };
  it('is refused if its time has passed, with what to do', async () => {
    const answer = await world.engine.call('POST', '/v1/messages', { ...text, send_at: late });
    expectFault(
      answer,
      'send_at',
      'too_soon',
      /^would be .+Z, which is in the past\. .*if_past to skip or send_now/,
    );
    const messages = [text, { ...text, send_at: late }];
    const batch = await world.engine.call('POST', '/v1/messages/batch', { messages });
    expectFault(batch, 'messages.1.send_at', 'too_soon', /in the past/);
  });

  it('is sent now if if_past says so', async () => {
    const message = await world.create({ ...late, if_past: 'send_now' }, { to: '+15005550001' });
    expect(message).toMatchObject({ status: 'queued', send_at: null, expires_at: late.of });
    await until('it is read', async () => (await world.get(message.id)).status === 'read');
  });

  it('is skipped if if_past says so: canceled at once, told, and never sent', async () => {
    const reference = world.newReference();
    const headers = { 'Idempotency-Key': reference };
    const body = { ...text, text: reference, reference, send_at: { ...late, if_past: 'skip' } };
    const first = await world.engine.call('POST', '/v1/messages', body, headers);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      ...{ status: 'canceled', failure_reason: null, key: null, attempts: 0 },
      send_at: new Date(Date.parse(late.of) - DAY).toISOString(),
      canceled_at: expect.stringMatching(/Z$/),
      moment: { skipped: true },
    });
    const again = await world.engine.call('POST', '/v1/messages', body, headers);
    expect([again.status, again.body]).toEqual([200, first.body]);
    const other = await world.create(late.of, { reference: `${reference}-other` });
    await world.cancelAll(other.reference);
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
    await world.ask('PATCH', `/v1/chats/${chat}`, { handled_by: 'human' });
    const fields = { to: chat, cancel_on_takeover: true };
    expect(await world.create({ ...late, if_past: 'skip' }, fields)).toMatchObject({ status: 'canceled' });
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
    expectFault(
      await world.engine.call('POST', '/v1/messages', { ...text, send_at: sendAt }),
      path,
      code,
      says,
    );
  },
);

it.each([
  [{ before: 5, of: 'x', timezone: 'Rome' }, ['before', 'of', 'timezone']],
  [{ before: 'x', of: day.of, at: '25:00', timezone: 'Rome', on: 1 }, ['on', 'before', 'timezone', 'at']],
])('every field at fault is named: %j', async (sendAt, fields) => {
  const { body } = await world.engine.call('POST', '/v1/messages', { ...text, to: 'x', send_at: sendAt });
  const paths = body.error.details.map(({ path }: { path: string }) => path);
  expect(paths.sort()).toEqual([...fields.map((field) => `send_at.${field}`), 'to'].sort());
});

describe('PATCH', () => {
  it('of the moment moves the message, and keeps the rest', async () => {
    const message = await world.create({ before: 'P1D', of: iso(30 * DAY), at: '09:00', timezone });
    const of = iso(60 * DAY);
    const moved = await world.patch(message.id, { send_at: { of } });
    expect(moved).toMatchObject({ status: 'scheduled', expires_at: of, moment: { ...message.moment, of } });
    const local = new Date(moved.send_at).toLocaleString('sv', { timeZone: timezone });
    expect(local).toMatch(/ 09:00:00$/);
    const before = await world.patch(message.id, { send_at: { before: 'PT2H', at: null } });
    expect(before.send_at).toBe(new Date(Date.parse(of) - 2 * HOUR).toISOString());
  });

  it('of a plain send_at takes it off the moment, and the other way round', async () => {
    const message = await world.create(day);
    const plain = await world.patch(message.id, { send_at: iso(9 * DAY) });
    expect(plain).toMatchObject({ moment: null, expires_at: null });
    const answer = await world.engine.call('PATCH', `/v1/messages/${message.id}`, {
      send_at: { of: day.of },
    });
    expectFault(answer, 'send_at.before', 'required', /or after/);
    expect(await world.patch(message.id, { send_at: day })).toMatchObject({
      send_at: message.send_at,
      moment: message.moment,
      expires_at: message.expires_at,
    });
  });

  it('to a time that has passed is refused, or skips it, and a later one brings it back', async () => {
    const message = await world.create(day);
    const early = { send_at: { of: iso(HOUR) } };
    const refused = await world.engine.call('PATCH', `/v1/messages/${message.id}`, early);
    expectFault(refused, 'send_at', 'too_soon', /in the past/);
    expect(await world.get(message.id)).toEqual(message);
    const skipped = await world.patch(message.id, { send_at: { ...early.send_at, if_past: 'skip' } });
    expect(skipped).toMatchObject({ status: 'canceled', moment: { skipped: true } });
    expect(await world.patch(message.id, { text: 'Changed' })).toMatchObject({
      status: 'canceled',
      text: 'Changed',
    });
    expect(await world.patch(message.id, { send_at: { of: day.of } })).toMatchObject({
      ...{ status: 'scheduled', canceled_at: null, text: 'Changed', send_at: message.send_at },
      moment: { skipped: false },
    });
  });

  it('names every field at fault', async () => {
    const { id } = await world.create(day);
    const body = { text: 5, send_at: { of: 'x', timezone: 'Rome' } };
    const { error } = (await world.engine.call('PATCH', `/v1/messages/${id}`, body)).body;
    const paths = error.details.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(['text', 'send_at.of', 'send_at.timezone']);
  });
});
