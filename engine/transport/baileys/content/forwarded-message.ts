import { TransportError, type Content } from '../../transport';
import type { ContextInfo, WireMessage } from '../baileys';
import type { WireTools } from '../tools';

export type Forward = Extract<Content, { type: 'forward' }>;

/** What phones forward as it is. Other kinds belong to the chat that they are in, such as polls and votes. */
const KINDS = [
  'extendedTextMessage',
  'imageMessage',
  'videoMessage',
  'audioMessage',
  'documentMessage',
  'stickerMessage',
  'locationMessage',
  'contactMessage',
  'contactsArrayMessage',
] as const;

/**
 * A received message as it goes into another chat: with its file, which stays where it is on WhatsApp's servers, but
 * without what belongs to its own chat, such as the message that it quotes.
 * @throws TransportError `media_unreachable` if the file is gone, or the message cannot be forwarded
 */
export async function forwardedMessage(
  { message: content }: Forward,
  { baileys, reachable }: Pick<WireTools, 'baileys' | 'reachable'>,
): Promise<WireMessage> {
  const { message } = baileys.proto.WebMessageInfo.decode(await reachable(content));
  const inside = withText(baileys.normalizeMessageContent(message ?? undefined) ?? {});
  const kind = KINDS.find((name) => inside[name]);
  const part = kind && (inside[kind] as { contextInfo?: ContextInfo | null; viewOnce?: boolean | null });
  if (!kind || !part || part.viewOnce) throw notForwardable();
  const times = (part.contextInfo?.forwardingScore ?? 0) + 1;
  return { [kind]: { ...part, contextInfo: forwardedBy(times) } };
}

/** What marks a message as forwarded. @param times how often it was; phones say so from 5 on */
export const forwardedBy = (times: number): ContextInfo => ({ isForwarded: true, forwardingScore: times });

/** A plain text has no place for the mark. */
function withText(message: WireMessage): WireMessage {
  return message.conversation ? { extendedTextMessage: { text: message.conversation } } : message;
}

const notForwardable = (): TransportError =>
  new TransportError('media_unreachable', false, 'WhatsApp does not let this message be forwarded.');
