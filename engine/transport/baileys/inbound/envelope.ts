import type { BinaryNode, MessageKey } from '../baileys';
import { chatIdOf } from '../jids';
import type { InboundTools } from '../tools';

/** What the outside of a stanza says about the message in it. */
export interface Envelope {
  key: MessageKey;
  pushName?: string | null;
  /** The writer's; of the account's own message, that of the person in the chat. */
  username?: string | null;
  /** The writer has a verified name, as only businesses have. Not told of the account's own messages. */
  isBusiness?: boolean;
}

/** A list of recipients, to each of whom the sender writes as in their own chat. Not `status@broadcast`. */
const LIST = /^\d+@broadcast$/;

/** Null if its jids make no sense, or it went to a list of the account's own: such a list is no chat. */
export function envelopeOf(
  stanza: BinaryNode,
  { baileys, me }: Pick<InboundTools, 'baileys' | 'me'>,
): Envelope | null {
  try {
    const { key, pushName } = baileys.decodeMessageNode(stanza, me.jid, me.lid ?? '').fullMessage;
    if (key.fromMe && LIST.test(key.remoteJid ?? '')) return null;
    const username = usernameIn(key, stanza);
    const isBusiness = !key.fromMe && hasVerifiedName(stanza);
    return { key: inTheirChat(key.fromMe ? ownKey(key, stanza) : key), pushName, username, isBusiness };
  } catch {
    // Jids that Baileys does not understand.
    return null;
  }
}

/** WhatsApp's server puts a business's certificate into what the business writes. */
const hasVerifiedName = ({ content }: BinaryNode): boolean =>
  Array.isArray(content) && content.some(({ tag }) => tag === 'verified_name');

/** Baileys does not read `username`, which is the writer's in a chat of two. */
function usernameIn(key: MessageKey, { attrs }: BinaryNode): string | null {
  return (key.fromMe ? key.remoteJidUsername : key.participantUsername || attrs.username) || null;
}

/** What comes by a list of recipients is, for the recipient, in the chat with the sender. */
export function inTheirChat(key: MessageKey): MessageKey {
  const { participant, remoteJid } = key;
  if (!LIST.test(remoteJid ?? '') || !participant) return key;
  return { ...key, remoteJid: participant, participant: undefined };
}

/** For the account's own message Baileys may take the account's other name for that of the chat. */
function ownKey(key: MessageKey, { attrs }: BinaryNode): MessageKey {
  const names = [attrs.peer_recipient_pn, attrs.peer_recipient_lid, attrs.recipient_pn, attrs.recipient_lid];
  return { ...key, remoteJidAlt: names.find((name) => name && chatIdOf(name)) };
}
