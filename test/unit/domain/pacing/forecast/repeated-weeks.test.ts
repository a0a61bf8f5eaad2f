import { RepeatedWeeks } from '../../../../../engine/domain/pacing/forecast/repeated-weeks';

const WEEK = 7 * 86_400_000;

/** Plays weeks with these counts by queue. @returns how often each could repeat, as `advanceTo` says at its end. */
function weeksOf(counts: number[][], left: number[]) {
  const weeks = new RepeatedWeeks<string>(0, left.length);
  return counts.map((week, index) => {
    week.forEach((count, group) => {
      for (let n = 0; n < count; n += 1) weeks.add(group, 'per_day', 10);
    });
    return weeks.advanceTo((index + 1) * WEEK, () => left)?.times ?? null;
  });
}

describe('RepeatedWeeks', () => {
  it('skips all but one of the repeats, until the first queue runs empty', () => {
    const alike = [
      [400, 40],
      [401, 40],
    ];
    expect(weeksOf(alike, [4000, 220])).toEqual([null, 4]);
    expect(weeksOf([[400], [401]], [4000])).toEqual([null, 8]);
  });

  it('skips nothing if weeks differ, if nothing is sent, or near the end', () => {
    expect(weeksOf([[350], [450], [600]], [9000])).toEqual([null, null, null]);
    expect(weeksOf([[0], [0]], [1000])).toEqual([null, null]);
    expect(weeksOf([[400], [400]], [700])).toEqual([null, null]);
  });

  it('compares periods of several weeks if few messages are sent', () => {
    // Six new contacts in some weeks and seven in others: two weeks that happen to agree prove nothing.
    const pattern = [7, 7, 6].map((newContacts) => [70 - newContacts, newContacts]);
    const weeks = Array.from({ length: 12 }, (_, i) => pattern[i % 3]!);
    const found = weeksOf(weeks, [9000, 1000]);
    // Five weeks have 350 messages, 33 or 34 of them to new contacts.
    expect(found).toEqual([...Array<null>(9).fill(null), 27, null, null]);
  });

  it('keeps the length of its periods, even if every other one would be long enough a week sooner', () => {
    const around = Array.from({ length: 12 }, (_, i) => [i % 4 === 1 ? 151 : 149]);
    expect(weeksOf(around, [9000])).toEqual([null, null, null, 29, null, 29, null, 29, null, 29, null, 29]);
  });

  it('compares consecutive weeks only, and reports what they were spent waiting for', () => {
    const weeks = new RepeatedWeeks<string>(0, 1);
    const week = (reason: string) => {
      for (let n = 0; n < 300; n += 1) weeks.add(0, reason, 7);
    };
    const left = () => [3000];
    week('per_day');
    expect(weeks.advanceTo(WEEK - 1, left)).toBeNull();
    expect(weeks.advanceTo(2 * WEEK, left)).toBeNull();
    week('per_day');
    expect(weeks.advanceTo(3 * WEEK, left)).toBeNull();
    week('quiet_hours');
    expect(weeks.advanceTo(4 * WEEK, left)).toEqual({
      times: 9,
      period: { days: 7, counts: [300], waited: new Map([['quiet_hours', 2100]]) },
      endsOnDay: 28,
    });
  });
});
