import { limitsOn } from '../../engine/domain/pacing/limits';
import { fullest } from './pacing-world';
import { playThreeNumbers, START, type PlayedTogether } from './three-numbers';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PEOPLE = 1_400 + 2_000 + 2_600 + 830;

function check(played: PlayedTogether): void {
  const contacts = played.numbers.flatMap(({ sent }) => sent.map(({ contact }) => contact));
  expect(contacts).toHaveLength(PEOPLE);
  expect(new Set(contacts).size).toBe(PEOPLE);
  for (const { rules, quota, sent } of played.numbers) {
    expect(quota.most).toBeLessThan(quota.limit);
    const { settings, linkedAt } = rules;
    const times = sent.map(({ at }) => at);
    expect(fullest(times, 60_000)).toBeLessThanOrEqual(settings.per_minute);
    expect(fullest(times, HOUR)).toBeLessThanOrEqual(settings.per_hour);
    const strangers = sent.filter(({ newContact }) => newContact).map(({ at }) => at);
    for (let day = 0; START + day * DAY < played.endedAt; day += 1) {
      const until = START + (day + 1) * DAY;
      const limits = limitsOn(settings, Math.floor((until - 1 - linkedAt!) / DAY));
      const before = (all: number[]) => all.filter((at) => at < until && at >= until - DAY).length;
      expect(before(times)).toBeLessThanOrEqual(limits.caps[0]!.most);
      expect(before(strangers)).toBeLessThanOrEqual(limits.newContacts.most);
    }
    const gaps = times.slice(1).map((at, i) => at - times[i]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(settings.min_gap_s * 1000);
  }
}

function checkForecasts({ forecasts, endedAt }: PlayedTogether): void {
  // Only the last one knew all that would happen.
  const { at, forecast } = forecasts.at(-1)!;
  const took = endedAt - at;
  expect(Math.abs(forecast.completesAt! - at - took)).toBeLessThan(took * 0.05);
}

describe('a campaign over three numbers of different age and quota', () => {
  const played = playThreeNumbers();

  it('reaches everybody once, and exceeds no cap and no quota of any number', () => check(played));

  it('takes four weeks, as forecast within 5 %', () => {
    expect((played.endedAt - START) / DAY).toBeGreaterThan(21);
    expect((played.endedAt - START) / DAY).toBeLessThan(28);
    checkForecasts(played);
    const counted = played.forecasts[0]!.forecast.perDay.reduce((sum, n) => sum + n, 0);
    expect(counted).toBe(PEOPLE);
  });

  it('uses every number, each as far as its age and its quota allow', () => {
    const strangers = played.numbers.map(({ sent }) => sent.filter(({ newContact }) => newContact).length);
    expect(strangers.reduce((sum, n) => sum + n, 0)).toBe(830);
    expect(strangers[0]).toBeGreaterThan(0);
    expect(strangers[1]).toBeGreaterThan(strangers[0]!);
    expect(strangers[2]).toBeGreaterThan(strangers[1]!);
  });
});

describe('the same campaign with a number that is logged out in the middle', () => {
  const at = START + 12 * DAY + HOUR;
  const played = playThreeNumbers({ name: 'linked 10 days ago', at });

  it('still reaches everybody once, and exceeds no cap and no quota', () => {
    check(played);
    expect(Math.max(...played.numbers[1]!.sent.map((one) => one.at))).toBeLessThan(at);
  });

  it('then ends as forecast anew, within 5 %', () => {
    expect(played.forecasts).toHaveLength(2);
    checkForecasts(played);
  });
});
