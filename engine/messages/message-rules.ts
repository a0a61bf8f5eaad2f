import { parseRecipient } from '../domain/messages/recipient';
import { parseInstant, parseSendAt } from '../domain/time/send-at';
import { checkSendWindow, type SendWindow } from '../domain/time/send-window';
import { parseWireKey } from '../domain/messages/wire-key';
import type { ErrorDetail } from '../errors';
import { checkMediaUrl } from '../media/media-url';

/** Collects the faults of one message; `prefix` is where it stands in the body, such as `messages.17.`. */
export class Faults {
  constructor(
    readonly details: ErrorDetail[],
    private readonly prefix = '',
  ) {}

  add(path: string, code: string, message: string): void {
    this.details.push({ path: this.pathOf(path), code, message });
  }

  /** The field's whole path in the body. */
  pathOf(path: string): string {
    return `${this.prefix}${path}`.replace(/\.$/, '');
  }
}

/** What may be asked of a message's times, all of it checked against each other. */
export interface Times {
  send_at?: string | null;
  expires_at?: string | null;
  send_window?: SendWindow | null;
}

/**
 * Reads `send_at` and `expires_at` and checks the window.
 * @param current what holds where a field was not given (an edit); absent for a new message.
 */
export function readTimes(
  times: Times,
  now: number,
  faults: Faults,
  current: { sendAt: Date | null; expiresAt: Date | null } = { sendAt: null, expiresAt: null },
): { sendAt: Date | null; expiresAt: Date | null } {
  let { sendAt, expiresAt } = current;
  if (times.send_at !== undefined && times.send_at !== null) {
    const parsed = parseSendAt(times.send_at, now);
    if (parsed.ok) sendAt = new Date(parsed.at);
    else faults.add('send_at', parsed.code, parsed.message);
  }
  if (times.expires_at === null) expiresAt = null;
  else if (times.expires_at !== undefined) {
    const parsed = parseInstant(times.expires_at);
    if (!parsed.ok) faults.add('expires_at', parsed.code, parsed.message);
    else if (parsed.at <= now) faults.add('expires_at', 'too_early', 'is in the past; give a later moment');
    else expiresAt = new Date(parsed.at);
  }
  if (sendAt && expiresAt && expiresAt <= sendAt) {
    const never = 'or the message could never be sent';
    if (times.expires_at) faults.add('expires_at', 'out_of_order', `must be later than send_at, ${never}`);
    else faults.add('send_at', 'out_of_order', `must be earlier than expires_at, ${never}`);
  }
  if (times.send_window) {
    for (const fault of checkSendWindow(times.send_window)) {
      faults.add(`send_window.${fault.path}`, fault.code, fault.message);
    }
  }
  return { sendAt, expiresAt };
}

/** Reads the recipient, or notes what is wrong with it. */
export function readRecipient(to: string, faults: Faults): { to: string; chatId: string } | null {
  const parsed = parseRecipient(to);
  if (parsed.ok) return parsed;
  faults.add('to', 'invalid_recipient', parsed.message);
  return null;
}

/** Checks the wire key to quote and the people to mention. */
export function checkLinksToOthers(
  message: { reply_to?: string; mentions?: { ids: string[]; displays?: string[] } },
  faults: Faults,
): void {
  const replyTo = message.reply_to === undefined ? null : parseWireKey(message.reply_to);
  if (replyTo && !replyTo.ok) faults.add('reply_to', 'invalid_key', replyTo.message);
  message.mentions?.ids.forEach((id, index) => {
    const parsed = parseRecipient(id);
    if (!parsed.ok) faults.add(`mentions.ids.${index}`, 'invalid_recipient', parsed.message);
  });
  const { ids, displays } = message.mentions ?? {};
  if (ids && displays && ids.length !== displays.length) {
    faults.add(
      'mentions.displays',
      'wrong_length',
      `must have as many entries as ids, which has ${ids.length}`,
    );
  }
}

/** Checks an address from which media is to be fetched. */
export function checkUrl(path: string, url: string, allowPrivate: boolean, faults: Faults): void {
  const fault = checkMediaUrl(url, allowPrivate);
  if (fault) faults.add(path, fault.code, fault.message);
}
