import { createHash, randomBytes } from 'node:crypto';
import { baileys, type ContextInfo, type Message, type MessageKey } from '../baileys';
import { sealMedia, type MediaKind } from '../media/media-crypto';
import type { MediaHost } from '../media/media-host';
import type { Timer } from './person';

/** What a person can send. Other messages are referred to by wire id. */
export type Content =
  | { readonly text: string; readonly quote?: string; readonly mentions?: readonly string[] }
  | { readonly react: string; readonly to: string; readonly sealed?: boolean }
  | { readonly vote: readonly string[]; readonly poll: string }
  | { readonly poll: { readonly question: string; readonly options: readonly string[] } }
  | { readonly edit: string; readonly text: string; readonly sealed?: boolean }
  | { readonly revoke: string }
  /** For so many seconds; 0 unpins it. */
  | { readonly pin: string; readonly seconds: number }
  | { readonly timer: number }
  | { readonly media: Media; readonly quote?: string }
  /** Any message, as it is. */
  | { readonly raw: Message };

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
  if ('raw' in content) return { message: withSecret(content.raw), attributes: { type: 'text' } };
  if ('react' in content && content.sealed) return sealedReaction(content.react, content.to, chat);
  if ('react' in content) return reaction(content.react, chat.key(content.to));
  if ('vote' in content) return vote(content.vote, content.poll, chat);
  if ('poll' in content) return poll(content.poll.question, content.poll.options);
  if ('edit' in content && content.sealed) return sealedEdit(content.edit, content.text, chat);
  if ('edit' in content) return edit(content.edit, content.text, chat);
  if ('revoke' in content) return revoke(chat.key(content.revoke));
  if ('pin' in content) return pin(chat.key(content.pin), content.seconds);
  if ('timer' in content) return timerChange(content.timer);
  const contextInfo = contextOf(content.quote, chat);
  if ('media' in content) return media(content.media, contextInfo, chat.media);
  const { text, mentions } = content;
  const plain = !contextInfo && !mentions;
  const mentionedJid = mentions ? [...mentions] : undefined;
  return {
    message: withSecret(
      plain
        ? { conversation: text }
        : { extendedTextMessage: { text, contextInfo: { ...contextInfo, mentionedJid } } },
    ),
    attributes: { type: 'text' },
  };
}

/** Phones add a secret to what they send, with which edits and reactions may be encrypted. */
const withSecret = (message: Message): Message => ({
  ...message,
  messageContextInfo: { messageSecret: randomBytes(32) },
});

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
  return { message: editOf(id, text, chat), attributes: { type: 'text', edit: '1' } };
}

function editOf(id: string, text: string, chat: Chat): Message {
  const type = baileys().proto.Message.ProtocolMessage.Type.MESSAGE_EDIT;
  const editedMessage = { conversation: text };
  return { protocolMessage: { key: chat.key(id), type, editedMessage, timestampMs: Date.now() } };
}

/** An edit as newer phones send it: the server cannot tell it from other messages about that one. */
function sealedEdit(id: string, text: string, chat: Chat): BuiltMessage {
  const { Message } = baileys().proto;
  const plain = Message.encode(Message.fromObject(editOf(id, text, chat))).finish();
  const secretEncType = Message.SecretEncryptedMessage.SecretEncType.MESSAGE_EDIT;
  const sealed = sealWithSecret(id, plain, 'Message Edit', chat);
  const secretEncryptedMessage = { targetMessageKey: chat.key(id), secretEncType, ...sealed };
  return { message: { secretEncryptedMessage }, attributes: { type: 'text' } };
}

function sealedReaction(text: string, id: string, chat: Chat): BuiltMessage {
  const plain = baileys().proto.Message.ReactionMessage.encode({ text }).finish();
  const sealed = sealWithSecret(id, plain, 'Enc Reaction', chat);
  const encReactionMessage = { targetMessageKey: chat.key(id), ...sealed };
  return { message: { encReactionMessage }, attributes: { type: 'reaction' } };
}

function revoke(key: MessageKey): BuiltMessage {
  const type = baileys().proto.Message.ProtocolMessage.Type.REVOKE;
  return { message: { protocolMessage: { key, type } }, attributes: { type: 'text', edit: '7' } };
}

function pin(key: MessageKey, seconds: number): BuiltMessage {
  const { PIN_FOR_ALL, UNPIN_FOR_ALL } = baileys().proto.Message.PinInChatMessage.Type;
  const type = seconds > 0 ? PIN_FOR_ALL : UNPIN_FOR_ALL;
  const pinInChatMessage = { key, type, senderTimestampMs: Date.now() };
  const messageContextInfo = { messageAddOnDurationInSecs: seconds };
  return { message: { pinInChatMessage, messageContextInfo }, attributes: { type: 'text', edit: '2' } };
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

/** Encrypts something about a message with that message's secret, so that only people who got it can read it. */
function sealWithSecret(id: string, plain: Uint8Array, useCase: string, chat: Chat, authenticated = '') {
  const { aesEncryptGCM, hmacSign } = baileys();
  const secret = chat.message(id).messageContextInfo?.messageSecret;
  if (!secret) throw new Error(`The secret of ${id} is not known.`);
  const parts = [id, chat.author(id), chat.me, useCase].map((part) => Buffer.from(part));
  const intermediate = hmacSign(secret, new Uint8Array(32));
  const key = hmacSign(Buffer.concat([...parts, Buffer.from([1])]), intermediate);
  const encIv = randomBytes(12);
  return { encPayload: aesEncryptGCM(plain, key, encIv, Buffer.from(authenticated)), encIv };
}

function vote(options: readonly string[], pollId: string, chat: Chat): BuiltMessage {
  const selectedOptions = options.map((option) => createHash('sha256').update(option).digest());
  const plain = baileys().proto.Message.PollVoteMessage.encode({ selectedOptions }).finish();
  const pollUpdateMessage = {
    pollCreationMessageKey: chat.key(pollId),
    vote: sealWithSecret(pollId, plain, 'Poll Vote', chat, `${pollId}\u0000${chat.me}`),
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
