import { AlikeWeeks } from '../../../engine/domain/alike-weeks';

const WEEK = 7 * 86_400_000;

/** Weeks in which so many of each group go, and what `passTo` says at the end of each. */
function weeksOf(counts: number[][], left: number[]) {
  const weeks = new AlikeWeeks<string>(0, left.length);
  return counts.map((week, index) => {
    week.forEach((count, group) => {
      for (let n = 0; n < count; n += 1) weeks.add(group, 'per_day', 10);
    });
    return weeks.passTo((index + 1) * WEEK, () => left)?.weeks ?? null;
  });
}

describe('weeks that are alike', () => {
  it('are left out but one, until the first group runs out', () => {
    expect(
      weeksOf(
        [
          [100, 10],
          [100, 10],
        ],
        [1000, 55],
      ),
    ).toEqual([null, 4]);
    expect(
      weeksOf(
        [
          [100, 0],
          [101, 0],
        ],
        [1000, 55],
      ),
    ).toEqual([null, 8]);
  });

  it('are played where they are not alike, where nobody goes, and where the end is near', () => {
    expect(weeksOf([[50], [60], [72]], [1000])).toEqual([null, null, null]);
    expect(weeksOf([[0], [0]], [1000])).toEqual([null, null]);
    expect(weeksOf([[100], [100]], [150])).toEqual([null, null]);
  });

  it('are weeks that follow each other, and tell what they were spent waiting for', () => {
    const weeks = new AlikeWeeks<string>(0, 1);
    weeks.add(0, 'per_day', 5);
    expect(weeks.passTo(WEEK - 1, () => [100])).toBeNull();
    expect(weeks.passTo(2 * WEEK, () => [100])).toBeNull();
    weeks.add(0, 'per_day', 5);
    expect(weeks.passTo(3 * WEEK, () => [100])).toBeNull();
    weeks.add(0, 'quiet_hours', 7);
    expect(weeks.passTo(4 * WEEK, () => [100])).toEqual({
      weeks: 99,
      week: { counts: [1], waited: new Map([['quiet_hours', 7]]) },
      endsOnDay: 28,
    });
  });
});
