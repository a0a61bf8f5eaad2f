import { startOf, takeStep, type Walk } from '../../engine/store/sql/walk';
import type { Sql } from '../../engine/store/sql/database';

/** Goes a whole walk. @returns how many rows were removed */
export async function removeOld(sql: Sql, walk: Walk, ...params: Date[]): Promise<number> {
  let removed = 0;
  let place = startOf(walk);
  for (;;) {
    const step = await takeStep(sql, walk, place, { look: 2, change: 1 }, params);
    removed += step.changed;
    if (step.isLast) return removed;
    ({ place } = step);
  }
}
