import { nextOpening, type SendWindow } from '../time/send-window';

/** Limits on when a message can be sent; times in epoch milliseconds, null if the client set none. */
export interface SendLimits {
  expiresAt: number | null;
  sendWindow: SendWindow | null;
}

export type SendDecision =
  { do: 'send' } | { do: 'wait'; until: number } | { do: 'fail'; reason: 'expired' | 'recipient_opted_out' };

const openingAt = (window: SendWindow | null, at: number): number => (window ? nextOpening(window, at) : at);

/**
 * What to do now with a message that is due. It fails if it has expired (`expiresAt <= nowMs`) or its recipient opted
 * out. Outside its window it waits until the window opens, or until it expires if that comes first.
 * @param message `optedOut`: it belongs to a campaign or sequence, and its recipient has opted out of those.
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
 * When a new or edited message is first due: when its window is open at or after `sendAt` (or now, if `sendAt` is null
 * or past), or when it expires if that comes first. Never before `nowMs`.
 */
export function firstDueAt(message: SendLimits & { sendAt: number | null }, nowMs: number): number {
  const opening = openingAt(message.sendWindow, Math.max(message.sendAt ?? nowMs, nowMs));
  return Math.max(nowMs, Math.min(opening, message.expiresAt ?? opening));
}
