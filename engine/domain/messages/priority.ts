/** From first to last. The index in this list is the number that is stored. */
export const PRIORITIES = ['high', 'normal', 'low'] as const;

export type Priority = (typeof PRIORITIES)[number];
export type PriorityRank = 0 | 1 | 2;

/** The number that sorts messages: 0 for `high`, 1 for `normal`, 2 for `low`. */
export function priorityRank(priority: Priority): PriorityRank {
  return PRIORITIES.indexOf(priority) as PriorityRank;
}
