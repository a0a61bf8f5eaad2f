import { parseInstant, parseSendAt } from './send-at';
import { checkSendWindow, type SendWindow } from './send-window';
import type { Faults } from '../../errors';

/** The times in a request, as the client wrote them. */
export interface Times {
  send_at?: string | null;
  expires_at?: string | null;
  send_window?: SendWindow | null;
}

/**
 * Reads `send_at` and `expires_at`, and checks all three fields, each alone and against each other.
 * @param now epoch ms
 * @param current for an edit: the values of fields that it does not change.
 */
export function readTimes(
  times: Times,
  now: number,
  faults: Faults,
  current: { sendAt: Date | null; expiresAt: Date | null } = { sendAt: null, expiresAt: null },
): { sendAt: Date | null; expiresAt: Date | null } {
  let { sendAt, expiresAt } = current;
  if (times.send_at !== undefined && times.send_at !== null) {
    const parsed = faults.read('send_at', parseSendAt(times.send_at, now));
    if (parsed) sendAt = new Date(parsed.at);
  }
  if (times.expires_at === null) expiresAt = null;
  else if (times.expires_at !== undefined) {
    expiresAt = readFuture('expires_at', times.expires_at, now, faults) ?? expiresAt;
  }
  if (sendAt && expiresAt && expiresAt <= sendAt) {
    if (times.expires_at) faults.add('expires_at', 'out_of_order', 'must be later than send_at.');
    else faults.add('send_at', 'out_of_order', 'must be earlier than expires_at.');
  }
  if (times.send_window) faults.note('send_window', ...checkSendWindow(times.send_window));
  return { sendAt, expiresAt };
}

/** Reads a time that must still be ahead. @param now epoch ms */
export function readFuture(path: string, text: string, now: number, faults: Faults): Date | null {
  const parsed = faults.read(path, parseInstant(text));
  if (!parsed) return null;
  if (parsed.at > now) return new Date(parsed.at);
  faults.add(path, 'too_early', 'is in the past. Use a later time.');
  return null;
}
