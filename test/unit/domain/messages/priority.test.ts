import { PRIORITIES, priorityName, priorityRank } from '../../../../engine/domain/messages/priority';

test('high sorts before normal before low, and the numbers are the stored ones', () => {
  expect([priorityRank('high'), priorityRank('normal'), priorityRank('low')]).toEqual([0, 1, 2]);
  expect(PRIORITIES.map((name) => priorityName(priorityRank(name)))).toEqual(['high', 'normal', 'low']);
});

test.each([-1, 3, 0.5, NaN])('%d is no priority', (rank) => {
  expect(() => priorityName(rank)).toThrow(new RangeError(`There is no priority ${rank}; it is 0, 1 or 2.`));
});
