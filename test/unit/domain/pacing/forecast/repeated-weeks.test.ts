import { RepeatedWeeks } from '../../../../../engine/domain/pacing/forecast/repeated-weeks';

const WEEK = 7 * 86_400_000;

/** Weeks in which so many of each group go, and what `advanceTo` says at the end of each. */
function weeksOf(counts: number[][], left: number[]) {
  const weeks = new RepeatedWeeks<string>(0, left.length);
  return counts.map((week, index) => {
    week.forEach((count, group) => {
      for (let n = 0; n < count; n += 1) weeks.add(group, 'per_day', 10);
    });
    return weeks.advanceTo((index + 1) * WEEK, () => left)?.times ?? null;
  });
}

describe('weeks that are alike', () => {
  it('are left out but one, until the first group runs out', () => {
    const alike = [
      [400, 40],
      [401, 40],
    ];
    expect(weeksOf(alike, [4000, 220])).toEqual([null, 4]);
    expect(weeksOf([[400], [401]], [4000])).toEqual([null, 8]);
  });

  it('are played where they are not alike, where nobody goes, and where the end is near', () => {
    expect(weeksOf([[350], [450], [600]], [9000])).toEqual([null, null, null]);
    expect(weeksOf([[0], [0]], [1000])).toEqual([null, null]);
    expect(weeksOf([[400], [400]], [700])).toEqual([null, null]);
  });

  it('are several at once where little goes', () => {
    // Six new contacts in some weeks and seven in others: of two weeks that look alike nothing follows.
    const pattern = [7, 7, 6].map((newContacts) => [70 - newContacts, newContacts]);
    const weeks = Array.from({ length: 12 }, (_, i) => pattern[i % 3]!);
    const found = weeksOf(weeks, [9000, 1000]);
    // Five weeks have 350 messages, 33 or 34 of them to new contacts.
    expect(found).toEqual([...Array<null>(9).fill(null), 27, null, null]);
  });

  it('have spans of the same length where every other one would have enough a week sooner', () => {
    const around = Array.from({ length: 12 }, (_, i) => [i % 4 === 1 ? 151 : 149]);
    expect(weeksOf(around, [9000])).toEqual([null, null, null, 29, null, 29, null, 29, null, 29, null, 29]);
  });

  it('are weeks that follow each other, and tell what they were spent waiting for', () => {
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
