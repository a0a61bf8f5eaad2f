import type { Mode } from '../domain/mode';
import type { Work } from '../events/transact';
import { canceled, storeChanges } from '../changes/message-changes';
import { lockPending, type MessageRow } from '../store/tables/messages';
import { lockActive, type SequenceRow } from '../store/tables/sequences';
import { endSequences } from '../changes/sequence-changes';

export type StopStatus = 'stopped_by_reply' | 'canceled';

/**
 * Stops sequences before their last step and cancels their pending messages. A step that is being sent is still sent.
 * @returns the sequences that were still active, as they are now.
 */
export async function stopSequences(
  work: Work,
  mode: Mode,
  ids: string[],
  status: StopStatus,
): Promise<SequenceRow[]> {
  if (ids.length === 0) return [];
  return stopWithPending(work, ids, await lockPending(work.sql, mode, { sequenceIds: ids }), status);
}

/** `stopSequences` for a caller that has already locked the pending messages, together with others. */
export async function stopWithPending(
  work: Work,
  ids: string[],
  pending: MessageRow[],
  status: StopStatus,
): Promise<SequenceRow[]> {
  const active = await lockActive(work.sql, ids);
  // Ended first: otherwise canceling the last step would complete the sequence.
  const tell = await endSequences(work, active, status);
  await storeChanges(
    work,
    pending.map((row) => canceled(row, work.now)),
  );
  await tell();
  return active.map((row) => ({ ...row, status, ended_at: work.now }));
}
