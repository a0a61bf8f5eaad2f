import type { Baileys, BinaryNode, WireMessage } from '../baileys';
import { chatIdOf, userOf } from '../jids';
import type { Me } from '../tools';
import { chatNames } from './chat-settings';
import type { ChatTimers } from './chat-timers';
import type { NameBook } from './member-names';
import { toldTimer } from './told-timer';

export interface Listening {
  baileys: Baileys;
  timers: Pick<ChatTimers, 'learn'>;
  device: NameBook & { me: Me };
}

/**
 * Learns a chat's disappearing timer from a message in it, whether the other person sent it or we did, on another device.
 * Groups are left out: the server knows their timers. Resolves when it is stored.
 * @param at when it was sent, in epoch milliseconds
 */
export async function hearTimer(
  { attrs }: BinaryNode,
  message: WireMessage,
  at: number,
  { baileys, timers, device }: Listening,
): Promise<void> {
  const timer = toldTimer(message, at, baileys);
  if (timer) await timers.learn([{ names: await namesOf(attrs, device), timer }]);
}

/** The chat that a message is in: with its sender, or for one from another device of ours, with its recipient. */
async function namesOf(attrs: BinaryNode['attrs'], device: Listening['device']): Promise<string[]> {
  const { from = '', recipient } = attrs;
  if (recipient === undefined) return named(from, attrs.sender_pn ?? attrs.sender_lid, device);
  const own = [device.me.jid, device.me.lid ?? ''].map(userOf);
  if (!own.includes(userOf(from))) return [];
  return named(recipient, attrs.recipient_pn ?? attrs.recipient_lid, device);
}

/** @param other the person's other jid, if the message has it */
async function named(jid: string, other: string | undefined, book: NameBook): Promise<string[]> {
  if (other === undefined) return chatNames(jid, book);
  return chatNames(jid, { namesOf: async () => [jid, other].flatMap((name) => chatIdOf(name) ?? []) });
}
