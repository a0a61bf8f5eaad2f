import load from '../../engine/transport/baileys/load-baileys.cjs';
import type * as Types from '@whiskeysockets/baileys' with { 'resolution-mode': 'import' };

export type Baileys = Awaited<ReturnType<typeof load>>;
export type BinaryNode = Types.BinaryNode;
export type Message = Types.proto.IMessage;
export type Conversation = Types.proto.IConversation;
export type HistorySync = Types.proto.IHistorySync;
export type WebMessageInfo = Types.proto.IWebMessageInfo;
export type ContextInfo = Types.proto.IContextInfo;
export type MessageKey = Types.proto.IMessageKey;
export type KeyPair = Types.KeyPair;
export type AuthenticationCreds = Types.AuthenticationCreds;
export type SignalKeyStore = Types.SignalKeyStoreWithTransaction;
export type SignalRepository = Types.SignalRepositoryWithLIDStore;
export type ClientPayload = Types.proto.ClientPayload;
export type WASocket = Types.WASocket;
export type UserFacingSocketConfig = Types.UserFacingSocketConfig;
export type BaileysEventMap = Types.BaileysEventMap;

let loaded: Baileys | undefined;

/** Baileys can only be loaded with `import()`. Await this before starting a simulator. */
export async function loadBaileys(): Promise<Baileys> {
  return (loaded ??= await load());
}

/** Baileys' helpers (codec, curve, protobuf, Signal), once `loadBaileys` has been awaited. */
export function baileys(): Baileys {
  if (!loaded) throw new Error('Await loadBaileys() before using the simulator.');
  return loaded;
}
