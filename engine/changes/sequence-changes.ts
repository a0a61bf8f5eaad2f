import { isPending } from '../domain/messages/message-status';
import { personIdOf } from '../domain/people/person-id';
import type { WaitingFor } from '../domain/waiting/waiting-for';
import type { EventType } from '../domain/events/event-types';
import type { NewEvent, Work } from '../events/transact';
import { findProgress, listSteps, type MessageRow } from '../store/tables/messages';
import { lockActive, saveEnded, type SequenceRow, type SequenceStatus } from '../store/tables/sequences';
import { presentMessage } from './present-message';

type EndStatus = Exclude<SequenceStatus, 'active'>;

const EVENT_OF_END: Record<EndStatus, EventType> = {
  completed: 'sequence.completed',
  stopped_by_reply: 'sequence.stopped',
  canceled: 'sequence.stopped',
};

/**
 * Ends sequences that `lockActive` returned.
 * @returns a function that adds the events. They show the messages as they are when it is called.
 */
export async function endSequences(
  work: Work,
  locked: SequenceRow[],
  status: EndStatus,
): Promise<() => Promise<void>> {
  const ids = locked.map(({ id }) => id);
  if (ids.length > 0) saveEnded(work.sql, ids, status, work.now);
  return async () => {
    if (ids.length === 0) return;
    const steps = await listSteps(work.sql, ids);
    const ended = locked.map((row): SequenceRow => ({ ...row, status, ended_at: work.now }));
    work.tell(ended.map((row) => sequenceEvent(EVENT_OF_END[status], row, steps)));
  };
}

/**
 * Ends the sequences whose last pending messages these were. Called in every transaction that stores changed messages,
 * so no crash can come between the last step and the end. Messages are always locked before their sequence, so two
 * callers cannot block each other.
 * @param messages as they are stored now.
 * @param endAs by its id: `canceled` if everything left was canceled at once, rather than a single step. A sequence with
 *   every step canceled is canceled in any case.
 */
export async function settleSequences(
  work: Work,
  messages: MessageRow[],
  endAs: (sequenceId: string) => 'completed' | 'canceled',
): Promise<void> {
  const ids = new Set(messages.filter(isSettled).flatMap((row) => row.sequence_id ?? []));
  if (ids.size === 0) return;
  const active = await lockActive(work.sql, [...ids]);
  if (active.length === 0) return;
  // Read under the lock: of two transactions that settle two steps, the second sees both.
  const progress = await findProgress(
    work.sql,
    active.map(({ id }) => id),
  );
  const over = progress.filter(({ open }) => !open);
  for (const status of ['completed', 'canceled'] as const) {
    const matching = over.filter(({ id, canceled }) => (canceled ? 'canceled' : endAs(id)) === status);
    const ended = active.filter(({ id }) => matching.some((one) => one.id === id));
    const tell = await endSequences(work, ended, status);
    await tell();
  }
}

/** Accepted by WhatsApp's server, or never going to be sent. */
function isSettled(row: MessageRow): boolean {
  return row.sent_at !== null || row.status === 'failed' || row.status === 'canceled';
}

function sequenceEvent(type: EventType, row: SequenceRow, steps: MessageRow[]): NewEvent {
  return {
    mode: row.mode,
    type,
    data: presentWithSteps(row, steps),
    subjectId: row.id,
    fromPhone: row.from_phone,
    chatId: row.erased_at ? null : row.chat_id,
    who: row.erased_at ? null : row.who,
    reference: row.reference,
  };
}

/**
 * A sequence as `GET` and events show it.
 * @param steps its messages; those of other sequences are ignored
 * @param waitingFor why each has not gone; a sequence that has ended waits for nothing
 */
export function presentWithSteps(
  row: SequenceRow,
  steps: MessageRow[],
  waitingFor: (message: MessageRow) => WaitingFor | null = () => null,
) {
  const own = steps.filter((message) => message.sequence_id === row.id);
  return {
    ...presentSequence(row, nextOf(own, waitingFor)),
    messages: own.map((message) => ({
      step: message.step ?? 0,
      ...presentMessage(message, waitingFor(message)),
    })),
  };
}

function nextOf(
  steps: MessageRow[],
  waitingFor: (message: MessageRow) => WaitingFor | null,
): WaitingFor | null {
  const pending = steps.filter(({ status }) => isPending(status));
  const [next] = pending.sort((a, b) => a.due_at.getTime() - b.due_at.getTime());
  return next ? waitingFor(next) : null;
}

/** A sequence as a list shows it. @param waitingFor what its next message waits for */
export function presentSequence(row: SequenceRow, waitingFor: WaitingFor | null = null) {
  const sequence = {
    id: row.id,
    to: row.recipient as string | null,
    person_id: personIdOf(row.who),
    from: row.from_phone,
    reference: row.reference,
    timezone: row.timezone,
    stop_on_reply: row.stop_on_reply,
    step_count: row.step_count,
    status: row.status,
    created_at: row.created_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
    waiting_for: waitingFor,
    erased: false,
  };
  return row.erased_at ? sequenceWithoutPerson(sequence) : sequence;
}

/** A sequence as it is shown once its recipient is erased. */
export function sequenceWithoutPerson<Shown extends object>(sequence: Shown) {
  return { ...sequence, to: null, person_id: null, reference: null, erased: true };
}
