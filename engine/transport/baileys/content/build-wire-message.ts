import type { Outgoing } from '../../session-memory';
import { TransportError, type Content, type OutgoingMessage } from '../../transport';
import type { BinaryNode, ContextInfo, WireMessage } from '../baileys';
import type { ChatSettings } from '../chats/chat-settings';
import { isChannel, isStatus } from '../jids';
import type { WireTools } from '../tools';
import { fingerprintOf, keepUpload, keptUpload } from './kept-upload';
import { forwardedBy, forwardedMessage, type Forward } from './forwarded-message';
import { mediaContent, type Media } from './media-message';
import { mentionsIn, textWithMentions, type Mention } from './mentions';
import { quote } from './quote';
import { nodesOf, notInChannel, structuredMessage } from './structured-message';
import { checkStatus, STATUS_LOOK } from './status-content';
import { textMessage } from './text-message';

/** A server that takes or answers nothing for so long is given up: the message is tried again. */
const UPLOAD_SILENCE_MS = 30_000;

/** A message for `socket.relayMessage(jid, message, { messageId, additionalNodes })`. */
export interface Built {
  message: WireMessage;
  additionalNodes?: BinaryNode[];
  /** Where the file of a post in a channel is stored. */
  mediaHandle?: string | null;
}

/**
 * Builds a message for the wire. The same wire id always gives the same message: a file is uploaded once, and the
 * result is stored before this resolves.
 * @throws TransportError `media_upload_failed` (may pass), and the final `notInChannel`
 */
export async function buildWireMessage(outgoing: OutgoingMessage, tools: WireTools): Promise<Built> {
  const { content, ...rest } = outgoing;
  if (isStatus(outgoing.chatId)) checkStatus(content);
  if (content.type === 'media' && isChannel(outgoing.chatId)) return channelFile({ ...rest, content }, tools);
  if (content.type === 'media' || content.type === 'forward')
    return { message: await keptOnce({ ...rest, content }, tools) };
  return build(outgoing.wireId, { ...rest, content }, tools);
}

/** A message that was sent before, for a phone that could not decrypt it; null if it is not ours, taken back or no longer stored. */
export async function rebuildWireMessage(wireId: string, tools: WireTools): Promise<WireMessage | null> {
  const kept = await keptUpload(tools.memory, tools.baileys, wireId);
  if (kept) return kept;
  const outgoing = await tools.memory.outgoing(wireId);
  const content = outgoing?.content;
  if (!outgoing || !content || content.type === 'media' || content.type === 'forward') return null;
  return (await build(wireId, { ...outgoing, content }, tools)).message;
}

type WithoutFile = Exclude<Content, { type: 'media' | 'forward' }>;

/** What a message has besides its content. */
interface About {
  wireId: string;
  chatId: string;
  replyTo: string | null;
  mentions: Mention[];
  timer: ChatSettings['timer'];
  forwarded: boolean;
}

async function aboutOf(
  { wireId, chatId, replyTo, mentions, forwarded = false }: Omit<OutgoingMessage, 'content'>,
  tools: WireTools,
): Promise<About> {
  const { timer, nameOf } = await tools.settingsOf(chatId);
  return { wireId, chatId, replyTo, mentions: await mentionsIn(mentions, nameOf), timer, forwarded };
}

async function build(
  wireId: string,
  { content, ...outgoing }: Outgoing & { content: WithoutFile },
  tools: WireTools,
): Promise<Built> {
  const about = await aboutOf({ wireId, ...outgoing }, tools);
  if (content.type !== 'text') {
    if (isChannel(about.chatId)) throw notInChannel(content);
    const message = await finished(structuredMessage(content), about, tools);
    return { message, additionalNodes: nodesOf(content) };
  }
  const text = textWithMentions(content.text, about.mentions);
  const extendedTextMessage = await textMessage(text, content.linkPreview, tools.previews);
  const look = isStatus(about.chatId) ? STATUS_LOOK : {};
  return {
    message: await finished({ extendedTextMessage: { ...extendedTextMessage, ...look } }, about, tools),
  };
}

/** A message with a file, or with what somebody else wrote, is stored as it was built. */
async function keptOnce(
  outgoing: OutgoingMessage & { content: Media | Forward },
  tools: WireTools,
): Promise<WireMessage> {
  const { memory, baileys } = tools;
  const about = await aboutOf(outgoing, tools);
  const fingerprint = fingerprintOf(outgoing, about.timer);
  const kept = await keptUpload(memory, baileys, outgoing.wireId, fingerprint);
  if (kept) return kept;
  const { content } = outgoing;
  const made =
    content.type === 'media' ? await uploaded(content, about, tools) : await forwarded(content, about, tools);
  const message = await finished(made, about, tools);
  await keepUpload(memory, baileys, outgoing.wireId, fingerprint, message);
  return message;
}

/** Uploaded again for every attempt: such a file is public, and its handle is not part of the message. */
async function channelFile(outgoing: OutgoingMessage & { content: Media }, tools: WireTools): Promise<Built> {
  const uploads = tools.channelUploads();
  const about = await aboutOf(outgoing, tools);
  const content = await mediaContent(outgoing.content, tools.baileys);
  const uploaded = await upload(content, outgoing.chatId, { ...tools, upload: uploads.upload });
  return { message: await finished(uploaded, about, tools), mediaHandle: uploads.handle };
}

async function uploaded(media: Media, about: About, tools: WireTools): Promise<WireMessage> {
  const caption = media.caption && textWithMentions(media.caption, about.mentions);
  return upload(await mediaContent({ ...media, caption }, tools.baileys), about.chatId, tools);
}

/** Files for people are encrypted, which those of channels are not. */
function forwarded(content: Forward, { chatId }: About, tools: WireTools): Promise<WireMessage> {
  if (isChannel(chatId))
    throw new TransportError(
      'forward_not_possible_in_channel',
      false,
      'Channels do not support forwarded messages.',
    );
  return forwardedMessage(content, tools);
}

async function upload(
  content: Awaited<ReturnType<typeof mediaContent>>,
  chatId: string,
  { baileys, upload: send }: WireTools,
): Promise<WireMessage> {
  try {
    // For a channel, Baileys does not encrypt the file: it is public.
    return await baileys.prepareWAMessageMedia(content, {
      upload: send,
      jid: chatId,
      mediaUploadTimeoutMs: UPLOAD_SILENCE_MS,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TransportError('media_upload_failed', true, `The file could not be uploaded: ${why}`);
  }
}

/** Adds mentions, the quoted message, the chat's timer and the secret. Channels have none of them. */
async function finished(message: WireMessage, about: About, tools: WireTools): Promise<WireMessage> {
  const { baileys, memory } = tools;
  if (isChannel(about.chatId)) return baileys.proto.Message.fromObject(message);
  const type = baileys.getContentType(message)!;
  const contextInfo = await contextOf(about, (message[type] as Contextual).contextInfo, tools);
  return baileys.proto.Message.fromObject({
    ...message,
    [type]: { ...(message[type] as object), ...(contextInfo ? { contextInfo } : {}) },
    // Encrypts poll votes and authenticates reports. The same for every attempt, also after a restart.
    messageContextInfo: { messageSecret: memory.secretFor(about.wireId) },
  });
}

type Contextual = { contextInfo?: ContextInfo | null };

/** @param own what the content itself brings */
async function contextOf(
  { chatId, replyTo, mentions, timer, forwarded }: About,
  own: ContextInfo | null | undefined,
  tools: WireTools,
): Promise<ContextInfo | null> {
  const quoted = replyTo ? await quote(replyTo, await tools.resolve(chatId), tools) : null;
  const mark = own ?? (forwarded ? forwardedBy(1) : null);
  if (!quoted && !timer && !mark && mentions.length === 0) return null;
  return {
    ...mark,
    ...quoted,
    ...(mentions.length > 0 ? { mentionedJid: [...new Set(mentions.map(({ jid }) => jid))] } : {}),
    ...(timer ? expiration(timer) : {}),
  };
}

/** Without it, phones warn that a message does not disappear, and keep it. */
function expiration({ seconds, setAt }: NonNullable<About['timer']>): ContextInfo {
  return { expiration: seconds, ...(setAt > 0 ? { ephemeralSettingTimestamp: setAt } : {}) };
}
