import type { Mode } from '../domain/mode';
import { readInZone, readLocalTime, writeLocalTime } from '../domain/time/recurrence/local-time';
import { wallClock } from '../domain/time/time-zone';
import { EngineError, invalidRequest, notFound, validOrThrow } from '../errors';
import type { Work } from '../events/transact';
import { endRecurrences, NOTHING_PLANNED, occurrencesOf, wallOf } from '../changes/recurrence-changes';
import { deleteMediaFile } from '../store/tables/media-files';
import {
  deleteRecurrence,
  LIVE_STATUSES,
  lockRecurrence,
  type RecurrenceRow,
} from '../store/tables/recurrences';
import { refuseEnded, replan, saved } from './edit-recurrence';
import { cancelAll, cancelPlanned } from './planned-occurrence';
import { MOST_EXDATES } from './recurrence-schema';

/**
 * Leaves out one occurrence ahead. To do it again changes nothing.
 * @param text one of `next`, or a local time in its zone
 * @throws EngineError `not_found`; `conflict` once the recurrence has ended, or if the occurrence is being sent;
 *   `invalid_request` for a time without an occurrence
 */
export async function skipOccurrence(
  work: Work,
  mode: Mode,
  id: string,
  text: string,
): Promise<RecurrenceRow> {
  const row = refuseEnded(await lockRecurrence(work.sql, mode, id), id, 'changed');
  const { wall } = validOrThrow('occurrence', readLocalTime(text, row.timezone));
  const { at } = readInZone(row.timezone, wall);
  const occurrences = occurrencesOf(row);
  if (!occurrences.isOfRule(at) || at <= work.now.getTime()) throw notAnOccurrence();
  if (!occurrences.includes(at)) return row;
  // Those that are over leave out nothing any more.
  const kept =
    row.exdates.length < MOST_EXDATES
      ? row.exdates
      : row.exdates.filter((local) => wallOf(local) > wallClock(row.timezone, work.now.getTime()));
  if (kept.length >= MOST_EXDATES) throw tooMany();
  const skipped = { ...row, exdates: [...kept, writeLocalTime(wall)] };
  if (row.planned_at?.getTime() !== at) return saved(work, skipped);
  if (!(await cancelPlanned(work, row)) && row.planned_open)
    throw new EngineError('conflict', 'This occurrence was handed to WhatsApp, so it cannot be skipped.');
  return replan(work, skipped, at);
}

const notAnOccurrence = (): EngineError =>
  invalidRequest([
    {
      path: 'occurrence',
      code: 'not_an_occurrence',
      message: 'is not an occurrence ahead. Use one of next.',
    },
  ]);

const tooMany = (): EngineError =>
  new EngineError('conflict', `${MOST_EXDATES} occurrences are left out already. Change the rule instead.`);

/**
 * Pauses a recurrence: what is pending of it is canceled, and no more is made. What passes meanwhile counts for COUNT, and
 * not as missed.
 * @throws EngineError `not_found`; `conflict` unless it is active
 */
export async function pauseRecurrence(work: Work, mode: Mode, id: string): Promise<RecurrenceRow> {
  const row = await lockIn(work, mode, id, 'active', 'paused');
  await cancelAll(work, row);
  return saved(work, { ...row, status: 'paused', ...NOTHING_PLANNED, passed_at: work.now });
}

/**
 * Goes on with the first occurrence from now.
 * @throws EngineError `not_found`; `conflict` unless it is paused
 */
export async function resumeRecurrence(work: Work, mode: Mode, id: string): Promise<RecurrenceRow> {
  const row = await lockIn(work, mode, id, 'paused', 'resumed');
  return replan(work, { ...row, status: 'active' });
}

/** Removes a recurrence, and cancels what is pending of it. @throws EngineError `not_found` */
export async function removeRecurrence(work: Work, mode: Mode, id: string): Promise<void> {
  const row = await lockRecurrence(work.sql, mode, id);
  if (!row) throw notFound('recurrence', id);
  await cancelAll(work, row);
  if ((LIVE_STATUSES as readonly string[]).includes(row.status))
    endRecurrences(work, [row], 'ended', 'deleted');
  if (row.media?.file_id) deleteMediaFile(work.sql, row.media.file_id);
  deleteRecurrence(work.sql, id);
}

async function lockIn(
  work: Work,
  mode: Mode,
  id: string,
  status: RecurrenceRow['status'],
  verb: string,
): Promise<RecurrenceRow> {
  const row = refuseEnded(await lockRecurrence(work.sql, mode, id), id, verb);
  if (row.status === status) return row;
  throw new EngineError('conflict', `The recurrence is ${row.status}, so it cannot be ${verb}.`);
}
