import type { Mode } from '../domain/mode';
import type { Work } from '../events/transact';
import { canceled, storeChanges } from '../changes/message-changes';
import { lockPending, type MessageRow } from '../store/tables/messages';
import { lockActive, type SequenceRow } from '../store/tables/sequences';
import { endSequences } from '../changes/sequence-changes';

export type StopStatus = 'stopped_by_reply' | 'canceled';

/**
 * Stops sequences before their last step and cancels what is pending of them. A step that is on its way goes.
 * @returns those that were still active, as they are now.
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

/** `stopSequences` for a caller that has locked what is pending, together with other messages that are to go. */
export async function stopWithPending(
  work: Work,
  ids: string[],
  pending: MessageRow[],
  status: StopStatus,
): Promise<SequenceRow[]> {
  const active = await lockActive(work.sql, ids);
  // Ended first, or canceling its last step would look like its completion.
  const tell = await endSequences(work, active, status);
  await storeChanges(
    work,
    pending.map((row) => canceled(row, work.now)),
  );
  await tell();
  return active.map((row) => ({ ...row, status, ended_at: work.now }));
}
