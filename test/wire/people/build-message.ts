import { createHash, randomBytes } from 'node:crypto';
import { baileys, type ContextInfo, type Message, type MessageKey } from '../baileys';
import { sealMedia, type MediaKind } from '../media/media-crypto';
import type { MediaHost } from '../media/media-host';
import type { Timer } from './person';

/** What a person can send. Other messages are referred to by wire id. */
export type Content =
  | { readonly text: string; readonly quote?: string; readonly mentions?: readonly string[] }
  | { readonly react: string; readonly to: string }
  | { readonly vote: readonly string[]; readonly poll: string }
  | { readonly poll: { readonly question: string; readonly options: readonly string[] } }
  | { readonly edit: string; readonly text: string }
  | { readonly revoke: string }
  | { readonly timer: number }
  | { readonly media: Media; readonly quote?: string };

export interface Media {
  readonly kind: MediaKind;
  readonly bytes: Uint8Array;
  readonly mimetype: string;
  readonly caption?: string;
  readonly fileName?: string;
  readonly seconds?: number;
}

/** What the sender's phone knows about the messages that a new one refers to. */
export interface Chat {
  /** The key of a message on the sender's phone. */
  key(id: string): MessageKey;
  /** Who wrote it, as a jid. */
  author(id: string): string;
  message(id: string): Message;
  /** The sender's own jid. */
  readonly me: string;
  /** The chat's disappearing timer, as the sender's phone knows it. */
  readonly timer: Timer | undefined;
  readonly media: MediaHost;
}

/** A message and the attributes of its stanza. */
export interface BuiltMessage {
  readonly message: Message;
  readonly attributes: { readonly type: string; readonly edit?: string };
}

export function buildMessage(content: Content, chat: Chat): BuiltMessage {
  if ('react' in content) return reaction(content.react, chat.key(content.to));
  if ('vote' in content) return vote(content.vote, content.poll, chat);
  if ('poll' in content) return poll(content.poll.question, content.poll.options);
  if ('edit' in content) return edit(content.edit, content.text, chat);
  if ('revoke' in content) return revoke(chat.key(content.revoke));
  if ('timer' in content) return timerChange(content.timer);
  const contextInfo = contextOf(content.quote, chat);
  if ('media' in content) return media(content.media, contextInfo, chat.media);
  const { text, mentions } = content;
  const plain = !contextInfo && !mentions;
  const mentionedJid = mentions ? [...mentions] : undefined;
  return {
    message: plain
      ? { conversation: text }
      : { extendedTextMessage: { text, contextInfo: { ...contextInfo, mentionedJid } } },
    attributes: { type: 'text' },
  };
}

function contextOf(quote: string | undefined, chat: Chat): ContextInfo | undefined {
  const { timer } = chat;
  if (quote === undefined && !timer) return undefined;
  return {
    ...(quote === undefined
      ? {}
      : { stanzaId: quote, participant: chat.author(quote), quotedMessage: chat.message(quote) }),
    ...(timer ? { expiration: timer.seconds, ephemeralSettingTimestamp: timer.setAt } : {}),
  };
}

/** Turns disappearing messages on, or off with 0. */
function timerChange(ephemeralExpiration: number): BuiltMessage {
  const type = baileys().proto.Message.ProtocolMessage.Type.EPHEMERAL_SETTING;
  const ephemeralSettingTimestamp = Math.floor(Date.now() / 1000);
  const protocolMessage = { type, ephemeralExpiration, ephemeralSettingTimestamp };
  // Wrapped as if it would disappear itself.
  return { message: { ephemeralMessage: { message: { protocolMessage } } }, attributes: { type: 'text' } };
}

function reaction(text: string, key: MessageKey): BuiltMessage {
  const message = { reactionMessage: { key, text, senderTimestampMs: Date.now() } };
  return { message, attributes: { type: 'reaction' } };
}

function edit(id: string, text: string, chat: Chat): BuiltMessage {
  const type = baileys().proto.Message.ProtocolMessage.Type.MESSAGE_EDIT;
  const editedMessage = { conversation: text };
  const message = {
    protocolMessage: { key: chat.key(id), type, editedMessage, timestampMs: Date.now() },
  };
  return { message, attributes: { type: 'text', edit: '1' } };
}

function revoke(key: MessageKey): BuiltMessage {
  const type = baileys().proto.Message.ProtocolMessage.Type.REVOKE;
  return { message: { protocolMessage: { key, type } }, attributes: { type: 'text', edit: '7' } };
}

function poll(name: string, options: readonly string[]): BuiltMessage {
  const message = {
    messageContextInfo: { messageSecret: randomBytes(32) },
    pollCreationMessageV3: {
      name,
      options: options.map((optionName) => ({ optionName })),
      selectableOptionsCount: 1,
    },
  };
  return { message, attributes: { type: 'poll' } };
}

/** Votes are encrypted with the poll's secret, so that only people who got the poll can read them. */
function vote(options: readonly string[], pollId: string, chat: Chat): BuiltMessage {
  const { proto, aesEncryptGCM, hmacSign } = baileys();
  const secret = chat.message(pollId).messageContextInfo?.messageSecret;
  if (!secret) throw new Error(`${pollId} is not a poll with a known secret.`);
  const parts = [pollId, chat.author(pollId), chat.me, 'Poll Vote'].map((part) => Buffer.from(part));
  const intermediate = hmacSign(secret, new Uint8Array(32));
  const key = hmacSign(Buffer.concat([...parts, Buffer.from([1])]), intermediate);
  const selectedOptions = options.map((option) => createHash('sha256').update(option).digest());
  const encIv = randomBytes(12);
  const plain = proto.Message.PollVoteMessage.encode({ selectedOptions }).finish();
  const encPayload = aesEncryptGCM(plain, key, encIv, Buffer.from(`${pollId}\u0000${chat.me}`));
  const pollUpdateMessage = {
    pollCreationMessageKey: chat.key(pollId),
    vote: { encPayload, encIv },
    senderTimestampMs: Date.now(),
  };
  return { message: { pollUpdateMessage }, attributes: { type: 'poll' } };
}

function media(file: Media, contextInfo: object | undefined, host: MediaHost): BuiltMessage {
  const { bytes, ...sealed } = sealMedia(file.bytes, file.kind);
  const { mimetype, caption, fileName, seconds } = file;
  const common = { ...sealed, ...host.put(bytes), mimetype, contextInfo };
  return {
    message: mediaMessage(file.kind, { ...common, caption, fileName, seconds }),
    attributes: { type: 'media' },
  };
}

function mediaMessage(kind: MediaKind, file: object): Message {
  switch (kind) {
    case 'image':
      return { imageMessage: file };
    case 'sticker':
      return { stickerMessage: file };
    case 'video':
      return { videoMessage: file };
    case 'gif':
      return { videoMessage: { ...file, gifPlayback: true } };
    case 'audio':
      return { audioMessage: file };
    case 'voice':
      return { audioMessage: { ...file, ptt: true } };
    case 'document':
      return { documentMessage: file };
  }
}
