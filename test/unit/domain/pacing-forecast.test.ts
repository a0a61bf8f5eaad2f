import fc from 'fast-check';
import { forecast, type ForecastRequest } from '../../../engine/domain/pacing-forecast';
import { withDefaults } from '../../../engine/domain/pacing-settings';
import { play, type Wish } from '../../simulation/pacing-world';

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
  ahead: { known: 0, newContacts: 0 },
  contacts: { known: 100, newContacts: 0 },
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
      'a start later',
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
    ['what waits before it', request({ ahead: { known: 480, newContacts: 0 } }), DAY, 'per_day'],
    [
      'a day that is used up',
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
    // Whatever the rest of a day's messages take.
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
    // Monday the 9th is over at ten in Rome: 96 on the 16th and the 23rd, the rest on the 30th, in summer time.
    expect(new Date(completesAt!).toISOString()).toMatch(/^2026-03-30T07:/);
    expect(limitedBy).toBe('send_window');
  });

  it('says that it never ends where strangers are not allowed', () => {
    const never = request({ set: { new_contacts_per_day: 0 }, contacts: { known: 5, newContacts: 5 } });
    expect(forecast(never)).toMatchObject({
      completesAt: null,
      limitedBy: 'new_contacts_per_day',
      perDay: [5],
    });
  });

  it('is what the simulated lane does, within 5 %', () => {
    const crowd = fc.record({
      known: fc.integer({ min: 0, max: 900 }),
      newContacts: fc.integer({ min: 1, max: 150 }),
    });
    const set = fc.record({
      min_gap_s: fc.integer({ min: 1, max: 30 }),
      per_hour: fc.integer({ min: 5, max: 200 }),
      per_day: fc.integer({ min: 20, max: 900 }),
      new_contacts_per_day: fc.integer({ min: 5, max: 100 }),
      warm_up: fc.boolean(),
    });
    fc.assert(
      fc.property(crowd, set, fc.integer(), (contacts, settings, seed) => {
        const asked = request({ contacts, set: settings });
        const wishes: Wish[] = [];
        const total = contacts.known + contacts.newContacts;
        // New ones evenly among the known ones, as in an audience.
        for (let i = 0, strangers = 0; i < total; i += 1) {
          const newContact = strangers < Math.round(((i + 1) * contacts.newContacts) / total);
          if (newContact) strangers += 1;
          wishes.push({ rank: 2, newContact, campaignId: null, dueAt: NOW });
        }
        const took = play(wishes, asked.rules, NOW, { seed, slowestMs: 200 }).at(-1)!.at - NOW;
        const { completesAt } = forecast(asked);
        expect(Math.abs(completesAt! - NOW - took)).toBeLessThanOrEqual(took * 0.05 + 60_000);
      }),
      { numRuns: 25 },
    );
  });
});
