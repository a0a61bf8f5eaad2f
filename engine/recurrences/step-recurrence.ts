import { endRecurrences, tellOfRecurrences } from '../changes/recurrence-changes';
import { failed, storeChanges } from '../changes/message-changes';
import { isPending } from '../domain/messages/message-status';
import type { Work } from '../events/transact';
import { lockCampaign } from '../store/tables/campaigns';
import { lockMessage, type MessageRow } from '../store/tables/messages';
import { lockActiveRecurrence, saveRecurrence, type RecurrenceRow } from '../store/tables/recurrences';
import { abort, cancelAll } from './planned-occurrence';
import { planNext } from './plan-next';

/**
 * Moves a recurrence on, once its occurrence has come: finds out whether that was missed, and makes the next one. All in
 * one transaction, so a crash makes no occurrence twice and counts none twice.
 * @returns whether it has moved on, or ended
 */
export async function stepRecurrence(work: Work, id: string): Promise<boolean> {
  const row = await lockActiveRecurrence(work.sql, id);
  if (!row) return false;
  const at = (row.planned_at ?? row.passed_at).getTime();
  if (at > work.now.getTime()) return false;
  if (row.session_removed) {
    await cancelAll(work, row);
    endRecurrences(work, [row], 'ended', 'session_removed');
    return true;
  }
  const outcome = await outcomeOf(work, row);
  if (outcome === 'waits') return false;
  const isMissed = outcome === 'missed';
  // Counted before it ends: its last event says so too.
  const counted = { ...row, missed: row.missed + (isMissed ? 1 : 0) };
  const next = await planNext(work, counted, at);
  if (!next.isOver) saveRecurrence(work.sql, next.row);
  const missed = [...(isMissed ? [at] : []), ...next.missed];
  if (missed.length > 0) {
    const occurrences = missed.map((moment) => new Date(moment).toISOString());
    tellOfRecurrences(work, 'recurrence.missed', [next.row], { occurrences });
  }
  return true;
}

/** What happened to the occurrence that was made: it `waits` to be sent, was `missed`, or is `over` in another way. */
type Outcome = 'waits' | 'missed' | 'over';

async function outcomeOf(work: Work, row: RecurrenceRow): Promise<Outcome> {
  if (row.planned_id === null) return 'over';
  return row.audience_id === null ? outcomeOfMessage(work, row) : outcomeOfCampaign(work, row);
}

async function outcomeOfMessage(work: Work, row: RecurrenceRow): Promise<Outcome> {
  const message = await lockMessage(work.sql, row.mode, row.planned_id!);
  if (!message) return 'over';
  if (isPending(message.status)) {
    // One that was moved, or may be sent later, by hand goes its own way.
    if (message.send_at?.getTime() !== row.planned_at?.getTime()) return 'over';
    if (row.deadline_at! > work.now) return 'waits';
    if (message.expires_at === null || message.expires_at > work.now) return 'over';
    await storeChanges(work, [failed(message, 'expired', work.now)]);
    return 'missed';
  }
  // An attempt ends within seconds. Only then it is known what happened to it.
  if (message.status === 'sending' && message.sent_at === null) return 'waits';
  return wasMissed(message) ? 'missed' : 'over';
}

/** There was no time, or no number. */
function wasMissed({ status, failure_reason: reason }: MessageRow): boolean {
  return status === 'failed' && (reason === 'expired' || reason === 'session_logged_out');
}

/** An audience's occurrence is sent in time if its campaign starts in time. */
async function outcomeOfCampaign(work: Work, row: RecurrenceRow): Promise<Outcome> {
  const campaign = await lockCampaign(work.sql, row.mode, row.planned_id!);
  if (campaign?.status !== 'pending') return 'over';
  if (row.deadline_at! > work.now) return 'waits';
  await abort(work, campaign, 'missed');
  return 'missed';
}
