import { nextOpening, type SendWindow } from '../time/send-window';

/** When a message may go; times in epoch milliseconds, null where the client set none. */
export interface SendLimits {
  expiresAt: number | null;
  sendWindow: SendWindow | null;
}

export type SendDecision =
  { do: 'send' } | { do: 'wait'; until: number } | { do: 'fail'; reason: 'expired' | 'recipient_opted_out' };

const openingAt = (window: SendWindow | null, at: number): number => (window ? nextOpening(window, at) : at);

/**
 * What to do now with a message that is due. One whose `expiresAt` has come (`<= nowMs`) fails, open window or not;
 * so does one that its recipient does not want; one outside its window waits for the opening, or for its expiry if
 * that comes first, so that it fails in time.
 * @param message `optedOut`: it is a campaign's or a sequence's, and its recipient has opted out of those.
 */
export function decide(message: SendLimits & { optedOut?: boolean }, nowMs: number): SendDecision {
  const { expiresAt, sendWindow } = message;
  if (expiresAt !== null && expiresAt <= nowMs) return { do: 'fail', reason: 'expired' };
  if (message.optedOut) return { do: 'fail', reason: 'recipient_opted_out' };
  const opening = openingAt(sendWindow, nowMs);
  if (opening <= nowMs) return { do: 'send' };
  return { do: 'wait', until: Math.min(opening, expiresAt ?? opening) };
}

/**
 * When a new or edited message is to be looked at first: the opening of its window at or after `sendAt` (now, when
 * it has none or that has passed), or its expiry if that comes first; never before `nowMs`.
 */
export function firstDueAt(message: SendLimits & { sendAt: number | null }, nowMs: number): number {
  const opening = openingAt(message.sendWindow, Math.max(message.sendAt ?? nowMs, nowMs));
  return Math.max(nowMs, Math.min(opening, message.expiresAt ?? opening));
}
