import { RecordedTransport } from '../../support/engine/recorded-transport';
import { startEngine, type Answer, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { JumpingClock } from '../../support/clock/jumping-clock';
import { Receiver } from '../events/receiver';

const HOUR = 3_600_000;
const text = { type: 'text', to: '+15005550003', text: 'Hello' };

let engine: TestEngine;
let recorded: RecordedTransport;
let clock: JumpingClock;
/** Timers run 20 times as quick, so that a sweep of every minute comes every three seconds. */
const start = async (speed: string): Promise<void> => {
  recorded = new RecordedTransport();
  clock = new JumpingClock(20);
  engine = await startEngine({
    parts: { clock, wrapTransport: recorded.wrap },
    flags: { BLUETICKS_SANDBOX_SPEED: speed },
  });
};
beforeAll(() => start('50'));
beforeEach(() => recorded.forget());
/** What a test left waiting would go in the next one. */
afterEach(async () => {
  for (const status of ['scheduled', 'queued']) {
    const { body } = await engine.call('GET', `/v1/messages?limit=200&status=${status}`);
    for (const { id } of body.data) await engine.call('DELETE', `/v1/messages/${id}`);
  }
});
afterAll(() => engine.close());

/** Runs `test` with an engine of its own whose sandbox is as quick as `speed` says. */
async function atSpeed(speed: string, test: () => Promise<void>): Promise<void> {
  const usual = { engine, recorded, clock };
  await start(speed);
  try {
    await test();
  } finally {
    await engine.close();
    ({ engine, recorded, clock } = usual);
  }
}

/** Moves the clock and wakes the lane, which would otherwise notice only in its next sweep. */
const jump = async (ms: number): Promise<void> => {
  clock.jump(ms);
  const { body } = await engine.call('GET', '/v1/sessions');
  const { status } = await engine.call('PATCH', `/v1/sessions/${body.data[0].id}`, { pacing: {} });
  expect(status).toBe(200);
};
const ahead = (ms: number): string => new Date(clock.now() + ms).toISOString();
const create = async (fields: object): Promise<Answer['body']> => {
  const { status, body } = await engine.call('POST', '/v1/messages', fields);
  expect([status, body.error]).toEqual([201, undefined]);
  return body;
};
const get = async (id: string): Promise<Answer['body']> =>
  (await engine.call('GET', `/v1/messages/${id}`)).body;
const reaches = (id: string, status: string, timeoutMs?: number): Promise<Answer['body']> =>
  until(
    `${id} is ${status}`,
    async () => {
      const message = await get(id);
      return message.status === status && message;
    },
    timeoutMs,
  );

it('a scheduled message is handed over at its moment, not before', async () => {
  const { id, send_at: sendAt } = await create({ ...text, to: '+15005550001', send_at: ahead(HOUR) });
  const receiver = await new Receiver().start();
  const events = ['message.queued', 'message.sending', 'message.read'];
  const { body: webhook } = await engine.call('POST', '/v1/webhooks', { url: receiver.url(), events });
  clock.jump(HOUR - 2_000);
  await until('its time comes', () => clock.now() > Date.parse(sendAt) - 200);
  expect(recorded.handedOver).toEqual([]);
  await reaches(id, 'read');
  expect(recorded.times[0]).toBeGreaterThanOrEqual(Date.parse(sendAt));
  await until('its events are told', () => receiver.received.length === events.length);
  await engine.call('DELETE', `/v1/webhooks/${webhook.id}`);
  await receiver.stop();
  const statuses = receiver.received.map(({ event }) => [event.type, event.data['status']]);
  expect(Object.fromEntries(statuses)).toEqual({
    'message.queued': 'queued',
    'message.sending': 'sending',
    'message.read': 'read',
  });
});

describe('expires_at', () => {
  it('while the message waits for its window: it fails as expired within 15 s, and never goes', async () => {
    const expiresAt = clock.now() + HOUR;
    const { id } = await create({
      ...text,
      expires_at: new Date(expiresAt).toISOString(),
      send_window: closedFor(6 * HOUR),
    });
    clock.jump(HOUR - 1_000);
    const failed = await reaches(id, 'failed');
    expect(failed).toMatchObject({ failure_reason: 'expired', key: null, sent_at: null, attempts: 0 });
    const lateMs = Date.parse(failed.failed_at) - expiresAt;
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThanOrEqual(15_000);
    expect(recorded.handedOver).toEqual([]);
  });

  it(
    'while the link is down',
    () =>
      // At this speed, with hurried timers, the link stays down for 25 seconds.
      atSpeed('0.01', async () => {
        await create({ ...text, to: '+15005550007' });
        await until('the link is down', async () => {
          const { body } = await engine.call('GET', '/v1/engines');
          return /dropped the link/.test(body.data[0].reason);
        });
        const expiresAt = clock.now() + 1_500;
        const { id } = await create({ ...text, expires_at: new Date(expiresAt).toISOString() });
        const failed = await reaches(id, 'failed', 15_000);
        expect(failed).toMatchObject({ failure_reason: 'expired', key: null });
        expect(Date.parse(failed.failed_at) - expiresAt).toBeLessThanOrEqual(15_000);
        expect((await engine.call('GET', '/v1/engines')).body.data[0].connected).toBe(false);
        expect(recorded.handedOver).toHaveLength(1);
      }),
    60_000,
  );

  it('of a message that is edited to a later one, which then goes', async () => {
    const { id } = await create({ ...text, send_at: ahead(HOUR), expires_at: ahead(HOUR + 60_000) });
    const { status } = await engine.call('PATCH', `/v1/messages/${id}`, { expires_at: ahead(5 * HOUR) });
    expect(status).toBe(200);
    await jump(HOUR + 2 * 60_000);
    await reaches(id, 'sending');
  });
});

describe('send_window', () => {
  it('a message outside its window waits, queued, for the opening', async () => {
    const { id } = await create({ ...text, send_window: closedFor(2 * HOUR) });
    await laneHasLooked();
    expect(await get(id)).toMatchObject({ status: 'queued', key: null });
    clock.jump(HOUR);
    await laneHasLooked();
    expect(await get(id)).toMatchObject({ status: 'queued', key: null });
    clock.jump(HOUR);
    await reaches(id, 'sending');
    expect(recorded.textsTo('15005550003@c.us')).toHaveLength(1);
  });

  it('taken away by an edit, the message goes at once', async () => {
    const { id } = await create({ ...text, send_window: closedFor(6 * HOUR) });
    expect((await engine.call('PATCH', `/v1/messages/${id}`, { send_window: null })).status).toBe(200);
    await reaches(id, 'sending');
  });

  it('added by an edit, the message stays where it is', async () => {
    const { id } = await create({ ...text, send_at: ahead(HOUR) });
    const { status } = await engine.call('PATCH', `/v1/messages/${id}`, { send_window: closedFor(6 * HOUR) });
    expect(status).toBe(200);
    // Due at the same moment, and without a window.
    const other = await create({ ...text, to: '+15005550001', send_at: ahead(HOUR) });
    await jump(HOUR + 60_000);
    await reaches(other.id, 'read');
    expect(['scheduled', 'queued']).toContain((await get(id)).status);
    expect(recorded.handedOver).toHaveLength(1);
  });
});

describe('priority', () => {
  it('of messages due at once, high goes before normal before low', async () => {
    const sendAt = ahead(HOUR);
    const order = ['low', 'normal', 'high', 'low', 'high', 'normal'];
    const messages = order.map((priority, index) => ({
      ...text,
      to: `+1500555${4000 + index}`,
      text: priority,
      priority,
      send_at: sendAt,
    }));
    const { status } = await engine.call('POST', '/v1/messages/batch', { messages });
    expect(status).toBe(201);
    await jump(HOUR + 1_000);
    await until('all are handed over', () => recorded.handedOver.length === order.length);
    expect(recorded.handedOver.map(({ content }) => content.type === 'text' && content.text)).toEqual([
      'high',
      'high',
      'normal',
      'normal',
      'low',
      'low',
    ]);
  });

  it('an alert passes a crowd of low ones that waits already', () =>
    atSpeed('2', async () => {
      const crowd = Array.from({ length: 400 }, (_, index) => ({
        ...text,
        to: `+1500555${4000 + index}`,
        text: 'crowd',
        priority: 'low',
      }));
      await engine.call('POST', '/v1/messages/batch', { messages: crowd });
      await create({ ...text, to: '+15005559999', text: 'alert', priority: 'high' });
      const place = await until('the alert is handed over', () => {
        const at = recorded.handedOver.findIndex(({ chatId }) => chatId === '15005559999@c.us');
        return at >= 0 && at + 1;
      });
      expect(place).toBeLessThan(400);
    }));
});

describe('cancel_on_reply', () => {
  it('the reply to one message cancels what else was to go to that person, and only that', async () => {
    const reply = { ...text, to: '+15005550004', send_at: ahead(HOUR) };
    const [waits, stays, other] = [
      await create({ ...reply, cancel_on_reply: true }),
      await create({ ...reply }),
      await create({ ...reply, to: '+15005550001', cancel_on_reply: true }),
    ];
    await create({ ...text, to: '+15005550004' });
    const canceled = await reaches(waits.id, 'canceled');
    expect(Date.parse(canceled.canceled_at)).toBeGreaterThan(Date.parse(canceled.created_at));
    expect((await get(stays.id)).status).toBe('scheduled');
    expect((await get(other.id)).status).toBe('scheduled');
    await jump(HOUR + 1_000);
    await reaches(stays.id, 'delivered');
    expect(recorded.textsTo('15005550004@c.us')).toHaveLength(2);
  });
});

/** Waits until a message that may go at once is read: the lane has looked at all that is due by then. */
async function laneHasLooked(): Promise<void> {
  await reaches((await create({ ...text, to: '+15005550001' })).id, 'read');
}

/** A window that opens `ms` from now, on a whole minute. */
function closedFor(ms: number): { start: string; end: string; timezone: string } {
  const time = (at: number): string => new Date(at).toISOString().slice(11, 16);
  return { start: time(clock.now() + ms), end: time(clock.now() + ms + HOUR), timezone: 'UTC' };
}
