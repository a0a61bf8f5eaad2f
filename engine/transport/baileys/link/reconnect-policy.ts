import type { LinkState } from '../../transport';
import type { Timing } from '../timing';

/** What follows when a socket has closed. */
export interface AfterClose {
  /** When to connect again: at once, after a pause that grows, or only when somebody asks for it. */
  again: 'now' | 'later' | 'never';
  state: Extract<LinkState, 'connecting' | 'disconnected' | 'logged_out'>;
  /** For a person to read. */
  reason: string | null;
}

/** Codes with which WhatsApp says that this device is none of the account's any more. */
const LOGGED_OUT: Readonly<Record<number, string>> = {
  401: 'The device was removed on the phone, or WhatsApp logged it out. Link the number again.',
  403: 'WhatsApp does not let this account in; it may be banned. Look at WhatsApp on the phone, then link the number again.',
  406: 'WhatsApp logged this device out. Link the number again.',
};

/** Codes after which connecting again by itself would do harm, or no good. */
const STAY_AWAY: Readonly<Record<number, string>> = {
  402: 'WhatsApp has blocked this number for a while. Look at WhatsApp on the phone; reconnect when it works there again.',
  405: 'WhatsApp does not accept this version of the engine any more. Update the engine.',
  409: 'WhatsApp does not accept this kind of client. Update the engine.',
  411: 'The phone has no linked devices yet. Update WhatsApp on it, then reconnect.',
  440: 'Another program took this link over. It stays disconnected, so that the two do not fight over it; reconnect to take it back.',
};

const PASSING: Readonly<Record<number, string>> = {
  408: 'WhatsApp could not be reached or stopped answering',
  500: 'WhatsApp ended the connection with an error of its own',
  503: 'WhatsApp is too busy to let this device in',
};

const RESTART_REQUIRED = 515;

/**
 * @param code why the socket closed: Baileys' `DisconnectReason`, WhatsApp's own code, or a WebSocket's.
 * @param failures how often in a row it has closed without having been connected in between.
 */
export function afterClose(code: number, failures: number): AfterClose {
  // Asked for after pairing and now and then; one that asks again and again is not obeyed at once for ever.
  if (code === RESTART_REQUIRED && failures === 0) return { again: 'now', state: 'connecting', reason: null };
  const loggedOut = LOGGED_OUT[code];
  if (loggedOut) return { again: 'never', state: 'logged_out', reason: `${loggedOut} (Code ${code}.)` };
  const away = STAY_AWAY[code];
  if (away) return { again: 'never', state: 'disconnected', reason: `${away} (Code ${code}.)` };
  const passing = PASSING[code] ?? 'The connection to WhatsApp was lost';
  return {
    again: 'later',
    state: 'disconnected',
    reason: `${passing} (code ${code}); it is tried again by itself.`,
  };
}

/**
 * How long to wait before the next try: twice as long each time, and somewhere between half of that and all of it,
 * so that many links that were cut together do not come back together.
 * @param random from 0 to 1.
 */
export function pauseBefore(
  failures: number,
  random: number,
  timing: Pick<Timing, 'firstRetryMs' | 'longestRetryMs'>,
): number {
  const full = Math.min(timing.firstRetryMs * 2 ** Math.min(failures, 20), timing.longestRetryMs);
  return Math.round(full * (0.5 + random / 2));
}
