import type { Work } from '../events/transact';
import { stopWithPending } from '../sequences/stop-sequences';
import { lockEndedByTakeover } from '../store/tables/lane-messages';

/**
 * Cancels what `cancel_on_takeover` says to cancel when a person has the chat, and the sequences it belongs to. Call it
 * before `lockTakeover`.
 * @param whos every id of who the chat is with
 */
export async function endMessages(work: Work, sessionId: string, whos: readonly string[]): Promise<void> {
  const pending = await lockEndedByTakeover(work.sql, sessionId, whos);
  const sequences = [...new Set(pending.flatMap((row) => row.sequence_id ?? []))];
  await stopWithPending(work, sequences, pending, 'canceled');
}
