import type * as Library from '@whiskeysockets/baileys' with { 'resolution-mode': 'import' };
import load from './load-baileys.cjs';
import { silenceLibsignal } from './silence';

/**
 * Everything the engine uses from Baileys: this list and the types below. Look here first when you upgrade Baileys.
 */
export type Baileys = Pick<
  typeof Library,
  // The socket
  | 'makeWASocket'
  | 'Browsers'
  | 'DEFAULT_CONNECTION_CONFIG'
  // Credentials and keys
  | 'initAuthCreds'
  | 'BufferJSON'
  | 'jidDecode'
  // Reading messages
  | 'proto'
  | 'unpadRandomMax16'
  | 'decodeMessageNode'
  | 'aesDecryptGCM'
  | 'hmacSign'
  | 'getMediaKeys'
  | 'encryptMediaRetryRequest'
  | 'decryptMediaRetryData'
  | 'sha256'
  // Building messages
  | 'prepareWAMessageMedia'
  | 'normalizeMessageContent'
  | 'getContentType'
  | 'getAudioDuration'
>;

export type WASocket = Library.WASocket;
export type BinaryNode = Library.BinaryNode;
export type GroupMetadata = Library.GroupMetadata;
export type ConnectionUpdate = Library.BaileysEventMap['connection.update'];
export type MediaUpdate = Library.BaileysEventMap['messages.media-update'][number];
export type MessageCap = Awaited<ReturnType<WASocket['fetchNewChatMessageCap']>>;
export type Timelock = NonNullable<ConnectionUpdate['reachoutTimeLock']>;

export type Creds = Library.AuthenticationCreds;
export type SignalKeys = Library.SignalKeyStoreWithTransaction;
export type SignalRepository = Library.SignalRepositoryWithLIDStore;

export type WireMessage = Library.proto.IMessage;
export type HistoryNotification = Library.proto.Message.IHistorySyncNotification;
export type HistoryContent = Library.proto.IHistorySync;
export type HistoryChat = Library.proto.IConversation;
export type MessageKey = Library.WAMessageKey;
export type ProtocolTypes = typeof Library.proto.Message.ProtocolMessage.Type;
export type ContextInfo = Library.proto.IContextInfo;
export type TextMessage = Library.proto.Message.IExtendedTextMessage;
export type MediaContent = Library.AnyMediaMessageContent;
export type Upload = Library.WAMediaUploadFunction;

let loading: Promise<Baileys> | undefined;

/** Loads Baileys the first time it is needed, and keeps libsignal, which comes with it, from printing private keys. */
export function loadBaileys(): Promise<Baileys> {
  silenceLibsignal();
  return (loading ??= load());
}
