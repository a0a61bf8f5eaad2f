import type { Work } from '../events/transact';
import { listSteps } from '../store/tables/messages';
import { saveEnded, type SequenceRow, type SequenceStatus } from '../store/tables/sequences';
import { sequenceEvent } from './present-sequence';

const EVENT_OF_END: Record<Exclude<SequenceStatus, 'active'>, string> = {
  completed: 'sequence.completed',
  stopped_by_reply: 'sequence.stopped',
  canceled: 'sequence.stopped',
};

/**
 * Ends sequences that `lockActive` gave.
 * @returns tells it; to be called when their messages are as they are to be shown.
 */
export async function endSequences(
  work: Work,
  locked: SequenceRow[],
  status: Exclude<SequenceStatus, 'active'>,
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
