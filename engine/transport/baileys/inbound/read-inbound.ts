import type { Inbound } from '../../transport';
import type { WireMessage } from '../wire-types';
import type { InboundTools, ReceivedMessage } from './inbound-tools';
import { chosenOptions } from './poll-vote';
import { whatIsSaid } from './message-text';
import { senderOf, type Sender } from './sender';
import { unwrap } from './unwrap';

type What = Pick<Inbound, 'kind' | 'targetWireId' | 'type' | 'text' | 'media'> &
  Partial<Pick<Inbound, 'options' | 'content'>>;

/**
 * Reads a message that came in, just opened. Null for what says nothing to the engine: what our own devices wrote, what
 * devices tell each other (keys, history, settings), status updates, channels, and votes in polls of others.
 * However odd the message, it rejects only when the session's memory does.
 */
export async function readInbound(received: ReceivedMessage, tools: InboundTools): Promise<Inbound | null> {
  const { key, pushName, timestampMs: at } = received;
  const message = unwrap(received.message);
  if (!message || !key.id || key.fromMe) return null;
  const sender = await senderOf(key, tools);
  const what = sender && (await read(message, sender, received, tools));
  if (!what) return null;
  return {
    ...what,
    id: key.id,
    chatId: sender.chatId,
    from: sender.from,
    fromName: pushName || null,
    isGroup: sender.isGroup,
    ...(sender.isGroup ? { author: sender.author } : {}),
    at,
  };
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
    // Without an emoji it takes an earlier reaction back.
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
  const said = whatIsSaid(message);
  if (!said) return null;
  const { type, text, media, quotes: targetWireId } = said;
  return { kind: 'message', type, text, media, targetWireId, ...encoded(received, message, tools) };
}

/** Edits and revocations; whatever else devices tell each other this way is not for the engine. */
function changeOf(
  { type, key, editedMessage }: NonNullable<WireMessage['protocolMessage']>,
  { baileys }: InboundTools,
): What | null {
  const { REVOKE, MESSAGE_EDIT } = baileys.proto.Message.ProtocolMessage.Type;
  const targetWireId = key?.id ?? null;
  if (type === REVOKE) return { kind: 'revoked', type: 'revoked', text: null, targetWireId, media: null };
  if (type !== MESSAGE_EDIT) return null;
  const edited = unwrap(editedMessage);
  const said = edited && whatIsSaid(edited);
  return { kind: 'edited', type: said?.type ?? 'text', text: said?.text ?? null, targetWireId, media: null };
}

/** Kept as WhatsApp's own stores keep it, so that it can be quoted with its author, and its file be fetched. */
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
    // A field of the wrong kind, which never comes from the wire: then it cannot be quoted.
    return {};
  }
}
