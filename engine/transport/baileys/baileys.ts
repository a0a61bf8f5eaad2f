import type * as Types from '@whiskeysockets/baileys' with { 'resolution-mode': 'import' };
import load from './load-baileys.cjs';
import { quietLibsignal } from './quiet-libsignal';

/** The library itself, once it is loaded. */
export type Baileys = Awaited<ReturnType<typeof load>>;
export type BinaryNode = Types.BinaryNode;
export type WASocket = Types.WASocket;
export type Creds = Types.AuthenticationCreds;
export type Message = Types.proto.IMessage;
export type MessageKey = Types.WAMessageKey;
export type GroupMetadata = Types.GroupMetadata;
export type SignalKeys = Types.SignalKeyStoreWithTransaction;
export type SignalRepository = Types.SignalRepositoryWithLIDStore;
export type ConnectionUpdate = Types.BaileysEventMap['connection.update'];

let loading: Promise<Baileys> | undefined;

/**
 * Loads Baileys the first time it is needed: an engine without a linked number does not carry it in its memory.
 * libsignal, which comes with it, is made to keep private keys off the console.
 */
export function loadBaileys(): Promise<Baileys> {
  quietLibsignal();
  return (loading ??= load());
}
