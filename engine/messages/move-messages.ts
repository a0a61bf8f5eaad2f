import { isSkipped, storeChanges, unskipped, type MessageChange } from '../changes/message-changes';
import { retimed, timesOf } from '../changes/retime';
import { isPending } from '../domain/messages/message-status';
import type { Mode } from '../domain/mode';
import { hangOn } from '../domain/time/message-times';
import { instantOfMoment, type Moment } from '../domain/time/moment';
import { parseInstant } from '../domain/time/send-at';
import { EngineError, Faults, sentenceOf } from '../errors';
import type { Work } from '../events/transact';
import { findEndedMeanwhile, listByMoment, lockMovable } from '../store/tables/moment-messages';
import type { MessageRow } from '../store/tables/messages';
import type { Move, Moved, MovedOutcome, NotMovedOutcome } from './moment-schema';

/** A message that hangs on a moment. */
type Hanging = MessageRow & { moment: Moment };

/**
 * Moves the moment of the messages with one reference: all of them, in the transaction of `work`, or none. Their rows are
 * locked, so each is either sent at its old time, and told as sent, or moved. Moving them there again changes nothing.
 * @returns what happened to each message with this reference
 * @throws EngineError `invalid_request` for a bad field, or if the new time of a message has passed and it refuses that;
 *   `conflict` if they hang on several moments, and `was` does not say which one moves
 */
export async function moveMessages(work: Work, mode: Mode, move: Move): Promise<Moved> {
  const { of, was } = readMove(move);
  const hanging = (await lockMovable(work.sql, mode, move.reference)) as Hanging[];
  const isThere = ({ moment }: Hanging): boolean => instantOfMoment(moment) === of;
  const others = hanging.filter((row) => !isThere(row));
  if (was === null) refuseSeveral(others, move.reference);
  const moving = others.filter(({ moment }) => was === null || instantOfMoment(moment) === was);

  const changes = await withoutEnded(work, moving, hangAll(moving, move.of, work.now));
  await storeChanges(work, changes);
  for (const { row } of changes) if (isPending(row.status)) work.wake(row.session_id, row.due_at.getTime());

  const outcomes = new Map<string, MovedOutcome>();
  for (const row of hanging.filter(isThere)) outcomes.set(row.id, isSkipped(row) ? 'skipped' : 'unchanged');
  for (const [index, { row }] of changes.entries()) {
    const outcome = outcomeOf(moving[index]!, row);
    if (outcome) outcomes.set(row.id, outcome);
  }
  return showAll(await listByMoment(work.sql, mode, move.reference), outcomes);
}

/** The faults of a move that do not depend on the messages. @throws EngineError `invalid_request` */
export function readMove({ of, was }: Pick<Move, 'of' | 'was'>): { of: number; was: number | null } {
  const faults = new Faults();
  const read = (path: string, text: string): number => faults.read(path, parseInstant(text))?.at ?? NaN;
  const times = { of: read('of', of), was: was === undefined ? null : read('was', was) };
  faults.throwIfAny();
  return times;
}

function refuseSeveral(rows: Hanging[], reference: string): void {
  const moments = [...new Set(rows.map(({ moment }) => new Date(instantOfMoment(moment)).toISOString()))];
  if (moments.length < 2) return;
  const known = moments.sort().slice(0, 5).join(', ');
  throw new EngineError(
    'conflict',
    `Messages with the reference "${reference}" hang on ${moments.length} moments: ${known}. Say in was which one moves, or give each appointment a reference of its own.`,
  );
}

/** @throws EngineError `invalid_request` with every message that would be late and refuses that */
function hangAll(rows: Hanging[], of: string, now: Date): MessageChange[] {
  const faults = new Faults();
  const changes = rows.flatMap((row) => {
    const hung = hangOn({ ...row.moment, of }, timesOf(row), now.getTime());
    if (hung.ok) return [retimed({ ...row, revision: row.revision + 1 }, hung.times, now)];
    const path = ['send_at', hung.path].filter((part) => part !== '').join('.');
    const why = sentenceOf({ path, message: hung.message });
    faults.add('of', hung.code, `does not fit ${row.id}: its ${why} Or cancel or change that message first.`);
    return [];
  });
  faults.throwIfAny();
  return changes;
}

/** Messages that were skipped, and would have been canceled in the meantime, stay so for good. */
async function withoutEnded(work: Work, rows: Hanging[], changes: MessageChange[]): Promise<MessageChange[]> {
  const skipped = rows.filter(isSkipped).map(({ id }) => id);
  if (skipped.length === 0) return changes;
  const ended = await findEndedMeanwhile(work.sql, skipped);
  return changes.map((change, index) => (ended.has(change.row.id) ? unskipped(rows[index]!) : change));
}

function outcomeOf(before: MessageRow, after: MessageRow): MovedOutcome | null {
  if (isSkipped(after)) return 'skipped';
  if (!isPending(after.status)) return null;
  if (isSkipped(before)) return 'resumed';
  return after.send_at === null ? 'sent_now' : 'moved';
}

function showAll(rows: MessageRow[], outcomes: ReadonlyMap<string, MovedOutcome>): Moved {
  const moved: Moved = { moved: [], skipped: [], not_moved: [] };
  for (const row of rows) {
    const outcome = outcomes.get(row.id);
    if (outcome === 'skipped') moved.skipped.push(shown(row, outcome));
    else if (outcome) moved.moved.push(shown(row, outcome));
    else moved.not_moved.push(shown(row, whyNotMoved(row)));
  }
  return moved;
}

function whyNotMoved(row: MessageRow): NotMovedOutcome {
  if (row.status === 'canceled' || row.status === 'failed') return row.status;
  if (!isPending(row.status) || row.handed_over_at !== null) return 'already_sent';
  return row.moment ? 'another_moment' : 'no_moment';
}

const shown = <Outcome extends string>(row: MessageRow, outcome: Outcome) => ({
  id: row.id,
  to: row.recipient,
  status: row.status,
  send_at: row.send_at?.toISOString() ?? null,
  outcome,
});
