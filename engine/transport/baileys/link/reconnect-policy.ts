import type { LinkState } from '../../transport';
import type { Timing } from '../timing';
import type { ClosedBy } from './closed-by';

/** What happens after a socket has closed. */
export interface AfterClose {
  /** When to reconnect: at once, after a growing pause, or only on request. */
  again: 'now' | 'later' | 'never';
  state: Extract<LinkState, 'connecting' | 'disconnected' | 'logged_out'>;
  /** For people to read. */
  reason: string | null;
}

/** WhatsApp no longer counts this device as linked. */
const LOGGED_OUT: Readonly<Record<number, string>> = {
  401: 'The device was removed on the phone, or WhatsApp logged it out. Link the number again.',
  403: 'WhatsApp refused this account. It may be banned. Check WhatsApp on the phone, then link the number again.',
  406: 'WhatsApp logged this device out. Link the number again.',
};

/** Reconnecting by itself would be harmful or useless. */
const STAY_AWAY: Readonly<Record<number, string>> = {
  402: 'WhatsApp has blocked this number for a while. Check WhatsApp on the phone, and reconnect once it works there.',
  405: 'WhatsApp no longer accepts this version of the engine. Update the engine.',
  409: 'WhatsApp does not accept this kind of client. Update the engine.',
  411: 'The phone does not support linked devices yet. Update WhatsApp on it, then reconnect.',
  440: 'Another program took over this link. It stays disconnected, so that the two do not compete for it. Reconnect to take it back.',
};

const PASSING: Readonly<Record<number, string>> = {
  408: 'WhatsApp could not be reached or stopped answering',
  500: 'WhatsApp closed the connection because of an error of its own',
  503: 'WhatsApp is too busy',
};

const RESTART_REQUIRED = 515;

/**
 * @param why the socket closed
 * @param failures how often in a row it has closed before it was connected
 */
export function afterClose({ code, fault }: ClosedBy, failures: number): AfterClose {
  if (fault !== undefined)
    return { again: 'later', state: 'disconnected', reason: `${fault} The engine tries again by itself.` };
  // Normal after pairing, and now and then. Immediate only the first time, or it could go on forever.
  if (code === RESTART_REQUIRED && failures === 0) return { again: 'now', state: 'connecting', reason: null };
  const loggedOut = LOGGED_OUT[code];
  if (loggedOut) return { again: 'never', state: 'logged_out', reason: `${loggedOut} (Code ${code}.)` };
  const away = STAY_AWAY[code];
  if (away) return { again: 'never', state: 'disconnected', reason: `${away} (Code ${code}.)` };
  const passing = PASSING[code] ?? 'The connection to WhatsApp was lost';
  return {
    again: 'later',
    state: 'disconnected',
    reason: `${passing} (code ${code}). The engine reconnects by itself.`,
  };
}

/**
 * How long to wait before the next try: the limit doubles each time, and the pause is between half of it and all of it,
 * so that links that were cut together do not all reconnect at once.
 * @param random from 0 to 1
 */
export function pauseBefore(
  failures: number,
  random: number,
  timing: Pick<Timing, 'firstRetryMs' | 'longestRetryMs'>,
): number {
  const full = Math.min(timing.firstRetryMs * 2 ** Math.min(failures, 20), timing.longestRetryMs);
  return Math.round(full * (0.5 + random / 2));
}
