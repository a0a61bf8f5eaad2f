import type { WireMessage } from '../baileys';
import { MESSAGE_KINDS } from './kinds/message-kinds';
import { UNKNOWN_KIND } from './unknown-kinds';

const NAMES = Object.keys(MESSAGE_KINDS) as (keyof WireMessage)[];
/** Wrappers for disappearing messages, view-once media, captions, edits and so on. */
const WRAPPERS = NAMES.filter((name) => MESSAGE_KINDS[name].is === 'wrapper');

type Wrapped = { message?: WireMessage | null } | null | undefined;

/**
 * The message inside all its wrappers; null if there is none. What is beside a wrapper and belongs to the message comes
 * along: its secret, and that it has a kind that nobody knows.
 */
export function unwrap(wrapped: WireMessage | null | undefined): WireMessage | null {
  let beside: WireMessage & { [UNKNOWN_KIND]?: true } = {};
  for (let message = wrapped; message;) {
    const wrapper = WRAPPERS.find((name) => message?.[name]);
    if (!wrapper) return Object.keys(beside).length === 0 ? message : { ...message, ...beside };
    const secret = message.messageContextInfo?.messageSecret;
    if (secret?.length) beside = { ...beside, messageContextInfo: message.messageContextInfo };
    if (UNKNOWN_KIND in message) beside = { ...beside, [UNKNOWN_KIND]: true };
    message = (message[wrapper] as Wrapped)?.message;
  }
  return null;
}
