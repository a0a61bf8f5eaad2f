import { forecast } from '../../engine/domain/pacing/forecast/forecast';
import { limitsOn } from '../../engine/domain/pacing/limits';
import { DEFAULT_PACING } from '../../engine/domain/pacing/settings';
import { fullest } from './pacing-world';
import { ALERTS_EVERY, playFreshNumber } from './fresh-number';

const DAY = 86_400_000;

describe('a campaign to 10,000 contacts from a number linked that morning', () => {
  const { start, rules, sent, recipients } = playFreshNumber();
  const campaign = sent.filter((message) => message.rank === 2);
  const alerts = sent.filter((message) => message.rank === 0);

  it('reaches every contact once', () => {
    expect(campaign).toHaveLength(10_000);
  });

  it('exceeds no cap in any sliding window, alerts included', () => {
    for (const at of [0, 1]) {
      const key = at === 0 ? 'at' : 'claimedAt';
      const times = sent.map((message) => message[key]);
      expect(fullest(times, 60_000)).toBeLessThanOrEqual(DEFAULT_PACING.per_minute);
      expect(fullest(times, 3_600_000)).toBeLessThanOrEqual(DEFAULT_PACING.per_hour);
      expect(fullest(times, DAY)).toBeLessThanOrEqual(DEFAULT_PACING.per_day);
      const strangers = sent.filter((message) => message.newContact).map((message) => message[key]);
      expect(fullest(strangers, DAY)).toBeLessThanOrEqual(DEFAULT_PACING.new_contacts_per_day);
    }
  });

  it('keeps to the warm-up: never more in any 24 hours than the limit of that day', () => {
    const last = sent.at(-1)!.at;
    for (let day = 0; start + day * DAY < last; day += 1) {
      const { caps, newContacts } = limitsOn(DEFAULT_PACING, day);
      const until = start + (day + 1) * DAY;
      const ofDay = sent.filter((message) => message.at < until && message.at >= until - 2 * DAY);
      for (const { windowMs, most } of caps)
        expect(
          fullestEndingAfter(
            ofDay.map(({ at }) => at),
            windowMs,
            until - DAY,
          ),
        ).toBeLessThanOrEqual(most);
      const strangers = ofDay.filter((message) => message.newContact).map(({ at }) => at);
      expect(fullestEndingAfter(strangers, DAY, until - DAY)).toBeLessThanOrEqual(newContacts.most);
    }
    expect(
      fullestEndingAfter(
        sent.map(({ at }) => at),
        DAY,
        start,
      ),
    ).toBeGreaterThan(DEFAULT_PACING.per_day * 0.75);
  });

  it('leaves the minimum gap between any two messages', () => {
    const gaps = sent.slice(1).map((message, i) => message.claimedAt - sent[i]!.at);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(DEFAULT_PACING.min_gap_s * 1000);
  });

  it('sends every alert within the minimum gap', () => {
    const span = campaign.at(-1)!.at - start;
    expect(alerts.length).toBeGreaterThanOrEqual(Math.floor(span / ALERTS_EVERY));
    const waits = alerts.map((alert) => alert.claimedAt - alert.dueAt);
    // The message before it was on its way to the wire for at most so long.
    expect(Math.max(...waits)).toBeLessThanOrEqual(DEFAULT_PACING.min_gap_s * 1000 + 300);
  });

  it('ends when forecast, within 5 %', () => {
    const { completesAt, limitedBy, perDay } = forecast({
      rules,
      history: [],
      restrictedUntil: null,
      queuedBefore: [],
      contacts: recipients,
      campaignId: null,
      now: start,
      sendAt: null,
      sendWindow: null,
      pacing: {},
    });
    const took = campaign.at(-1)!.at - start;
    expect(Math.abs(completesAt! - start - took)).toBeLessThan(took * 0.05);
    expect(limitedBy).toBe('per_day');
    expect(perDay.reduce((sum, n) => sum + n)).toBe(10_000);
  });
});

function fullestEndingAfter(times: readonly number[], windowMs: number, after: number): number {
  return Math.max(0, ...times.map((at, i) => (at < after ? 0 : fullestEnding(times, i, windowMs))));
}

function fullestEnding(times: readonly number[], last: number, windowMs: number): number {
  let first = last;
  while (first >= 0 && times[first]! > times[last]! - windowMs) first -= 1;
  return last - first;
}
