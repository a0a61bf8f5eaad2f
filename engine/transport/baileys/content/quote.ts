import { parseWireKey } from '../../../domain/messages/wire-key';
import type { ContextInfo, WireMessage } from '../baileys';
import { accountJid, isGroup, isLid, jidOf } from '../jids';
import type { WireTools } from '../tools';
import { keptUpload } from './kept-upload';
import { structuredMessage } from './structured-message';

type QuoteTools = Pick<WireTools, 'baileys' | 'memory' | 'me' | 'resolve'>;

/** Phones find the quoted message by its id; this is shown if they do not have it. */
const UNKNOWN: WireMessage = { conversation: '' };

/**
 * Makes a message a reply to another one.
 * @param replyTo `key` of the quoted message
 * @param chatJid where the reply goes
 * @returns null if the key is invalid
 */
export async function quote(
  replyTo: string,
  chatJid: string,
  tools: QuoteTools,
): Promise<ContextInfo | null> {
  const key = parseWireKey(replyTo);
  if (!key.ok) return null;
  const quotedChat = await tools.resolve(key.chatId);
  const inbound = key.fromMe ? null : await inboundMessage(key.chatId, key.wireId, tools);
  const message = key.fromMe ? await ownMessage(key.wireId, tools) : inbound?.message;
  const inGroup = isGroup(quotedChat) ? (inbound?.author ?? (key.author && jidOf(key.author))) : quotedChat;
  const author = key.fromMe ? ownJid(chatJid, tools.me) : inGroup;
  return {
    stanzaId: key.wireId,
    quotedMessage: stripped(message ?? null, tools),
    ...(author ? { participant: author } : {}),
    // Only for a reply in another chat.
    ...(quotedChat === chatJid ? {} : { remoteJid: quotedChat }),
  };
}

/** Our lid if the other side is a lid, and in groups, nearly all of which use lids. */
function ownJid(chatJid: string, { jid, lid }: WireTools['me']): string {
  return accountJid(lid && (isLid(chatJid) || isGroup(chatJid)) ? lid : jid);
}

async function inboundMessage(chatId: string, wireId: string, { memory, baileys }: QuoteTools) {
  const bytes = await memory.inbound(chatId, wireId);
  if (!bytes) return null;
  const { key, message } = baileys.proto.WebMessageInfo.decode(bytes);
  return { message, author: key?.participant ? accountJid(key.participant) : null };
}

async function ownMessage(wireId: string, { memory, baileys }: QuoteTools): Promise<WireMessage | null> {
  const kept = await keptUpload(memory, baileys, wireId);
  if (kept) return kept;
  const content = (await memory.outgoing(wireId))?.content;
  if (!content || content.type === 'media' || content.type === 'forward') return null;
  return content.type === 'text' ? { conversation: content.text } : structuredMessage(content);
}

/** Only what is shown: without its own quote and its secret. */
function stripped(message: WireMessage | null, { baileys }: QuoteTools): WireMessage {
  const content = baileys.normalizeMessageContent(message);
  const type = baileys.getContentType(content);
  if (!content || !type) return UNKNOWN;
  const shown: unknown = content[type];
  if (typeof shown !== 'object' || shown === null) return { [type]: shown };
  return { [type]: { ...shown, contextInfo: undefined } };
}
