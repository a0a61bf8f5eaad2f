import type { Inbound } from '../../transport';
import type { BinaryNode, MessageKey, WireMessage } from '../baileys';
import { lifeOf } from '../chats/told-timer';
import { accountJid, phoneOf } from '../jids';
import type { InboundTools } from '../tools';
import { actOf, type Deed } from './acts';
import { envelopeOf, type Envelope } from './envelope';
import { contentOf } from './message-content';
import { senderOf, type Sender } from './sender';
import { unwrap } from './unwrap';

/**
 * Reads an inbound message. Null if nobody wrote it (keys, history, settings: see `kinds/`), or it is not in a chat with
 * people: status updates, channels. Also votes in other people's polls. However odd the message, it rejects only if the
 * session's memory does.
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
export interface ReceivedMessage extends Envelope {
  message: WireMessage;
  /** Epoch milliseconds. */
  at: number;
}

/** As `readInbound`, once the stanza's own attributes have been read. */
export async function readMessage(received: ReceivedMessage, tools: InboundTools): Promise<Inbound | null> {
  const { key } = received;
  const message = unwrap(received.message);
  if (!message || !key.id) return null;
  const sender = await writerOf(key, tools);
  if (!sender) return null;
  const act = await actOf(message, sender, tools);
  const deed = act === undefined ? written(message, received, tools) : act;
  if (!deed) return null;
  const { targetIsOwn, ...rest } = deed;
  return { ...rest, ...(key.fromMe ? { targetIsOwn } : {}), ...header(received, sender) };
}

/** Who a message is from, and when: all that is known of one without its content. */
export function header(
  { key, pushName, username, isBusiness, at }: Omit<ReceivedMessage, 'message'>,
  { chatId, names, from, author, isGroup }: Sender,
): Pick<
  Inbound,
  | 'id'
  | 'chatId'
  | 'names'
  | 'from'
  | 'fromName'
  | 'username'
  | 'isBusiness'
  | 'isGroup'
  | 'author'
  | 'sentFromPhone'
  | 'at'
> {
  return {
    ...{ id: key.id!, chatId, names, from, isGroup, at },
    fromName: key.fromMe ? null : pushName || null,
    ...(username ? { username } : {}),
    ...(isBusiness ? { isBusiness } : {}),
    ...(isGroup ? { author } : {}),
    ...(key.fromMe ? { sentFromPhone: true } : {}),
  };
}

/** The writer and the chat. Of the account's own messages, the writer is the account. */
export async function writerOf(key: MessageKey, tools: InboundTools): Promise<Sender | null> {
  const sender = await senderOf(key, tools);
  if (!sender || !key.fromMe) return sender;
  const { jid, lid } = tools.me;
  const jids = [jid, lid].flatMap((own) => (own ? [accountJid(own)] : []));
  const names = sender.isGroup ? [] : sender.names;
  return { ...sender, names, jids, from: phoneOf(jid), author: null };
}

function written(message: WireMessage, received: ReceivedMessage, tools: InboundTools) {
  const content = contentOf(message);
  if (!content) return null;
  const { quotes: targetWireId, ...rest } = content;
  const deed: Deed = { kind: 'message', ...rest, targetWireId, targetIsOwn: quotesMe(message, tools) };
  return { ...deed, ...lifeOf(message), ...encoded(received.key, message, tools) };
}

/** Whether it quotes a message of our own account. */
function quotesMe(message: WireMessage, { me }: InboundTools): boolean {
  const own = [me.jid, me.lid].flatMap((jid) => (jid ? [accountJid(jid)] : []));
  return (Object.values(message) as ({ contextInfo?: { participant?: unknown } | null } | null)[]).some(
    (part) => {
      const participant = part?.contextInfo?.participant;
      return typeof participant === 'string' && own.includes(accountJid(participant));
    },
  );
}

/** The form in which WhatsApp's own clients store a message: enough to quote it, and to download its file. */
export function encoded(
  { remoteJid, id, participant, fromMe }: MessageKey,
  message: WireMessage | undefined,
  { baileys: { proto } }: Pick<InboundTools, 'baileys'>,
): Pick<Inbound, 'content'> {
  try {
    const info = { key: { remoteJid, id, participant, fromMe: fromMe ?? false }, message };
    return { content: proto.WebMessageInfo.encode(info).finish() };
  } catch {
    // A field of the wrong type, which never comes off the wire. The message then cannot be quoted.
    return {};
  }
}
