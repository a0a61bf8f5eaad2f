import type { EventType } from '../domain/events/event-types';
import { isPending } from '../domain/messages/message-status';
import type { WaitingFor } from '../domain/waiting/waiting-for';
import type { NewEvent, Work } from '../events/transact';
import type { Transaction } from '../store/sql/database';
import { deleteMediaFile } from '../store/tables/media-files';
import { lockPending, saveMessages, type MessageRow } from '../store/tables/messages';
import { insertMessages } from '../store/tables/new-messages';
import { isShared } from '../store/tables/shared-messages';
import { presentMessage } from './present-message';
import { settleSequences } from './sequence-changes';

/**
 * The only code that creates and changes messages. A change is computed first, then stored together with
 * everything that follows from it (events, the end of a sequence), all in one transaction:
 *
 *     const row = await lockMessage(work.sql, mode, id);
 *     if (isChangeable(row)) await storeChanges(work, [canceled(row, work.now)]);
 *
 * `newMessageRow` and `storeNewMessages` do the same for new messages, `followCampaigns` for messages whose campaign
 * may have been paused or canceled meanwhile.
 */

/** One message after a change, with its events in order. */
export interface MessageChange {
  row: MessageRow;
  events: MessageEvent[];
  /** Its sequence is canceled with it, whatever has gone out before. */
  cancelsSequence?: true;
}

/** An event, and the message right after it. One change can have several: `queued`, then `sending`. */
interface MessageEvent {
  type: EventType;
  row: MessageRow;
  waitingFor?: WaitingFor | null;
}

/**
 * Stores new messages with their events, and wakes their lanes. Those that several numbers may send have none yet.
 * @param waitingFor why a message that is due does not go yet
 */
export function storeNewMessages(
  work: Work,
  rows: MessageRow[],
  waitingFor: (row: MessageRow) => WaitingFor | null = () => null,
): void {
  insertMessages(work.sql, rows);
  work.created(rows.map(({ id }) => id));
  work.tell(
    rows.flatMap((row) =>
      row.status === 'scheduled' ? [] : [messageEvent(`message.${row.status}`, row, waitingFor(row))],
    ),
  );
  for (const row of rows)
    if (isPending(row.status) && !isShared(row)) work.wake(row.session_id, row.due_at.getTime());
}

/**
 * Stores changed messages with their events, and ends the sequences whose last pending messages these were.
 * @param endAs the status of a sequence that ends this way.
 */
export async function storeChanges(
  work: Work,
  changes: MessageChange[],
  endAs: 'completed' | 'canceled' = 'completed',
): Promise<void> {
  const stopped = changes.flatMap(({ row, cancelsSequence }) => (cancelsSequence && row.sequence_id) || []);
  const all = [...changes, ...(await cancelRest(work, changes, stopped))];
  const rows = all.map((change) => change.row);
  saveMessages(work.sql, rows);
  for (const row of rows)
    if (row.status === 'canceled' && !isSkipped(row)) freeFile(work.sql, row.media, null);
  work.tell(
    all.flatMap(({ events }) =>
      events.map(({ type, row, waitingFor }) => messageEvent(type, row, waitingFor)),
    ),
  );
  await settleSequences(work, rows, (id) => (stopped.includes(id) ? 'canceled' : endAs));
}

/** Cancels the steps of stopped sequences that are not among the changes. */
async function cancelRest(
  work: Work,
  changes: readonly MessageChange[],
  sequenceIds: string[],
): Promise<MessageChange[]> {
  const [first] = changes;
  if (!first || sequenceIds.length === 0) return [];
  const ids = new Set(changes.map(({ row }) => row.id));
  const pending = await lockPending(work.sql, first.row.mode, { sequenceIds });
  return pending.filter(({ id }) => !ids.has(id)).map((row) => canceled(row, work.now));
}

/** Removes the bytes of a file that its owner does not need any more. @param after what it has in its place */
export function freeFile(tx: Transaction, before: MessageRow['media'], after: MessageRow['media']): void {
  if (before?.file_id && before.file_id !== after?.file_id) deleteMediaFile(tx, before.file_id);
}

function messageEvent(type: EventType, row: MessageRow, waitingFor: WaitingFor | null = null): NewEvent {
  return {
    mode: row.mode,
    type,
    data: presentMessage(row, waitingFor),
    subjectId: row.id,
    fromPhone: row.from_phone,
    chatId: row.erased_at ? null : row.chat_id,
    who: row.erased_at ? null : row.who,
    reference: row.reference,
  };
}

/** A change with events of these types. All of them show the message after the change. */
export function changed(row: MessageRow, ...types: EventType[]): MessageChange {
  return { row, events: types.map((type) => ({ type, row })) };
}

export function canceled(row: MessageRow, now: Date): MessageChange {
  return changed({ ...row, status: 'canceled', canceled_at: now }, 'message.canceled');
}

/** Canceled already because its time had passed, and now for good: moving its moment no longer brings it back. */
export function unskipped(row: MessageRow): MessageChange {
  return changed({ ...row, moment: row.moment && { ...row.moment, skipped: false } });
}

/** A person has the chat: ends a message that says so, and its sequence. */
export function canceledByTakeover(row: MessageRow, now: Date): MessageChange {
  return { ...canceled(row, now), cancelsSequence: true };
}

export function failed(row: MessageRow, reason: string, now: Date): MessageChange {
  return changed({ ...row, status: 'failed', failure_reason: reason, failed_at: now }, 'message.failed');
}

/** Due, but waiting for its window, its turn, the bot or the link. Each message gets `message.queued` only once. */
export function queued(row: MessageRow, dueAt: Date, waitingFor: WaitingFor | null = null): MessageChange {
  const next: MessageRow = { ...row, status: 'queued', due_at: dueAt };
  if (row.status !== 'scheduled') return changed(next);
  return { row: next, events: [{ type: 'message.queued', row: next, waitingFor }] };
}

/** Claimed for one attempt. Only the first one has events: a retry after a lost link or a crash is the same message. */
export function claimed(row: MessageRow, now: Date): MessageChange {
  const next: MessageRow = {
    ...row,
    status: 'sending',
    attempts: row.attempts + 1,
    handed_over_at: row.handed_over_at ?? now,
  };
  const events = queued(row, row.due_at).events;
  return {
    row: next,
    events: row.attempts === 0 ? [...events, { type: 'message.sending', row: next }] : events,
  };
}

/**
 * Back in its lane for another attempt with the same wire id.
 * @param handedOverAt null if certainly no attempt put anything on the wire.
 */
export function retried(row: MessageRow, dueAt: Date, handedOverAt = row.handed_over_at): MessageChange {
  return changed({ ...row, status: 'queued', due_at: dueAt, handed_over_at: handedOverAt });
}

/**
 * Whether a message can still be edited or canceled. Not while it waits for a retry after a crash or a lost link:
 * WhatsApp may already have it, and what the recipient got cannot be changed.
 */
export function isChangeable(row: MessageRow): boolean {
  return isPending(row.status) && row.handed_over_at === null;
}

/** Whether it is canceled only because its time had passed, so that a later moment brings it back. */
export function isSkipped(row: MessageRow): boolean {
  return row.status === 'canceled' && row.moment?.skipped === true && row.erased_at === null;
}
