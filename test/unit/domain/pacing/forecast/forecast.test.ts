import fc from 'fast-check';
import {
  forecast,
  FORECAST_DAYS,
  ForecastRun,
  type ForecastRequest,
  type RecipientCounts,
} from '../../../../../engine/domain/pacing/forecast/forecast';
import { withDefaults } from '../../../../../engine/domain/pacing/settings';
import { play, type Wish } from '../../../../simulation/pacing-world';

const NOW = Date.parse('2026-03-09T09:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const request = (more: Partial<ForecastRequest> & { set?: object } = {}): ForecastRequest => ({
  rules: {
    settings: withDefaults({ warm_up: false, ...more.set }),
    linkedAt: NOW,
    slowdown: null,
    campaigns: new Map(),
    speed: 1,
  },
  history: [],
  restrictedUntil: null,
  queuedBefore: [],
  contacts: { known: 100, newContacts: 0 },
  campaignId: null,
  now: NOW,
  sendAt: null,
  sendWindow: null,
  pacing: {},
  ...more,
});

describe('a forecast', () => {
  it.each([
    ['one message', request({ contacts: { known: 1, newContacts: 0 } }), 0, null],
    ['nobody', request({ contacts: { known: 0, newContacts: 0 } }), 0, null],
    [
      'a later start',
      request({ contacts: { known: 1, newContacts: 0 }, sendAt: NOW + HOUR }),
      HOUR,
      'send_at',
    ],
    [
      'a hundred strangers, 40 a day',
      request({ contacts: { known: 0, newContacts: 100 } }),
      2 * DAY,
      'new_contacts_per_day',
    ],
    ['1,200 friends, 480 a day', request({ contacts: { known: 1200, newContacts: 0 } }), 2 * DAY, 'per_day'],
    ['the warm-up, 32 on the first day', request({ set: { warm_up: true } }), 2 * DAY, 'warm_up'],
    ['its own cap of ten a day', request({ pacing: { per_day: 10 } }), 9 * DAY, 'campaign_pacing'],
    [
      'messages queued before it',
      request({ queuedBefore: [{ campaignId: null, known: 480, newContacts: 0 }] }),
      DAY,
      'per_day',
    ],
    [
      'a day whose cap is used up',
      request({
        history: Array.from({ length: 480 }, (_, i) => ({
          at: NOW - HOUR + i,
          newContact: false,
          campaignId: null,
        })),
      }),
      23 * HOUR,
      'per_day',
    ],
  ])('for %s', (_name, asked, expectedMs, limitedBy) => {
    const { completesAt, limitedBy: by, perDay } = forecast(asked);
    // The last day's messages take some hours more.
    expect(completesAt! - NOW).toBeGreaterThanOrEqual(expectedMs);
    expect(completesAt! - NOW).toBeLessThan(expectedMs + 6 * HOUR);
    expect(by).toBe(limitedBy);
    expect(perDay.reduce((sum, n) => sum + n, 0)).toBe(asked.contacts.known + asked.contacts.newContacts);
  });

  it('keeps to a send window on its days', () => {
    const sendWindow = { start: '09:00', end: '10:00', timezone: 'Europe/Rome', days: [1] };
    const { completesAt, limitedBy } = forecast(
      request({ sendWindow, contacts: { known: 200, newContacts: 0 } }),
    );
    // On Monday the 9th the window has closed: 96 go on the 16th and on the 23rd, the rest on the 30th, in DST.
    expect(new Date(completesAt!).toISOString()).toMatch(/^2026-03-30T07:/);
    expect(limitedBy).toBe('send_window');
  });

  it('never ends if new contacts are not allowed', () => {
    const never = request({ set: { new_contacts_per_day: 0 }, contacts: { known: 5, newContacts: 5 } });
    expect(forecast(never)).toMatchObject({
      completesAt: null,
      limitedBy: 'new_contacts_per_day',
      perDay: [5],
    });
  });

  it('makes new contacts wait while WhatsApp restricts the number', () => {
    const contacts = { known: 5, newContacts: 5 };
    const { completesAt, limitedBy } = forecast(request({ contacts, restrictedUntil: NOW + 5 * DAY }));
    expect([Math.floor((completesAt! - NOW) / DAY), limitedBy]).toEqual([5, 'restriction']);
    expect(forecast(request({ contacts, restrictedUntil: Infinity }))).toMatchObject({
      completesAt: null,
      limitedBy: 'restriction',
      perDay: [5],
    });
  });

  it('counts messages that the campaign has already sent', () => {
    const history = [{ at: NOW - HOUR, newContact: false, campaignId: 'cmp_1' }];
    const asked = request({ contacts: { known: 1, newContacts: 0 }, pacing: { per_day: 1 }, history });
    expect(forecast(asked).completesAt).toBe(NOW);
    expect(forecast({ ...asked, campaignId: 'cmp_1' }).completesAt).toBe(NOW + 23 * HOUR);
  });

  it('says when the first message goes, and what that waits for', () => {
    const sendAt = NOW + DAY;
    expect(forecast(request({ sendAt })).first).toEqual({ at: sendAt, by: 'send_at', isBehind: false });
    expect(forecast(request({})).first).toEqual({ at: NOW, by: null, isBehind: false });
    const queuedBefore = [{ campaignId: null, known: 3, newContacts: 0 }];
    const { at, ...behind } = forecast(request({ queuedBefore })).first;
    expect(behind).toEqual({ by: 'min_gap', isBehind: true });
    expect(at).toBeGreaterThan(NOW);
    const never = forecast(
      request({ set: { new_contacts_per_day: 0 }, contacts: { known: 0, newContacts: 1 } }),
    );
    expect(never.first).toEqual({ at: Infinity, by: 'new_contacts_per_day', isBehind: false });
  });

  it('never ends if its window is open only in quiet hours', () => {
    const sendWindow = { start: '22:00', end: '23:00', timezone: 'Europe/Rome' };
    const quiet_hours = { start: '21:00', end: '08:00', timezone: 'Europe/Rome' };
    const { completesAt, limitedBy } = forecast(request({ sendWindow, set: { quiet_hours } }));
    expect(completesAt).toBeNull();
    expect(['send_window', 'quiet_hours']).toContain(limitedBy);
  });

  it('is not held up by a slower campaign before it', () => {
    const asked = request({
      queuedBefore: [{ campaignId: 'slow', known: 1000, newContacts: 0 }],
      contacts: { known: 20, newContacts: 0 },
    });
    asked.rules = { ...asked.rules, campaigns: new Map([['slow', { per_day: 1 }]]) };
    expect(forecast(asked).completesAt! - NOW).toBeLessThan(HOUR);
  });

  it('plays only some thousands of the messages of a campaign to 100,000 people, even with windows', () => {
    const quiet_hours = { start: '21:00', end: '08:00', timezone: 'Europe/Rome' };
    const sendWindow = { start: '09:00', end: '20:00', timezone: 'Europe/Rome', days: [1, 2, 3, 4, 5] };
    const asked = request({
      set: { warm_up: true, quiet_hours },
      sendWindow,
      contacts: { known: 98_000, newContacts: 2_000 },
    });
    const run = new ForecastRun(asked);
    let played = 0;
    let done = run.play(1);
    for (; !done && played < 30_000; done = run.play(1)) played += 1;
    expect(played).toBeLessThan(25_000);
    // 480 on each weekday, after two slower weeks.
    expect((done!.completesAt! - NOW) / DAY).toBeGreaterThan((98_000 / 480 / 5) * 7);
    expect((done!.completesAt! - NOW) / DAY).toBeLessThan((100_000 / 480 / 5) * 7 + 14);
    expect(done!.perDay).toHaveLength(FORECAST_DAYS);
    expect(done!.perDay.slice(-7).reduce((sum, n) => sum + n)).toBe(5 * 480);
  });

  const inAnAudience = ({ known, newContacts }: RecipientCounts): Wish[] => {
    const total = known + newContacts;
    let strangers = 0;
    return Array.from({ length: total }, (_, i) => {
      // New contacts are spread evenly among the known ones.
      const newContact = strangers < Math.round(((i + 1) * newContacts) / total);
      if (newContact) strangers += 1;
      return { rank: 2, newContact, campaignId: null, dueAt: NOW };
    });
  };

  const FEW_A_DAY = { per_day: 5, new_contacts_per_day: 1, warm_up: false, quiet_hours: null };

  it.each([
    [
      'of days',
      fc.record({
        min_gap_s: fc.integer({ min: 1, max: 30 }),
        per_hour: fc.integer({ min: 5, max: 200 }),
        per_day: fc.integer({ min: 20, max: 900 }),
        new_contacts_per_day: fc.integer({ min: 5, max: 100 }),
        warm_up: fc.boolean(),
      }),
    ],
    [
      'of weeks and months, most of which it skips',
      fc.record({
        per_day: fc.integer({ min: 3, max: 40 }),
        new_contacts_per_day: fc.integer({ min: 1, max: 8 }),
        warm_up: fc.boolean(),
        quiet_hours: fc.constantFrom(null, { start: '20:00', end: '09:00', timezone: 'UTC' }),
      }),
    ],
  ])('agrees with the simulated lane within 5 %%: a campaign %s', (_name, set: fc.Arbitrary<object>) => {
    const recipients = fc.record({
      known: fc.integer({ min: 0, max: 1400 }),
      newContacts: fc.integer({ min: 1, max: 150 }),
    });
    fc.assert(
      fc.property(recipients, set, fc.integer(), (contacts, settings, seed) => {
        const asked = request({ contacts, set: settings });
        const wishes = inAnAudience(contacts);
        const took = play(wishes, asked.rules, NOW, { seed, slowestMs: 200 }).at(-1)!.at - NOW;
        const { completesAt, perDay } = forecast(asked);
        expect(Math.abs(completesAt! - NOW - took)).toBeLessThanOrEqual(took * 0.05 + 60_000);
        if (took < (FORECAST_DAYS - 3) * DAY)
          expect(perDay.reduce((sum, n) => sum + n, 0)).toBe(wishes.length);
      }),
      // Seven new contacts in one week and six in the next: repeating either week would be 6 % off.
      { numRuns: 8, examples: [[{ known: 209, newContacts: 96 }, FEW_A_DAY, 0]] },
    );
  });
});
