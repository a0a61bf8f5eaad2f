import { isPending } from '../domain/messages/message-status';
import type { NewEvent, Work } from '../events/transact';
import { settleSequences } from './settle-sequences';
import { type MessageRow, saveMessages } from '../store/tables/messages';
import { presentMessage } from './present-message';

/** An event, and its message as it was right after it: steps that are stored together are still told one by one. */
export interface MessageNews {
  type: string;
  row: MessageRow;
}

/** One message after a change, with the events that the change is worth, in their order. */
export interface MessageChange {
  row: MessageRow;
  events: MessageNews[];
}

/**
 * Stores changed rows and tells their events, and what they bring to an end, all in the transaction of `work`.
 * @param endAs what becomes of a sequence of which these were the last messages pending.
 */
export async function storeChanges(
  work: Work,
  changes: MessageChange[],
  endAs: 'completed' | 'canceled' = 'completed',
): Promise<void> {
  saveMessages(
    work.sql,
    changes.map((change) => change.row),
  );
  work.tell(changes.flatMap(({ events }) => events.map(({ type, row }) => messageEvent(type, row))));
  await settleSequences(
    work,
    changes.map((change) => change.row),
    endAs,
  );
}

export function messageEvent(type: string, row: MessageRow): NewEvent {
  return {
    mode: row.mode,
    type,
    data: presentMessage(row),
    subjectId: row.id,
    fromPhone: row.from_phone,
    chatId: row.chat_id,
    reference: row.reference,
  };
}

export function canceled(row: MessageRow, now: Date): MessageChange {
  return changed({ ...row, status: 'canceled', canceled_at: now }, 'message.canceled');
}

export function failed(row: MessageRow, reason: string, now: Date): MessageChange {
  return changed({ ...row, status: 'failed', failure_reason: reason, failed_at: now }, 'message.failed');
}

/** Due, but held up by its window, its turn or the link. Tells it once in a message's life. */
export function queued(row: MessageRow, dueAt: Date): MessageChange {
  const next: MessageRow = { ...row, status: 'queued', due_at: dueAt };
  return row.status === 'scheduled' ? changed(next, 'message.queued') : changed(next);
}

/** Claimed for one attempt. A repeat after a lost link or a crash is not told again: it is the same message. */
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
 * Back to its lane for another attempt with the same wire id.
 * @param handedOverAt null where it is certain that no attempt put anything on the wire.
 */
export function retried(row: MessageRow, dueAt: Date, handedOverAt = row.handed_over_at): MessageChange {
  return changed({ ...row, status: 'queued', due_at: dueAt, handed_over_at: handedOverAt });
}

/** A message after a change, told as these events. */
export function changed(row: MessageRow, ...types: string[]): MessageChange {
  return { row, events: types.map((type) => ({ type, row })) };
}

/**
 * Whether a message may still be edited or canceled. One that waits for another attempt after a crash or a lost link
 * may not: WhatsApp may have it already, and what its recipient got cannot be changed any more.
 */
export function isChangeable(row: MessageRow): boolean {
  return isPending(row.status) && row.handed_over_at === null;
}
