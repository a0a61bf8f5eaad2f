import { SANDBOX_PACING } from '../../../engine/domain/pacing/settings';
import { RecordedTransport } from '../../support/engine/recorded-transport';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { Receiver } from '../events/receiver';

/** A gap of 10 ms; a day in 14 minutes. */
const SPEED = 100;
const REJECTED = '+15005550006';
const NO_CAPS = { per_minute: null, per_hour: null, per_day: null, new_contacts_per_day: null };

describe('the pace of the sandbox', () => {
  const recorded = new RecordedTransport();
  let engine: TestEngine;
  let receiver: Receiver;
  let session: string;
  let people = 0;

  beforeAll(async () => {
    engine = await startEngine({
      flags: { BLUETICKS_PACING: 'on', BLUETICKS_SANDBOX_SPEED: String(SPEED) },
      parts: { wrapTransport: recorded.wrap },
    });
    receiver = await new Receiver().start();
    await engine.call('POST', '/v1/webhooks', { url: receiver.url(), events: ['session.slowed_down'] });
    session = `/v1/sessions/${(await engine.call('GET', '/v1/sessions')).body.data[0].id}`;
  }, 60_000);
  afterAll(async () => {
    await engine.close();
    await receiver.stop();
  });

  const send = async (...to: string[]): Promise<void> => {
    const messages = to.map((one) => ({ type: 'text', to: one, text: 'Hello', priority: 'low' }));
    expect((await engine.call('POST', '/v1/messages/batch', { messages })).status).toBe(201);
  };
  const strangers = (count: number): string[] =>
    Array.from({ length: count }, () => `+1415555${String((people += 1)).padStart(4, '0')}`);
  const patch = async (pacing: object) => (await engine.call('PATCH', session, { pacing })).body.pacing;

  it('has a gap of a second, and no caps', async () => {
    const { pacing } = (await engine.call('GET', session)).body;
    expect(pacing).toEqual({
      ...SANDBOX_PACING,
      ...NO_CAPS,
      sent_today: 0,
      limit_today: null,
      slowdown: null,
    });
    expect(pacing.min_gap_s).toBe(1);
  });

  it('lets more new contacts through than any number may write to in a day, and any number of rejections', async () => {
    await send(...Array.from({ length: 4 }, () => REJECTED), ...strangers(61));
    await until('all went', () => recorded.handedOver.length === 65, 30_000);
    const { pacing } = (await engine.call('GET', session)).body;
    expect(pacing).toMatchObject({ slowdown: null, sent_today: 65 });
    expect(receiver.received).toEqual([]);
    const { times } = recorded;
    const gaps = times.slice(1).map((at, i) => at - times[i]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000 / SPEED);
  });

  it('is that of a real number once it is changed, and its own again once all of that is reset', async () => {
    recorded.forget();
    expect(await patch({ new_contacts_per_day: 60 })).toMatchObject({
      min_gap_s: 6,
      per_day: 600,
      new_contacts_per_day: 60,
      warm_up: false,
      limit_today: 600,
    });
    // A day has seen more than sixty.
    const [stranger] = strangers(1);
    await send(stranger!);
    const { data } = (await engine.call('GET', `/v1/messages?to=${encodeURIComponent(stranger!)}`)).body;
    expect(data[0].status).toBe('queued');
    expect(await patch({ new_contacts_per_day: null })).toMatchObject(NO_CAPS);
    await until('it goes', () => recorded.handedOver.length === 1);
  });

  it('slows down like a real number once it is changed', async () => {
    await patch({ min_gap_s: 1, jitter_s: 0, new_contacts_per_day: 1000 });
    await send(...Array.from({ length: 8 }, () => REJECTED));
    await until('it is told', () => receiver.received.length > 0, 30_000);
    expect((await engine.call('GET', session)).body.pacing.slowdown).toMatchObject({ reason: 'rejections' });
    expect(await patch({ min_gap_s: null, jitter_s: null, new_contacts_per_day: null })).toMatchObject({
      ...NO_CAPS,
      slowdown: null,
    });
    recorded.forget();
    await send(...strangers(3));
    await until('they go', () => recorded.handedOver.length >= 3);
  });

  it('rehearses the warm-up from the moment when it is turned on', async () => {
    // Half of what a number may send on its first day, because it is slowed down.
    expect(await patch({ warm_up: true })).toMatchObject({ warm_up: true, per_day: 600, limit_today: 20 });
    expect(await patch({ warm_up: false })).toMatchObject({ warm_up: false, limit_today: 300 });
    await patch({ warm_up: null });
  });
});
