import { PRIORITIES, priorityRank } from '../../../../engine/domain/messages/priority';

it('stores priorities as numbers that sort high before normal before low', () => {
  expect(PRIORITIES.map(priorityRank)).toEqual([0, 1, 2]);
  expect([priorityRank('high'), priorityRank('normal'), priorityRank('low')]).toEqual([0, 1, 2]);
});
