import type { Work } from '../events/transact';
import { findProgress, type MessageRow } from '../store/tables/messages';
import { lockActive } from '../store/tables/sequences';
import { endSequences } from './end-sequences';

/**
 * Ends the sequences of which these messages, as they are now stored, were the last ones pending. Called wherever
 * changed messages are stored, in their transaction, so that no crash comes between the last step and the end. The
 * messages are locked before their sequence, here as everywhere, so that two callers cannot block each other.
 * @param endAs `canceled` where somebody canceled all that was left, rather than a step. One of which every step
 *   was canceled has been canceled in any case.
 */
export async function settleSequences(
  work: Work,
  messages: MessageRow[],
  endAs: 'completed' | 'canceled',
): Promise<void> {
  const ids = new Set(messages.filter(isSettled).flatMap((row) => row.sequence_id ?? []));
  if (ids.size === 0) return;
  const active = await lockActive(work.sql, [...ids]);
  if (active.length === 0) return;
  // Read under the lock: whoever settles another step at this moment sees this one, or is seen here.
  const progress = await findProgress(
    work.sql,
    active.map(({ id }) => id),
  );
  const over = progress.filter(({ open }) => !open);
  for (const status of ['completed', 'canceled'] as const) {
    const isSo = over.filter(({ canceled }) => (canceled ? 'canceled' : endAs) === status);
    const ended = active.filter(({ id }) => isSo.some((one) => one.id === id));
    const tell = await endSequences(work, ended, status);
    await tell();
  }
}

/** Sent, as far as the server is concerned, or never to be. */
function isSettled(row: MessageRow): boolean {
  return row.sent_at !== null || row.status === 'failed' || row.status === 'canceled';
}
