import fc from 'fast-check';
import { openOutside, Pacer, type Candidate, type PacingRules } from '../../../../engine/domain/pacing/pacer';
import { PacingHistory } from '../../../../engine/domain/pacing/history';
import { caps, limitsOn } from '../../../../engine/domain/pacing/limits';
import { withDefaults, type PacingSettings } from '../../../../engine/domain/pacing/settings';
import type { PriorityRank } from '../../../../engine/domain/messages/priority';
import { fullest, play, type Wish } from '../../../simulation/pacing-world';

const NOON = Date.parse('2026-03-10T12:00:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const rulesOf = (set: Partial<PacingSettings>, more: Partial<PacingRules> = {}): PacingRules => ({
  settings: withDefaults({ warm_up: false, jitter_s: 0, ...set }),
  linkedAt: null,
  slowdown: null,
  campaigns: new Map(),
  speed: 1,
  ...more,
});

const message = (more: Partial<Candidate> = {}): Candidate => ({
  rank: 1,
  newContact: false,
  campaignId: null,
  ...more,
});

/** A pacer after messages at these moments. */
function after(times: number[], rules: PacingRules, of: Partial<Candidate> = {}): Pacer {
  const history = new PacingHistory();
  for (const at of times) history.add(message(of), at);
  return new Pacer(rules, history, 1);
}

describe('the next turn', () => {
  it('is at once if nothing was sent before', () => {
    expect(after([], rulesOf({})).turnOf(message(), NOON)).toEqual({ at: NOON, by: null });
  });

  it('comes after the minimum gap, and a jitter except for `high`', () => {
    const pacer = after([NOON - 2 * SECOND], rulesOf({ min_gap_s: 6, jitter_s: 6 }));
    expect(pacer.turnOf(message({ rank: 0 }), NOON)).toEqual({ at: NOON + 4 * SECOND, by: 'min_gap' });
    const { at } = pacer.turnOf(message({ rank: 1 }), NOON);
    expect(at).toBeGreaterThan(NOON + 4 * SECOND);
    expect(at).toBeLessThanOrEqual(NOON + 10 * SECOND);
    expect(pacer.turnOf(message({ rank: 1 }), NOON + SECOND).at).toBe(at);
  });

  it('draws another jitter for each gap', () => {
    const rules = rulesOf({ jitter_s: 60, per_hour: 1000 });
    const waits = Array.from({ length: 20 }, (_, i) => {
      const times = Array.from({ length: i + 1 }, (__, j) => NOON - (i - j) * 5 * MINUTE);
      return after(times, rules).turnOf(message(), NOON).at - NOON;
    });
    expect(new Set(waits).size).toBe(20);
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(30 * SECOND);
  });

  it.each([
    ['per_minute', 60 * SECOND, { per_minute: 10 }],
    ['per_hour', HOUR, { per_hour: 10 }],
    ['per_day', DAY, { per_day: 10 }],
  ] as const)('comes when the oldest message leaves the window of %s', (by, windowMs, set) => {
    const pacer = after(
      Array.from({ length: 10 }, (_, i) => NOON - windowMs + 1 + i),
      rulesOf({ min_gap_s: 1, per_minute: 60, per_hour: 1000, per_day: 10_000, ...set }),
    );
    expect(pacer.turnOf(message({ rank: 0 }), NOON)).toEqual({ at: NOON + 1, by });
  });

  it('keeps a tenth of each cap for `high`, and another for `normal`', () => {
    const rules = rulesOf({ per_day: 20 });
    const went = (count: number): Pacer =>
      after(
        Array.from({ length: count }, (_, i) => NOON - 20 * HOUR + i * MINUTE),
        rules,
      );
    const mayGo = (count: number): PriorityRank | null => went(count).lowestRank(false, NOON);
    expect([15, 16, 17, 18, 19, 20].map(mayGo)).toEqual([2, 1, 1, 0, 0, null]);
  });

  it('holds back new contacts when their cap is reached, but not known ones', () => {
    const pacer = after([NOON - HOUR], rulesOf({ new_contacts_per_day: 1 }), { newContact: true });
    expect(pacer.lowestRank(false, NOON)).toBe(2);
    expect(pacer.lowestRank(true, NOON)).toBeNull();
    expect(pacer.turnOf(message({ newContact: true }), NOON)).toEqual({
      at: NOON + 23 * HOUR,
      by: 'new_contacts_per_day',
    });
  });

  it('never comes for new contacts if none are allowed', () => {
    const pacer = after([], rulesOf({ new_contacts_per_day: 0, warm_up: true }, { linkedAt: NOON }));
    expect(pacer.turnOf(message({ newContact: true }), NOON).at).toBe(Infinity);
    expect(pacer.nextChange(NOON)).toBe(Infinity);
  });

  it('applies the caps of a campaign to that campaign only', () => {
    const campaigns = new Map([['slow', { per_hour: 1 }]]);
    const pacer = after([NOON - MINUTE], rulesOf({}, { campaigns }), { campaignId: 'slow', rank: 2 });
    expect(pacer.closedCampaigns(NOON)).toEqual(['slow']);
    expect(pacer.turnOf(message({ rank: 2, campaignId: 'slow' }), NOON)).toEqual({
      at: NOON + 59 * MINUTE,
      by: 'campaign_pacing',
    });
    expect(pacer.admits(message({ rank: 2, campaignId: 'other' }), NOON)).toBe(true);
    expect(pacer.nextChange(NOON)).toBe(NOON + 59 * MINUTE);
  });

  it('is no sooner for a campaign with wider caps than its session', () => {
    const campaigns = new Map([['greedy', { per_minute: 1000 }]]);
    const pacer = after([NOON - SECOND], rulesOf({ min_gap_s: 6 }, { campaigns }));
    expect(pacer.turnOf(message({ rank: 2, campaignId: 'greedy' }), NOON).at).toBe(NOON + 5 * SECOND);
  });

  it('allows more with each day since linking', () => {
    const settings = { warm_up: true, per_day: 600 };
    const firstDay = after(
      Array.from({ length: 40 }, (_, i) => NOON - 20 * HOUR + i * MINUTE),
      rulesOf(settings, { linkedAt: NOON - 20 * HOUR }),
    );
    // The second day allows 48.
    expect(firstDay.turnOf(message({ rank: 0 }), NOON)).toEqual({ at: NOON + 4 * HOUR, by: 'warm_up' });
  });

  it('divides every time by the speed of the sandbox', () => {
    const pacer = after([NOON], rulesOf({ min_gap_s: 6, per_minute: 1 }, { speed: 50 }));
    expect(pacer.turnOf(message({ rank: 0 }), NOON).at).toBe(NOON + 60_000 / 50);
  });

  it('counts claimed messages in every window', () => {
    const history = new PacingHistory();
    const pacer = new Pacer(rulesOf({ per_minute: 2 }), history, 1);
    const slow = message();
    history.claim(slow, NOON);
    history.add(message(), NOON + 10 * SECOND);
    expect(pacer.turnOf(message({ rank: 0 }), NOON + 5 * MINUTE).at).toBe(NOON + 70 * SECOND + 230 * SECOND);
    history.add(message(), NOON + 5 * MINUTE);
    expect(pacer.turnOf(message({ rank: 0 }), NOON + 5 * MINUTE).at).toBe(NOON + 6 * MINUTE);
    history.claim(message(), NOON + 6 * MINUTE);
    // Both places are used by messages that may be handed over at any moment.
    expect(pacer.turnOf(message({ rank: 0 }), NOON + 20 * MINUTE).at).toBe(Infinity);
    history.handOver(slow, NOON + 20 * MINUTE);
    expect(pacer.turnOf(message({ rank: 0 }), NOON + 20 * MINUTE).at).toBe(NOON + 21 * MINUTE);
    history.release(message());
    expect(pacer.turnOf(message({ rank: 0 }), NOON + 20 * MINUTE).at).toBe(NOON + 20 * MINUTE + 6 * SECOND);
  });
});

describe('quiet hours', () => {
  const quiet_hours = { start: '21:00', end: '08:00', timezone: 'Europe/Rome' };
  const pacer = after([], rulesOf({ quiet_hours }));
  const turn = (rank: PriorityRank, at: string): string =>
    new Date(pacer.turnOf(message({ rank }), Date.parse(at)).at).toISOString();

  it.each([
    ['winter night', '2026-03-10T22:00:00+01:00', '2026-03-11T07:00:00.000Z'],
    ['a night that is an hour shorter', '2026-03-28T22:00:00+01:00', '2026-03-29T06:00:00.000Z'],
    ['a night that is an hour longer', '2026-10-24T22:00:00+02:00', '2026-10-25T07:00:00.000Z'],
    ['the last minute before', '2026-03-10T20:59:59+01:00', '2026-03-10T19:59:59.000Z'],
    ['their end', '2026-03-11T08:00:00+01:00', '2026-03-11T07:00:00.000Z'],
  ])('%s', (_name, at, expected) => {
    expect(turn(1, at)).toBe(expected);
    expect(turn(2, at)).toBe(expected);
    expect(turn(0, at)).toBe(new Date(at).toISOString());
  });

  it('leave the other hours open', () => {
    const hours = openOutside({ start: '21:00', end: '08:00', timezone: 'Europe/Rome' });
    const at = (time: string): number => Date.parse(`2026-01-10T${time}:00+01:00`);
    expect([hours.next(at('20:59')), hours.next(at('21:00')), hours.next(at('07:59'))]).toEqual([
      at('20:59'),
      at('08:00') + 86_400_000,
      at('08:00'),
    ]);
  });
});

describe('random worlds', () => {
  const settings = fc.record({
    min_gap_s: fc.integer({ min: 1, max: 20 }),
    jitter_s: fc.integer({ min: 0, max: 20 }),
    per_minute: fc.integer({ min: 1, max: 10 }),
    per_hour: fc.integer({ min: 1, max: 60 }),
    per_day: fc.integer({ min: 1, max: 200 }),
    new_contacts_per_day: fc.integer({ min: 0, max: 20 }),
    warm_up: fc.boolean(),
    quiet_hours: fc.constantFrom(null, { start: '22:00', end: '07:30', timezone: 'America/New_York' }),
  });
  const slowdown = fc.option(
    fc.record({
      factor: fc.constantFrom(2, 4, 8),
      since: fc.integer({ min: -DAY, max: DAY }).map((ms) => NOON + ms),
      reason: fc.constant('rejections' as const),
      lowPausedUntil: fc.option(fc.integer({ min: 0, max: DAY }).map((ms) => NOON + ms)),
    }),
  );
  const wishes = fc.array(
    fc.record({
      rank: fc.constantFrom<PriorityRank>(0, 1, 2),
      newContact: fc.boolean(),
      campaignId: fc.constantFrom(null, 'a', 'b'),
      dueAt: fc.integer({ min: 0, max: 2 * DAY }).map((ms) => NOON + ms),
    }),
    { maxLength: 150 },
  );

  it('never exceed a cap in any sliding window, and always keep the gap', () => {
    fc.assert(
      fc.property(
        settings,
        slowdown,
        wishes,
        fc.integer(),
        fc.integer({ min: 0, max: 9000 }),
        (set, slow, list, seed, slowestMs) => {
          const campaigns = new Map([['a', { per_hour: 3, per_day: 7 }]]);
          const rules = rulesOf(set, { slowdown: slow, campaigns, linkedAt: NOON - DAY });
          const sent = play(list, rules, NOON, { slowestMs, seed, until: NOON + 5 * DAY });
          const check = (times: number[], limits: { windowMs: number; most: number }[]): void => {
            for (const { windowMs, most } of limits)
              expect(fullest(times, windowMs)).toBeLessThanOrEqual(most);
          };
          const times = (of: typeof sent): number[] => of.map(({ at }) => at);
          const limits = limitsOn(rules.settings, 6);
          check(times(sent), limits.caps);
          check(times(sent.filter((one) => one.newContact)), [limits.newContacts]);
          check(times(sent.filter((one) => one.campaignId === 'a')), caps({ per_hour: 3, per_day: 7 }));
          for (const [i, one] of sent.entries())
            if (i > 0) expect(one.claimedAt - sent[i - 1]!.at).toBeGreaterThanOrEqual(set.min_gap_s * SECOND);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('send as soon as it is allowed, and not a millisecond before', () => {
    fc.assert(
      fc.property(settings, slowdown, wishes, wishes, (set, slow, past, next) => {
        const rules = rulesOf(set, { slowdown: slow, linkedAt: NOON - DAY });
        const history = new PacingHistory();
        for (const one of [...past].sort((a, b) => a.dueAt - b.dueAt)) history.add(one, one.dueAt - 2 * DAY);
        const pacer = new Pacer(rules, history, 1);
        for (const one of next) {
          const { at, by } = pacer.turnOf(one, NOON);
          if (at === Infinity) continue;
          expect(pacer.admits(one, at)).toBe(true);
          if (at > NOON) expect(pacer.admits(one, at - 1)).toBe(false);
          expect(by === null).toBe(at === NOON);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never let a lower priority go before a higher one', () => {
    fc.assert(
      fc.property(settings, slowdown, wishes, (set, slow, past) => {
        const history = new PacingHistory();
        for (const one of [...past].sort((a, b) => a.dueAt - b.dueAt)) history.add(one, one.dueAt - 2 * DAY);
        const pacer = new Pacer(rulesOf(set, { slowdown: slow, linkedAt: NOON - DAY }), history, 1);
        for (const newContact of [false, true]) {
          const turns = ([0, 1, 2] as const).map(
            (rank) => pacer.turnOf(message({ rank, newContact }), NOON).at,
          );
          expect(turns).toEqual([...turns].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('allow nothing more before the next change', () => {
    fc.assert(
      fc.property(settings, slowdown, wishes, (set, slow, past) => {
        const history = new PacingHistory();
        for (const one of [...past].sort((a, b) => a.dueAt - b.dueAt)) history.add(one, one.dueAt - 2 * DAY);
        const pacer = new Pacer(rulesOf(set, { slowdown: slow, linkedAt: NOON - DAY }), history, 1);
        const open = (at: number): number =>
          (pacer.lowestRank(false, at) ?? -1) + (pacer.lowestRank(true, at) ?? -1);
        const change = pacer.nextChange(NOON);
        if (change === Infinity) return;
        expect(open(change - 1)).toBeLessThanOrEqual(open(NOON));
        expect(change).toBeGreaterThan(NOON);
      }),
    );
  });
});

it('sends every message in the end', () => {
  const wishes: Wish[] = Array.from({ length: 60 }, (_, i) => ({
    rank: (i % 3) as PriorityRank,
    newContact: i % 5 === 0,
    campaignId: null,
    dueAt: NOON + i,
  }));
  expect(play(wishes, rulesOf({}), NOON)).toHaveLength(60);
});
