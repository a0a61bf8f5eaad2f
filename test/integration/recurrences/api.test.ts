import { JumpingClock } from '../../support/clock/jumping-clock';
import { RecordedTransport } from '../../support/engine/recorded-transport';
import { startEngine, type Answer, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';

jest.setTimeout(60_000);

const TO = '+15005550001';
// Timers run 20 times as quick, so that a sweep of every minute comes every three seconds.
const clock = new JumpingClock(20);
const recorded = new RecordedTransport();
let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine({ parts: { clock, wrapTransport: recorded.wrap } });
});
afterAll(() => engine.close());

async function ask(method: string, path: string, status: number, body?: unknown): Promise<Answer['body']> {
  const answer = await engine.call(method, `/v1/recurrences${path}`, body);
  expect([answer.status, answer.body.error]).toEqual([status, status < 400 ? undefined : expect.anything()]);
  return answer.body;
}

/** Every ten minutes from the next whole hour. */
const nextHour = (): number => Math.ceil(clock.now() / 3_600_000) * 3_600_000;
const given = (fields: object = {}) => ({
  ...{ to: TO, type: 'text', text: 'Drink water', rrule: 'FREQ=MINUTELY;INTERVAL=10' },
  ...{ start: new Date(nextHour()).toISOString(), timezone: 'Asia/Kolkata', ...fields },
});

it('goes out by itself, one message after another, each with its recurrence', async () => {
  const { id, next, message_id: message } = await ask('POST', '', 201, given({ reference: 'water' }));
  expect(next).toHaveLength(5);
  clock.jump(Date.parse(next[0]) - clock.now() + 100);
  await until('the first goes', () => recorded.handedOver.length === 1);
  const second = await until('the second is made', async () => {
    const { message_id: made } = await ask('GET', `/${id}`, 200);
    return made !== message && made;
  });
  const listed = await engine.call('GET', `/v1/messages?recurrence_id=${id}`);
  expect(listed.body.data).toMatchObject([
    { id: second, recurrence_id: id, send_at: next[1], status: 'scheduled', reference: 'water' },
    { id: message, recurrence_id: id, send_at: next[0] },
  ]);
  expect(await ask('DELETE', `/${id}`, 200)).toEqual({ id, deleted: true });
  await ask('GET', `/${id}`, 404);
});

it('is created once for an Idempotency-Key, listed by filter, and unseen by live keys', async () => {
  const body = given({ reference: 'once' });
  const headers = { 'Idempotency-Key': 'rec-1' };
  const first = await engine.call('POST', '/v1/recurrences', body, headers);
  const again = await engine.call('POST', '/v1/recurrences', body, headers);
  expect([first.status, again.status, again.body.id]).toEqual([201, 200, first.body.id]);
  const ids = async (query: string): Promise<string[]> =>
    (await ask('GET', query, 200)).data.map(({ id }: { id: string }) => id);
  expect(await ids('?reference=once')).toEqual([first.body.id]);
  expect(await ids('?to=15005550001@c.us&status=active')).toEqual([first.body.id]);
  expect(await ids('?status=paused')).toEqual([]);
  const live = engine.callAs((await engine.createKey('live')).key);
  expect((await live('GET', `/v1/recurrences/${first.body.id}`)).status).toBe(404);
});

it('is changed, skipped, paused and resumed', async () => {
  const { id, next } = await ask('POST', '', 201, given());
  expect((await ask('PATCH', `/${id}`, 200, { text: 'Stand up' })).text).toBe('Stand up');
  expect((await ask('POST', `/${id}/skip`, 200, { occurrence: next[0] })).next[0]).toBe(next[1]);
  expect((await ask('POST', `/${id}/pause`, 200)).status).toBe('paused');
  await ask('POST', `/${id}/pause`, 409);
  expect((await ask('POST', `/${id}/resume`, 200)).next[0]).toBe(next[1]);
  await ask('PATCH', `/${id}`, 400, {});
  await ask('PATCH', '/rec_none', 404, { text: 'x' });
  await ask('POST', `/${id}/skip`, 400, { occurrence: 'soon' });
});

it('is previewed without being made', async () => {
  const { rrule, start, timezone } = given({ rrule: 'FREQ=DAILY;COUNT=2' });
  const { next } = await ask('POST', '/preview', 200, { rrule, start, timezone });
  expect(next).toEqual([start, new Date(Date.parse(start) + 86_400_000).toISOString()]);
  await ask('POST', '/preview', 400, { rrule: 'FREQ=SECONDLY', start, timezone });
});

it('says everything that is wrong at once', async () => {
  const { error } = await ask('POST', '', 400, {
    ...{
      to: '12',
      type: 'text',
      text: '',
      rrule: 'FREQ=SECONDLY',
      start: 'now',
      timezone: 'Rome',
      from: '+1',
    },
    ...{ exdates: ['x'], send_window: { start: '25:00', end: '20:00', timezone: 'Mars' } },
  });
  const paths = error.details.map(({ path }: { path: string }) => path);
  expect(new Set(paths)).toEqual(
    new Set([
      'to',
      'text',
      'rrule',
      'start',
      'timezone',
      'exdates.0',
      'send_window.start',
      'send_window.timezone',
      'from',
    ]),
  );
});
