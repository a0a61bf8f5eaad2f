import type { ChatTimer } from '../../../domain/chats/chat-timer';
import type { Baileys, WireMessage } from '../baileys';
import { unwrap } from '../inbound/unwrap';

/** A number, or a Long of protobufjs. */
type Whole = unknown;

/** `expiration` in the context of a message, or the message that changes the timer. */
interface Said {
  seconds: Whole;
  setAt: Whole;
}

/** A year: more than any timer that WhatsApp offers. */
const LONGEST_S = 366 * 24 * 3600;

/**
 * What a message says about the disappearing timer of its chat: it changes the timer, answers a message that had the
 * wrong one, or simply carries it. Null if it says nothing.
 * @param at when it was sent, in epoch milliseconds
 */
export function toldTimer(wrapped: WireMessage, at: number, { proto }: Baileys): ChatTimer | null {
  const message = unwrap(wrapped);
  if (!message) return null;
  const sentAt = Math.floor(at / 1000);
  const { EPHEMERAL_SETTING, EPHEMERAL_SYNC_RESPONSE } = proto.Message.ProtocolMessage.Type;
  const { protocolMessage: change } = message;
  if (change) {
    if (change.type !== EPHEMERAL_SETTING && change.type !== EPHEMERAL_SYNC_RESPONSE) return null;
    const { ephemeralExpiration: seconds, ephemeralSettingTimestamp: setAt } = change;
    // A change without a time was made just now.
    return timerOf({ seconds: seconds ?? 0, setAt: wholeOf(setAt) || sentAt }, sentAt);
  }
  const said = carried(message);
  return said && timerOf(said, sentAt);
}

/** How long a message stays in its chat, by the timer that it carries; nothing if it stays. */
export function lifeOf(wrapped: WireMessage): { disappearsInS?: number } {
  const message = unwrap(wrapped);
  const seconds = wholeOf(message && carried(message)?.seconds);
  return seconds > 0 && seconds <= LONGEST_S ? { disappearsInS: seconds } : {};
}

/** A message without a timer says something only if it also says when the timer was turned off. */
function carried(message: WireMessage): Said | null {
  for (const part of Object.values(message) as unknown[]) {
    const { contextInfo } = (part ?? {}) as { contextInfo?: Record<string, unknown> | null };
    const { expiration: seconds, ephemeralSettingTimestamp: setAt } = contextInfo ?? {};
    if (wholeOf(seconds) > 0 || wholeOf(setAt) > 0) return { seconds: seconds ?? 0, setAt: setAt ?? 0 };
  }
  return null;
}

/** Null if it is not a timer. Nothing is set after it was sent: a clock that is ahead would outlast all later changes. */
function timerOf(said: Said, sentAt: number): ChatTimer | null {
  const seconds = wholeOf(said.seconds);
  return seconds <= LONGEST_S ? { seconds, setAt: Math.min(wholeOf(said.setAt), sentAt) } : null;
}

/** 0 for anything that is not a whole number. */
function wholeOf(value: Whole): number {
  const number = Number(value ?? 0);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}
