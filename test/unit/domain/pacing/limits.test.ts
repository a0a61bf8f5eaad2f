import fc from 'fast-check';
import { limitsOn, shareOf, slowed, warmUpDays, type Limits } from '../../../../engine/domain/pacing/limits';
import {
  DEFAULT_PACING,
  PACING_BOUNDS,
  SANDBOX_PACING,
  settingsOf,
  withDefaults,
} from '../../../../engine/domain/pacing/settings';

const most = (limits: Limits): Record<string, number> =>
  Object.fromEntries(
    [...limits.caps, limits.newContacts].map(({ windowMs, most: cap }, i) => [
      i === 3 ? 'new' : windowMs / 1000,
      cap,
    ]),
  );

const settings = fc.record({
  min_gap_s: fc.constant(6),
  jitter_s: fc.constant(6),
  per_minute: fc.integer({ min: 1, max: 60 }),
  per_hour: fc.integer({ min: 1, max: 1000 }),
  per_day: fc.integer({ min: 1, max: 10_000 }),
  new_contacts_per_day: fc.integer({ min: 0, max: 1000 }),
  warm_up: fc.boolean(),
});

describe('the limits of a day', () => {
  it.each([
    [0, { 60: 8, 3600: 10, 86400: 40, new: 10 }],
    [1, { 60: 8, 3600: 12, 86400: 48, new: 12 }],
    [7, { 60: 8, 3600: 36, 86400: 143, new: 36 }],
    [14, { 60: 8, 3600: 120, 86400: 514, new: 50 }],
    [15, { 60: 8, 3600: 120, 86400: 600, new: 50 }],
    [400, { 60: 8, 3600: 120, 86400: 600, new: 50 }],
  ])('of a number linked %d days ago', (day, expected) => {
    expect(most(limitsOn(DEFAULT_PACING, day))).toEqual(expected);
  });

  it('are the settings if there is no warm-up', () => {
    expect(most(limitsOn(withDefaults({ warm_up: false }), 0))).toEqual({
      60: 8,
      3600: 120,
      86400: 600,
      new: 50,
    });
  });

  it('say which caps the warm-up still keeps low', () => {
    expect(limitsOn(DEFAULT_PACING, 3).caps.map((cap) => cap.name)).toEqual([
      'warm_up',
      'warm_up',
      'per_minute',
    ]);
    expect(limitsOn(DEFAULT_PACING, 15).caps.map((cap) => cap.name)).toEqual([
      'per_day',
      'per_hour',
      'per_minute',
    ]);
  });

  it('never fall, never exceed the settings, and stay the same after the warm-up', () => {
    fc.assert(
      fc.property(settings, fc.integer({ min: 0, max: 60 }), (set, day) => {
        const all = withDefaults(set);
        const [today, tomorrow] = [most(limitsOn(all, day)), most(limitsOn(all, day + 1))];
        for (const [cap, value] of Object.entries(today)) expect(tomorrow[cap]).toBeGreaterThanOrEqual(value);
        expect(today['86400']).toBeLessThanOrEqual(all.per_day);
        expect(today['3600']).toBeLessThanOrEqual(all.per_hour);
        expect(today['new']).toBeLessThanOrEqual(all.new_contacts_per_day);
        expect(most(limitsOn(all, warmUpDays(all)))).toEqual(most(limitsOn(all, warmUpDays(all) + 100)));
      }),
    );
  });
});

it('slowed makes gaps longer and caps smaller, but never 0', () => {
  const limits = slowed(limitsOn(withDefaults({ warm_up: false, new_contacts_per_day: 0 }), 0), 4);
  expect(limits.gapMs).toBe(24_000);
  expect(limits.jitterMs).toBe(24_000);
  expect(most(limits)).toEqual({ 60: 2, 3600: 30, 86400: 150, new: 0 });
  expect(most(slowed(limits, 8))['60']).toBe(1);
});

describe('shareOf a cap', () => {
  it.each([
    [600, [600, 540, 480]],
    [8, [8, 7, 6]],
    [3, [3, 2, 1]],
    [2, [2, 1, 1]],
    [1, [1, 1, 1]],
    [0, [0, 0, 0]],
    [Infinity, [Infinity, Infinity, Infinity]],
  ])('of %d', (cap, shares) => {
    expect(([0, 1, 2] as const).map((rank) => shareOf(cap, rank))).toEqual(shares);
  });
});

describe('the settings of a session', () => {
  it.each([
    ['live', {}, DEFAULT_PACING],
    ['live', { per_day: 20 }, { ...DEFAULT_PACING, per_day: 20 }],
    ['test', {}, SANDBOX_PACING],
    ['test', { per_day: 20 }, { ...DEFAULT_PACING, warm_up: false, per_day: 20 }],
    ['test', { warm_up: true }, DEFAULT_PACING],
  ] as const)('in %s mode, of which %j was set', (mode, set, settings) => {
    expect(settingsOf(mode, set)).toEqual(settings);
  });

  it('leave the sandbox without any cap', () => {
    const { gapMs, jitterMs, caps, newContacts } = limitsOn(SANDBOX_PACING, 0);
    expect({ gapMs, jitterMs, caps, most: newContacts.most }).toEqual({
      gapMs: 1000,
      jitterMs: 0,
      caps: [],
      most: Infinity,
    });
  });
});

it('keeps the defaults within their bounds', () => {
  for (const [knob, { least, most: upper }] of Object.entries(PACING_BOUNDS)) {
    const value = DEFAULT_PACING[knob as keyof typeof PACING_BOUNDS];
    expect(value).toBeGreaterThanOrEqual(least);
    expect(value).toBeLessThanOrEqual(upper);
  }
});
