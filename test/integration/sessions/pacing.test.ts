import { DEFAULT_PACING, PACING_BOUNDS } from '../../../engine/domain/pacing/settings';
import { until } from '../../support/engine/until';
import { startLiveEngine, type LiveEngine } from './live-engine';

describe('the pacing of a session', () => {
  let engine: LiveEngine;
  let path: string;

  beforeAll(async () => {
    engine = await startLiveEngine({ flags: { BLUETICKS_PACING: 'on' } });
    path = `/v1/sessions/${(await engine.linkNumber('+393331234567')).id}`;
  }, 60_000);
  afterAll(() => engine.close());

  const patch = async (pacing: unknown) => engine.live('PATCH', path, { pacing });

  it('is that of a new number by default', async () => {
    const { body } = await engine.live('GET', path);
    expect(body.pacing).toEqual({ ...DEFAULT_PACING, sent_today: 0, limit_today: 40, slowdown: null });
  });

  it("counts today's messages, and delays the rest of a burst", async () => {
    const messages = ['+14155550001', '+14155550002'].map((to) => ({ type: 'text', to, text: 'hello' }));
    await engine.live('POST', '/v1/messages/batch', { messages });
    await until('one went', () => engine.whatsapp.sent.length > 0);
    // The second is due in 6 s at the soonest.
    expect((await engine.live('GET', path)).body.pacing.sent_today).toBe(1);
    expect((await engine.live('GET', '/v1/sessions')).body.data[0].pacing.sent_today).toBe(1);
  });

  it('changes each setting alone, and null restores its default', async () => {
    const quiet_hours = { start: '22:00', end: '07:00', timezone: 'Europe/Rome' };
    const set = { min_gap_s: 2.5, per_day: 20, warm_up: false, typing: true, quiet_hours };
    expect((await patch(set)).body.pacing).toMatchObject({ ...DEFAULT_PACING, ...set, limit_today: 20 });
    expect((await patch({ per_day: null })).body.pacing).toMatchObject({
      ...set,
      per_day: 600,
      limit_today: 600,
    });
    const rest = { min_gap_s: null, warm_up: null, typing: null, quiet_hours: null };
    expect((await patch(rest)).body.pacing).toMatchObject({ ...DEFAULT_PACING, limit_today: 40 });
    expect((await engine.live('GET', path)).body.pacing).toMatchObject(DEFAULT_PACING);
  });

  it.each([
    [{ per_minute: 0 }, 'pacing.per_minute', 'must be at least 1'],
    [{ per_minute: 61 }, 'pacing.per_minute', 'must be at most 60'],
    [{ per_hour: 1.5 }, 'pacing.per_hour', 'must be a whole number, not 1.5'],
    [{ per_day: '600' }, 'pacing.per_day', 'must be a number, not a string'],
    [{ min_gap_s: 0 }, 'pacing.min_gap_s', 'must be at least 1'],
    [{ jitter_s: -1 }, 'pacing.jitter_s', 'must be at least 0'],
    [{ new_contacts_per_day: 1001 }, 'pacing.new_contacts_per_day', 'must be at most 1000'],
    [{ warm_up: 'yes' }, 'pacing.warm_up', 'must be a boolean, not a string'],
    [{ per_week: 1 }, 'pacing.per_week', 'is not a field of this request. Remove it or check its spelling.'],
    [
      { quiet_hours: { start: '22:00', end: '7', timezone: 'Europe/Rome' } },
      'pacing.quiet_hours.end',
      'must be a time from 00:00 to 23:59, written HH:MM. Midnight is 00:00.',
    ],
    [
      { quiet_hours: { start: '22:00', end: '07:00', timezone: 'Rome' } },
      'pacing.quiet_hours.timezone',
      'is not a known time zone. Use an IANA name such as Europe/Rome.',
    ],
    [
      { quiet_hours: { start: '22:00', end: '07:00' } },
      'pacing.quiet_hours.timezone',
      'is required. Send a string.',
    ],
  ])('refuses %j', async (pacing, at, message) => {
    const { status, body } = await patch(pacing);
    expect([status, body.error.details]).toEqual([400, [{ path: at, code: expect.any(String), message }]]);
  });

  it('has limits for every number', () => {
    const numbers = Object.entries(DEFAULT_PACING).filter(([, value]) => typeof value === 'number');
    expect(numbers.map(([knob]) => knob).sort()).toEqual(Object.keys(PACING_BOUNDS).sort());
  });
});

it('shows no limit when pacing is off', async () => {
  const engine = await startLiveEngine();
  const { id } = await engine.makeSession();
  const { body } = await engine.live('GET', `/v1/sessions/${id}`);
  expect(body.pacing).toEqual({ ...DEFAULT_PACING, sent_today: 0, limit_today: null, slowdown: null });
  await engine.close();
});
