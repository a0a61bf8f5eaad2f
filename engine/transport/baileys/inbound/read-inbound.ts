import type { Inbound } from '../../transport';
import type { BinaryNode, MessageKey, WireMessage } from '../baileys';
import type { InboundTools } from '../tools';
import { chosenOptions } from './poll-vote';
import { contentOf } from './message-text';
import { senderOf, type Sender } from './sender';
import { unwrap } from './unwrap';

type What = Pick<Inbound, 'kind' | 'targetWireId' | 'type' | 'text' | 'media'> &
  Partial<Pick<Inbound, 'options' | 'content'>>;

/**
 * Reads an inbound message. Null if the engine ignores it: from our own devices, between devices (keys, history,
 * settings), status updates, channels, votes in other people's polls, or senders that cannot be read. However odd the
 * message, it rejects only if the session's memory does.
 * @param message what was encrypted in the stanza
 * @param at epoch milliseconds
 */
export async function readInbound(
  stanza: BinaryNode,
  message: WireMessage,
  at: number,
  tools: InboundTools,
): Promise<Inbound | null> {
  const envelope = envelopeOf(stanza, tools);
  return envelope && readMessage({ ...envelope, message, at }, tools);
}

/** A decrypted message and who it is from. */
export interface ReceivedMessage {
  key: MessageKey;
  message: WireMessage;
  pushName?: string | null;
  /** Epoch milliseconds. */
  at: number;
}

/** As `readInbound`, once the stanza's own attributes have been read. */
export async function readMessage(received: ReceivedMessage, tools: InboundTools): Promise<Inbound | null> {
  const { key, pushName, at } = received;
  const message = unwrap(received.message);
  if (!message || !key.id || key.fromMe) return null;
  const sender = await senderOf(key, tools);
  const what = sender && (await read(message, sender, received, tools));
  if (!what) return null;
  return {
    ...what,
    id: key.id,
    chatId: sender.chatId,
    names: sender.names,
    from: sender.from,
    fromName: pushName || null,
    isGroup: sender.isGroup,
    ...(sender.isGroup ? { author: sender.author } : {}),
    at,
  };
}

function envelopeOf(
  stanza: BinaryNode,
  { baileys, me }: InboundTools,
): Pick<ReceivedMessage, 'key' | 'pushName'> | null {
  try {
    return baileys.decodeMessageNode(stanza, me.jid, me.lid ?? '').fullMessage;
  } catch {
    // Jids that Baileys does not understand.
    return null;
  }
}

async function read(
  message: WireMessage,
  sender: Sender,
  received: ReceivedMessage,
  tools: InboundTools,
): Promise<What | null> {
  const { reactionMessage, protocolMessage, pollUpdateMessage } = message;
  if (protocolMessage) return changeOf(protocolMessage, tools);
  if (reactionMessage) {
    // No emoji: an earlier reaction is withdrawn.
    const text = reactionMessage.text ?? '';
    return {
      kind: 'reaction',
      type: 'reaction',
      text,
      targetWireId: reactionMessage.key?.id ?? null,
      media: null,
    };
  }
  if (pollUpdateMessage) {
    const options = await chosenOptions(pollUpdateMessage, sender.jids, tools);
    const targetWireId = pollUpdateMessage.pollCreationMessageKey?.id ?? null;
    return (
      options && { kind: 'poll_vote', type: 'poll_vote', text: null, options, targetWireId, media: null }
    );
  }
  const content = contentOf(message);
  if (!content) return null;
  const { type, text, media, quotes: targetWireId } = content;
  return { kind: 'message', type, text, media, targetWireId, ...encoded(received, message, tools) };
}

/** Edits and revocations. The other messages of this kind are between devices. */
function changeOf(
  { type, key, editedMessage }: NonNullable<WireMessage['protocolMessage']>,
  { baileys }: InboundTools,
): What | null {
  const { REVOKE, MESSAGE_EDIT } = baileys.proto.Message.ProtocolMessage.Type;
  const targetWireId = key?.id ?? null;
  if (type === REVOKE) return { kind: 'revoked', type: 'revoked', text: null, targetWireId, media: null };
  if (type !== MESSAGE_EDIT) return null;
  const edited = unwrap(editedMessage);
  const { type: editedType = 'text', text = null } = (edited && contentOf(edited)) ?? {};
  return { kind: 'edited', type: editedType, text, targetWireId, media: null };
}

/** The form in which WhatsApp's own clients store a message: enough to quote it and to download its file. */
function encoded(
  { key }: ReceivedMessage,
  message: WireMessage,
  { baileys: { proto } }: InboundTools,
): Pick<Inbound, 'content'> {
  const { remoteJid, id, participant } = key;
  try {
    const info = { key: { remoteJid, id, participant, fromMe: false }, message };
    return { content: proto.WebMessageInfo.encode(info).finish() };
  } catch {
    // A field of the wrong type, which never comes off the wire. The message then cannot be quoted.
    return {};
  }
}
