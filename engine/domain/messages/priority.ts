/** From what goes first to what goes last; the place in the list is the number that is stored. */
export const PRIORITIES = ['high', 'normal', 'low'] as const;

export type Priority = (typeof PRIORITIES)[number];
export type PriorityRank = 0 | 1 | 2;

/** The number that sorts messages: 0 for `high`, 1 for `normal`, 2 for `low`. */
export function priorityRank(priority: Priority): PriorityRank {
  return PRIORITIES.indexOf(priority) as PriorityRank;
}

/** The word for a stored number; throws `RangeError` for one that is none of 0, 1, 2. */
export function priorityName(rank: number): Priority {
  const name = PRIORITIES[rank];
  if (name === undefined) throw new RangeError(`There is no priority ${rank}; it is 0, 1 or 2.`);
  return name;
}
