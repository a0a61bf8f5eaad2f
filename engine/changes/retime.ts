import { firstDueAt } from '../domain/messages/send-decision';
import type { MessageTimes } from '../domain/time/message-times';
import type { MessageRow } from '../store/tables/messages';
import { canceled, changed, type MessageChange } from './message-changes';

/**
 * A message that gets a new time: it waits for that time, even if it was due already. If its new time has passed and is to
 * be skipped, it is canceled until its moment moves again; one that was skipped is back.
 * @param row pending and never tried, or skipped
 */
export function retimed(row: MessageRow, times: MessageTimes, now: Date): MessageChange {
  const { sendAt, expiresAt, moment } = times;
  const due = firstDueAt(
    {
      sendAt: sendAt?.getTime() ?? null,
      sendWindow: row.send_window,
      expiresAt: expiresAt?.getTime() ?? null,
    },
    now.getTime(),
  );
  const next = { ...row, send_at: sendAt, expires_at: expiresAt, moment, due_at: new Date(due) };
  if (moment?.skipped) return row.status === 'canceled' ? changed(next) : canceled(next, now);
  const isStillDue = row.status === 'queued' && sendAt === null;
  return changed({ ...next, status: isStillDue ? 'queued' : 'scheduled', canceled_at: null });
}

/** The times of a message as they are. */
export const timesOf = (row: MessageRow): MessageTimes => ({
  sendAt: row.send_at,
  expiresAt: row.expires_at,
  moment: row.moment,
});
