import { readFileSync } from 'node:fs';
import { DEFAULT_PACING } from '../../../engine/domain/pacing/settings';
import { SessionPacer } from '../../../engine/pacing/session-pacer';
import { RecordedTransport } from '../../support/engine/recorded-transport';
import { JumpingClock } from '../../support/clock/jumping-clock';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { tempFolder } from '../../support/servers/temp-folder';
import { fullest } from '../../simulation/pacing-world';
import { Receiver } from '../events/receiver';

/** Pacing at this speed: a gap of 60 to 120 ms, 8 messages in 0.6 s, 120 in 36 s, a day in 14 minutes. */
const SPEED = 100;
const FLAGS = { BLUETICKS_PACING: 'on', BLUETICKS_SANDBOX_SPEED: String(SPEED) };
const OGG = readFileSync('test/assets/voice.ogg').toString('base64');
const NO_LIMITS = { min_gap_s: 1, jitter_s: 0, per_minute: 60, per_hour: 1000, per_day: 10_000 };

const text = (to: string, words: string, more: object = {}): object => ({
  type: 'text',
  to,
  text: words,
  ...more,
});
/** A person who was never written to. */
let people = 0;
const somebody = (): string => `+1415555${String((people += 1)).padStart(4, '0')}`;

describe('a paced lane', () => {
  const clock = new JumpingClock();
  const recorded = new RecordedTransport();
  /** Every "typing…", and how many messages were handed over before it. */
  const typed: { chatId: string; ms: number; kind: string; before: number }[] = [];
  let typingMayEnd: Promise<void> = Promise.resolve();
  let engine: TestEngine;
  let receiver: Receiver;
  let session: string;

  beforeAll(async () => {
    engine = await startEngine({
      flags: FLAGS,
      parts: {
        clock,
        wrapTransport: (factory, mode) =>
          recorded.wrap((session, itsClock) => {
            const transport = factory(session, itsClock);
            const typing = transport.typing!.bind(transport);
            transport.typing = async (chatId, ms, kind) => {
              typed.push({ chatId, ms, kind, before: recorded.handedOver.length });
              await typingMayEnd;
              return typing(chatId, ms, kind);
            };
            return transport;
          }, mode),
      },
    });
    receiver = await new Receiver().start();
    await engine.call('POST', '/v1/webhooks', {
      url: receiver.url(),
      events: ['message.queued', 'message.failed', 'session.slowed_down'],
    });
    session = `/v1/sessions/${(await engine.call('GET', '/v1/sessions')).body.data[0].id}`;
    // The pace of a real number.
    await pace({ min_gap_s: DEFAULT_PACING.min_gap_s });
  }, 60_000);
  afterAll(async () => {
    await engine.close();
    await receiver.stop();
  });
  beforeEach(() => recorded.forget());

  const pace = async (pacing: object): Promise<void> => {
    const { status, body } = await engine.call('PATCH', session, { pacing });
    expect([status, body.error]).toEqual([200, undefined]);
  };
  const send = async (...messages: object[]): Promise<string[]> =>
    (await engine.call('POST', '/v1/messages/batch', { messages })).body.data.map(
      ({ id }: { id: string }) => id,
    );
  const texts = (): string[] => recorded.texts;
  const statusOf = async (id: string): Promise<string> =>
    (await engine.call('GET', `/v1/messages/${id}`)).body.status;
  const told = (type: string, id: string): number =>
    receiver.received.filter(({ event }) => event.type === type && event.data['id'] === id).length;

  it('keeps the gap and the caps on the wire, and lets an alert go first', async () => {
    await send(...Array.from({ length: 24 }, (_, i) => text(somebody(), `${i}`, { priority: 'low' })));
    await until('it sends', () => recorded.handedOver.length >= 3);
    await send(text(somebody(), 'alert', { priority: 'high' }));
    const before = recorded.handedOver.length;
    await until('all went', () => recorded.handedOver.length === 25, 30_000);
    // The campaign's next message may have been claimed already.
    expect(texts().indexOf('alert')).toBeLessThanOrEqual(before + 1);
    const { times } = recorded;
    const gaps = times.slice(1).map((at, i) => at - times[i]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual((DEFAULT_PACING.min_gap_s * 1000) / SPEED);
    expect(fullest(times, 60_000 / SPEED)).toBeLessThanOrEqual(DEFAULT_PACING.per_minute);
    expect(texts().filter((words) => words !== 'alert')).toEqual(
      Array.from({ length: 24 }, (_, i) => `${i}`),
    );
  });

  it('skips new contacts at their cap, and still writes to known ones', async () => {
    const [ada, bob] = [somebody(), somebody()];
    const known = await send(text(ada, 'first'), text(bob, 'first'));
    for (const id of known) await until('it is delivered', async () => (await statusOf(id)) === 'delivered');
    await pace({ new_contacts_per_day: 0 });
    const [stranger] = await send(text(somebody(), 'stranger'), text(ada, 'known'), text(bob, 'known'));
    await until('the known ones got theirs', () => texts().filter((words) => words === 'known').length === 2);
    expect(texts()).not.toContain('stranger');
    expect(await statusOf(stranger!)).toBe('queued');
    // New settings apply at once.
    await pace({ new_contacts_per_day: null });
    await until('the stranger gets it', () => texts().includes('stranger'));
  });

  it('applies a pace that was set during a look to messages created after it', async () => {
    const { refresh } = SessionPacer.prototype;
    let stranger: string | undefined;
    const looking = jest.spyOn(SessionPacer.prototype, 'refresh').mockImplementation(async function (
      this: SessionPacer,
    ) {
      await refresh.call(this);
      looking.mockRestore();
      await pace({ new_contacts_per_day: 0 });
      [stranger] = await send(text(somebody(), 'stranger'));
    });
    await pace({ new_contacts_per_day: 5 });
    await until('it waits', async () => stranger !== undefined && (await statusOf(stranger)) === 'queued');
    expect(texts()).toEqual([]);
    await pace({ new_contacts_per_day: null });
    await until('the stranger gets it', () => texts().includes('stranger'));
  });

  it('emits message.queued once for a due message that waits for the pace', async () => {
    await pace({ ...NO_LIMITS, min_gap_s: 900 });
    const due = new Date(clock.now() + 10_500).toISOString();
    const ids = await send(...[1, 2, 3].map(() => text(somebody(), 'due', { send_at: due })));
    clock.jump(10_500);
    // Wakes the lane, whose own timer does not jump.
    await pace({ min_gap_s: 900 });
    await until('one goes', () => recorded.handedOver.length > 0, 30_000);
    for (const id of ids) await until('it is told as queued', () => told('message.queued', id) > 0);
    const waiting = await Promise.all(ids.map(statusOf));
    expect(waiting.filter((status) => status === 'queued').length).toBeGreaterThanOrEqual(1);
    await pace({ min_gap_s: 1 });
    await until('all go', () => recorded.handedOver.length === 3);
    expect(ids.map((id) => told('message.queued', id))).toEqual([1, 1, 1]);
  });

  it('fails a message that expires while it waits for the pace, within 15 s', async () => {
    await pace({ ...NO_LIMITS, min_gap_s: 3600 });
    const expires_at = new Date(clock.now() + 1000).toISOString();
    const [, late] = await send(text(somebody(), 'goes'), text(somebody(), 'late', { expires_at }));
    const { event } = await until(
      'it is told as failed',
      () =>
        receiver.received.find((got) => got.event.data['id'] === late && got.event.type === 'message.failed'),
      20_000,
    );
    expect(event.data['failure_reason']).toBe('expired');
    const failedAt = Date.parse(String(event.data['failed_at']));
    expect(failedAt).toBeGreaterThanOrEqual(Date.parse(expires_at));
    expect(failedAt).toBeLessThan(Date.parse(expires_at) + 15_000);
    await pace({ min_gap_s: 1 });
    // It may have waited for its gap until now.
    await until('the other goes', () => texts().includes('goes'));
  });

  it('sends only `high` in quiet hours', async () => {
    // The current hour, and the ones before and after it.
    const hour = (offset: number): string =>
      new Date(clock.now() + offset * 3_600_000).toISOString().slice(11, 14) + '00';
    await pace({ ...NO_LIMITS, quiet_hours: { start: hour(-1), end: hour(2), timezone: 'UTC' } });
    await send(
      text(somebody(), 'normal'),
      text(somebody(), 'low', { priority: 'low' }),
      text(somebody(), 'high', { priority: 'high' }),
    );
    await until('the alert goes', () => recorded.handedOver.length > 0);
    expect(texts()).toEqual(['high']);
    await pace({ quiet_hours: null });
    await until('the others go', () => recorded.handedOver.length === 3);
    expect(texts()).toEqual(['high', 'normal', 'low']);
  });

  it('shows "typing…" before a text to a person, and not before an alert', async () => {
    typed.length = 0;
    await pace({ ...NO_LIMITS, min_gap_s: DEFAULT_PACING.min_gap_s, typing: true });
    const [ada, bob] = [somebody(), somebody()];
    await send(text(ada, 'x'.repeat(50)), text(bob, 'alert', { priority: 'high' }));
    await until('both went', () => recorded.handedOver.length === 2);
    await pace({ typing: false });
    expect(typed).toEqual([
      {
        chatId: `${ada.slice(1)}@c.us`,
        ms: 3000,
        kind: 'text',
        before: texts().findIndex((words) => words !== 'alert'),
      },
    ]);
  });

  it('slows down when messages are rejected, with an event and in the API', async () => {
    await pace(NO_LIMITS);
    const before = (await engine.call('GET', session)).body.pacing;
    expect(before).toMatchObject({ slowdown: null, limit_today: 10_000 });
    expect(before.sent_today).toBeGreaterThan(25);
    await send(...[1, 2, 3, 4, 5].map(() => text('+15005550006', 'rejected')));
    const { event } = await until(
      'it is told',
      () => receiver.received.find((got) => got.event.type === 'session.slowed_down'),
      30_000,
    );
    expect(event.data['pacing']).toMatchObject({
      slowdown: { factor: 2, reason: 'rejections' },
      limit_today: 5000,
    });
    expect(receiver.received.filter((got) => got.event.type === 'session.slowed_down')).toHaveLength(1);
  });

  it('shows "typing…" as long as a message says, while others go', async () => {
    typed.length = 0;
    await pace({ ...NO_LIMITS, new_contacts_per_day: 1000, typing: true });
    const [ada, bob] = [somebody(), somebody()];
    const voice = { type: 'media', to: bob, media: { data_base64: OGG, kind: 'voice' } };
    let endTyping = (): void => undefined;
    typingMayEnd = new Promise((resolve) => (endTyping = resolve));
    const ids = await send(
      text(ada, 'typed', { typing_seconds: 25, priority: 'high' }),
      { ...voice, typing_seconds: 20, priority: 'high' },
      text(ada, 'after it', { typing_seconds: 0 }),
      ...[1, 2, 3].map((number) => text(somebody(), `meanwhile ${number}`, { typing_seconds: 0 })),
    );
    await until('the others went', () => recorded.handedOver.length === 3);
    // Nobody waits for the typing but the chat itself, which keeps its order.
    expect(texts()).toEqual(['meanwhile 1', 'meanwhile 2', 'meanwhile 3']);
    endTyping();
    await until('all went', () => recorded.handedOver.length === ids.length);
    await pace({ typing: false });
    expect(typed.map(({ chatId, ms, kind }) => ({ chatId, ms, kind }))).toEqual([
      { chatId: `${ada.slice(1)}@c.us`, ms: 25_000, kind: 'text' },
      { chatId: `${bob.slice(1)}@c.us`, ms: 20_000, kind: 'voice' },
    ]);
    expect(texts().slice(3).sort()).toEqual(['(media)', 'after it', 'typed']);
    expect(texts().indexOf('typed')).toBeLessThan(texts().indexOf('after it'));
    for (const [index, at] of recorded.times.entries())
      if (index > 0) expect(at - recorded.times[index - 1]!).toBeGreaterThanOrEqual(1000 / SPEED);
  });
});

it('keeps its caps across a restart', async () => {
  const hourMs = 3_600_000 / SPEED;
  const clock = new JumpingClock();
  const folder = await tempFolder('paced');
  const recorded = new RecordedTransport();
  const { handedOver } = recorded;
  const start = (): Promise<TestEngine> =>
    startEngine({
      dataDir: folder.path,
      flags: FLAGS,
      parts: { clock, wrapTransport: recorded.wrap },
    });
  let engine = await start();
  const path = `/v1/sessions/${(await engine.call('GET', '/v1/sessions')).body.data[0].id}`;
  // Ten per hour, of which one is reserved for alerts.
  const pacing = { ...NO_LIMITS, per_hour: 10, new_contacts_per_day: 1000 };
  await engine.call('PATCH', path, { pacing });
  const messages = Array.from({ length: 15 }, (_, i) => text(somebody(), `${i}`));
  await engine.call('POST', '/v1/messages/batch', { messages });
  await until('some went', () => handedOver.length >= 4);
  await engine.close();
  engine = await start();
  await until('the hour is used up', () => handedOver.length >= 9, 20_000);
  const { body } = await engine.call('POST', '/v1/messages', text(somebody(), 'alert', { priority: 'high' }));
  await until('the alert goes', () => recorded.texts.includes('alert'));
  await engine.close();
  engine = await start();
  // To the last second of the hour; the lane is woken, because its own timer does not jump.
  clock.jump(Math.max(0, recorded.times[0]! + hourMs - 1000 - clock.now()));
  await engine.call('PATCH', path, { pacing });
  await until('all went', () => new Set(handedOver.map((sent) => sent.wireId)).size === 16, 60_000);
  expect(body.id).toBeDefined();
  const times = [...new Map(handedOver.map(({ wireId, at }) => [wireId, at])).values()].sort((a, b) => a - b);
  expect(fullest(times, hourMs)).toBeLessThanOrEqual(10);
  await engine.close();
  await folder.remove();
}, 180_000);
