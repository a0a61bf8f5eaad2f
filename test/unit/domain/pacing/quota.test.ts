import fc from 'fast-check';
import { PacingHistory } from '../../../../engine/domain/pacing/history';
import { Pacer, type PacingRules } from '../../../../engine/domain/pacing/pacer';
import {
  askAgainAt,
  countedFrom,
  quotaAfter,
  quotaState,
  type Quota,
} from '../../../../engine/domain/pacing/quota';
import { withDefaults } from '../../../../engine/domain/pacing/settings';
import type { PriorityRank } from '../../../../engine/domain/messages/priority';
import { forecast } from '../../../../engine/domain/pacing/forecast/forecast';

const NOON = Date.parse('2026-03-10T12:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const quotaOf = (more: Partial<Quota> = {}): Quota => ({
  limit: 20,
  used: 0,
  state: 'ok',
  readAt: NOON,
  resetsAt: NOON + 10 * DAY,
  cycleMs: 30 * DAY,
  ...more,
});
const rulesOf = (quota: Quota | null): PacingRules => ({
  settings: withDefaults({ warm_up: false, jitter_s: 0, min_gap_s: 1, new_contacts_per_day: 1000 }),
  linkedAt: null,
  slowdown: null,
  campaigns: new Map(),
  speed: 1,
  quota,
});
/** After that many new contacts since the quota was read. */
function after(count: number, quota: Quota | null): { pacer: Pacer; history: PacingHistory } {
  const history = new PacingHistory();
  for (let i = 0; i < count; i += 1)
    history.add({ newContact: true, campaignId: null }, NOON + (i + 1) * 60_000);
  return { pacer: new Pacer(rulesOf(quota), history, 1), history };
}
const stranger = (rank: PriorityRank) => ({ rank, newContact: true, campaignId: null });
const known = { rank: 2, newContact: false, campaignId: null } as const;

describe("WhatsApp's quota in the pacer", () => {
  it('lets each priority use its share, one never, and holds back new contacts alone until it resets', () => {
    const mayGo = (used: number) => after(used, quotaOf()).pacer.lowestRank(true, NOON + HOUR);
    // Of 20, 19 are used: 15 by campaigns, 17 with single messages, 19 with alerts.
    expect([14, 15, 16, 17, 18, 19].map(mayGo)).toEqual([2, 1, 1, 0, 0, null]);
    const { pacer } = after(19, quotaOf());
    expect(pacer.lowestRank(false, NOON + HOUR)).toBe(2);
    expect(pacer.turnOf(stranger(2), NOON + HOUR)).toEqual({ at: NOON + 10 * DAY, by: 'whatsapp_quota' });
    expect(pacer.nextChange(NOON + HOUR)).toBe(NOON + 10 * DAY);
  });

  it('counts what WhatsApp had counted, and what went since', () => {
    const mayGo = (used: number, since: number) =>
      after(since, quotaOf({ used })).pacer.admits(stranger(0), NOON + HOUR);
    expect([mayGo(12, 6), mayGo(12, 7), mayGo(19, 0), mayGo(40, 0)]).toEqual([true, false, false, false]);
    expect(after(0, quotaOf({ state: 'capped' })).pacer.admits(stranger(0), NOON)).toBe(false);
  });

  it('counts messages on their way', () => {
    const { pacer, history } = after(18, quotaOf());
    history.claim({ newContact: true, campaignId: null }, NOON + HOUR - 60_000);
    expect(pacer.turnOf(stranger(0), NOON + HOUR).by).toBe('whatsapp_quota');
    history.release({ newContact: true, campaignId: null });
    expect(pacer.admits(stranger(0), NOON + HOUR)).toBe(true);
  });

  it('holds new contacts back once the cycle is over, until WhatsApp says what the next one allows', () => {
    const { pacer } = after(0, quotaOf());
    expect(pacer.admits(stranger(0), NOON + 10 * DAY - 1)).toBe(true);
    expect(pacer.turnOf(stranger(0), NOON + 10 * DAY)).toEqual({ at: Infinity, by: 'whatsapp_quota' });
    expect(pacer.admits(known, NOON + 10 * DAY)).toBe(true);
  });

  it('holds them back if the clock was set back behind the reading and all that went may not be counted', () => {
    const quota = quotaOf({ readAt: NOON + DAY });
    const { pacer, history } = after(19, quota);
    history.setBack(NOON + HOUR);
    expect(countedFrom(quota, NOON + HOUR)).toBe(-Infinity);
    expect(pacer.admits(stranger(0), NOON + HOUR)).toBe(false);
    expect(askAgainAt(quota, history.newContacts, NOON + HOUR)).toBe(NOON + HOUR);
  });

  it('without an end waits for whatever WhatsApp says next', () => {
    const { pacer } = after(19, quotaOf({ resetsAt: null }));
    expect(pacer.turnOf(stranger(0), NOON + HOUR).at).toBe(Infinity);
  });

  it('asks again after each twentieth, and when the cycle is over', () => {
    const ask = (count: number, at = NOON + HOUR, limit = 100) =>
      askAgainAt(quotaOf({ limit }), after(count, null).history.newContacts, at) <= at;
    expect([ask(4), ask(5), ask(0, NOON + 10 * DAY), ask(0, NOON, 3), ask(1, NOON, 3)]).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
  });

  it('asks again near the limit once what was on its way when it was asked must be counted', () => {
    const { history } = after(0, null);
    history.add(stranger(1), NOON - 1_000);
    const ask = (used: number) => askAgainAt(quotaOf({ used }), history.newContacts, NOON + 1_000);
    expect([ask(5), ask(13)]).toEqual([Infinity, NOON + 5_000]);
  });

  it('never lets more through than it allows, whatever was counted and whenever it was asked again', () => {
    const days = fc.integer({ min: 0, max: 20 });
    const asked = fc.record({
      limit: fc.integer({ min: 1, max: 30 }),
      readings: fc.uniqueArray(days, { maxLength: 8 }),
      ranks: fc.array(fc.constantFrom<PriorityRank>(0, 1, 2), { minLength: 1, maxLength: 60 }),
    });
    fc.assert(
      fc.property(asked, ({ limit, readings, ranks }) => {
        const history = new PacingHistory();
        const sent: number[] = [];
        const endOf = (at: number): number => NOON + (Math.floor((at - NOON) / (7 * DAY)) + 1) * 7 * DAY;
        const usedAt = (at: number): number => sent.filter((one) => endOf(one) === endOf(at)).length;
        const read = (at: number): Quota =>
          quotaOf({ limit, used: usedAt(at), readAt: at, resetsAt: endOf(at), cycleMs: 7 * DAY });
        let quota = read(NOON);
        ranks.forEach((rank, index) => {
          const now = NOON + index * 6 * HOUR;
          if (readings.includes(Math.floor((now - NOON) / DAY))) quota = read(now);
          if (!new Pacer(rulesOf(quota), history, 1).admits(stranger(rank), now)) return;
          history.add(stranger(rank), now);
          sent.push(now);
          // "Keep below it": the last one is never used.
          expect(usedAt(now)).toBeLessThan(limit);
        });
      }),
    );
  });
});

describe('a forecast under a quota', () => {
  const request = (quota: Quota | null, newContacts: number) => ({
    rules: rulesOf(quota),
    history: [],
    restrictedUntil: null,
    queuedBefore: [],
    contacts: { known: 0, newContacts },
    campaignId: null,
    now: NOON,
    sendAt: null,
    sendWindow: null,
    pacing: {},
  });

  it('waits for as many cycles as it takes, and says so', () => {
    // Of 20 a campaign uses 15: the rest of this cycle, and three more.
    const { completesAt, limitedBy } = forecast(request(quotaOf({ used: 5 }), 10 + 15 + 15 + 1));
    expect(limitedBy).toBe('whatsapp_quota');
    expect(completesAt! - NOON).toBeGreaterThanOrEqual((10 + 2 * 30) * DAY);
    expect(completesAt! - NOON).toBeLessThan((10 + 2 * 30 + 1) * DAY);
  });

  it('never ends where the quota allows no new contact', () => {
    expect(forecast(request(quotaOf({ limit: 1 }), 1)).completesAt).toBeNull();
  });
});

describe('the figures', () => {
  it('makes a warning by itself from seven tenths on, before any limit is met', () => {
    const states = [0, 69, 70, 99, 100].map((used) => quotaState(100, used, 'ok'));
    expect(states).toEqual(['ok', 'ok', 'warning', 'warning', 'capped']);
  });

  it('stays while WhatsApp refuses to say more, but not past its cycle', () => {
    const quota = quotaOf();
    expect(quotaAfter(quota, { is: 'refused' }, NOON + DAY)).toBe(quota);
    expect(quotaAfter(quota, { is: 'refused' }, NOON + 10 * DAY)).toBeNull();
    expect(quotaAfter(quota, { is: 'none' }, NOON)).toBeNull();
    expect(quotaAfter(null, { is: 'refused' }, NOON)).toBeNull();
    expect(quotaAfter(quotaOf({ resetsAt: null }), { is: 'refused' }, NOON + 2 * DAY)).toBeNull();
  });
});
