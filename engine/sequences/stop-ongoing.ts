import { endRecurrences } from '../changes/recurrence-changes';
import type { Mode } from '../domain/mode';
import type { Work } from '../events/transact';
import { lockPending } from '../store/tables/messages';
import type { Ongoing } from '../store/tables/ongoing';
import { lockLive } from '../store/tables/recurrences';
import { stopWithPending } from './stop-sequences';

/** Stops sequences and recurrences for a person who has opted out, and cancels what is pending of them. */
export async function stopForOptOut(work: Work, mode: Mode, ongoing: Ongoing): Promise<void> {
  if (ongoing.sequences.length + ongoing.recurrences.length === 0) return;
  // Recurrences are locked before messages, and those after these.
  const recurrences = await lockLive(work.sql, ongoing.recurrences);
  const pending = await lockPending(work.sql, mode, { ongoing });
  await stopWithPending(work, ongoing.sequences, pending, 'canceled');
  endRecurrences(work, recurrences, 'ended', 'opted_out');
}
