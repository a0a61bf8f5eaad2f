import { parseWireKey } from '../../../domain/messages/wire-key';
import { accountJid, isGroup, isLid, jidOf } from '../jids';
import type { ContextInfo, WireMessage } from '../wire-types';
import { keptUpload } from './kept-upload';
import { pollMessage } from './poll-message';
import type { WireTools } from './wire-tools';

type QuoteTools = Pick<WireTools, 'baileys' | 'memory' | 'me' | 'resolve'>;

/** Phones look the quoted message up by its id; this is shown where they do not have it. */
const UNKNOWN: WireMessage = { conversation: '' };

/**
 * What makes a message an answer to another.
 * @param replyTo the contract's key of the quoted message
 * @param chatJid where the answer goes
 * @returns null for a key that cannot be read
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
    // Only for an answer in another chat than the question.
    ...(quotedChat === chatJid ? {} : { remoteJid: quotedChat }),
  };
}

/** People know us by our lid where they are known by theirs, and in groups, nearly all of which have changed to lids. */
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
  if (content?.type === 'text') return { conversation: content.text };
  return content?.type === 'poll' ? pollMessage(content) : null;
}

/** Only what is shown of it: without what it quotes itself, and without secrets. */
function stripped(message: WireMessage | null, { baileys }: QuoteTools): WireMessage {
  const content = baileys.normalizeMessageContent(message);
  const type = baileys.getContentType(content);
  if (!content || !type) return UNKNOWN;
  const shown: unknown = content[type];
  if (typeof shown !== 'object' || shown === null) return { [type]: shown };
  return { [type]: { ...shown, contextInfo: undefined } };
}
