import type { NewEvent } from '../events/transact';
import { presentMessage } from './present-message';
import type { MessageRow } from '../store/tables/messages';
import type { SequenceRow } from '../store/tables/sequences';

/** A sequence as a list shows it. */
export function presentSequence(row: SequenceRow) {
  return {
    id: row.id,
    to: row.recipient,
    from: row.from_phone,
    reference: row.reference,
    timezone: row.timezone,
    stop_on_reply: row.stop_on_reply,
    step_count: row.step_count,
    status: row.status,
    created_at: row.created_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}

/** A sequence as `GET` shows it and events carry it. @param steps its messages, or those of others among them. */
export function presentWithSteps(row: SequenceRow, steps: MessageRow[]) {
  const own = steps.filter((message) => message.sequence_id === row.id);
  return {
    ...presentSequence(row),
    messages: own.map((message) => ({ step: message.step ?? 0, ...presentMessage(message) })),
  };
}

export function sequenceEvent(type: string, row: SequenceRow, steps: MessageRow[]): NewEvent {
  return {
    mode: row.mode,
    type,
    data: presentWithSteps(row, steps),
    subjectId: row.id,
    fromPhone: row.from_phone,
    chatId: row.chat_id,
    reference: row.reference,
  };
}
