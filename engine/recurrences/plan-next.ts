import type { Work } from '../events/transact';
import { endRecurrences, NOTHING_PLANNED, occurrencesOf } from '../changes/recurrence-changes';
import { takingPlace, type Occurrence } from '../domain/time/recurrence/occurrence-times';
import type { RecurrenceRow } from '../store/tables/recurrences';
import { makeOccurrence } from './make-occurrence';

/** Occurrences looked at in one transaction. After a long time off, the next look goes on. */
const MOST_AT_ONCE = 500;

/** The recurrence with its next occurrence made, and what was missed on the way. Not saved, unless it has ended. */
export interface Planned {
  row: RecurrenceRow;
  /** Moments, epoch ms. */
  missed: number[];
  /** No occurrence is left: the row is saved, and told of. */
  isOver: boolean;
}

/**
 * Makes the next occurrence that can still be sent in time. Those before it that cannot are missed.
 * @param after epoch ms: every occurrence up to then is over
 */
export async function planNext(work: Work, row: RecurrenceRow, after: number): Promise<Planned> {
  const { passed, missed, next, isLeft } = findNext(row, after, work.now.getTime());
  const looked: RecurrenceRow = {
    ...row,
    ...NOTHING_PLANNED,
    missed: row.missed + missed.length,
    passed_at: new Date(passed),
  };
  if (next) return { row: await plan(work, looked, next), missed, isOver: false };
  if (isLeft) return { row: looked, missed, isOver: false };
  const [ended] = endRecurrences(work, [looked], 'ended', 'no_more_occurrences');
  return { row: ended!, missed, isOver: true };
}

/** The next occurrence that can be sent in time. `isLeft`: if none was found, there may be more to look at. */
export function findNext(row: RecurrenceRow, after: number, now: number) {
  const missed: number[] = [];
  let passed = after;
  let looked = 0;
  for (const occurrence of takingPlace(occurrencesOf(row), after, row.send_window)) {
    if (!occurrence.isShut && occurrence.deadline > now)
      return { passed, missed, next: occurrence, isLeft: true };
    passed = occurrence.moment;
    if (!occurrence.isShut) missed.push(occurrence.moment);
    looked += 1;
    // What is ahead of now is looked at to its end: it is only passed over while its window is closed.
    if (looked >= MOST_AT_ONCE && passed <= now) return { passed, missed, next: null, isLeft: true };
  }
  return { passed, missed, next: null, isLeft: false };
}

async function plan(work: Work, row: RecurrenceRow, occurrence: Occurrence): Promise<RecurrenceRow> {
  const id = await makeOccurrence(work, row, occurrence);
  return planned(row, id, occurrence);
}

/** The row once its next occurrence has this message or campaign. */
export function planned(row: RecurrenceRow, id: string, { moment, deadline }: Occurrence): RecurrenceRow {
  const at = new Date(moment);
  return {
    ...row,
    ...{ passed_at: at, planned_at: at, planned_id: id, deadline_at: new Date(deadline), planned_open: true },
  };
}
