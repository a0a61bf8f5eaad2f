import type * as Baileys from '@whiskeysockets/baileys' with { 'resolution-mode': 'import' };

/** The library, once it is loaded: it has only modules, so whoever loads it hands it on. */
export type BaileysModule = typeof Baileys;
export type WireMessage = Baileys.proto.IMessage;
export type WireNode = Baileys.BinaryNode;
export type WireKeyParts = Baileys.WAMessageKey;
export type ContextInfo = Baileys.proto.IContextInfo;
export type TextMessage = Baileys.proto.Message.IExtendedTextMessage;
export type MediaContent = Baileys.AnyMediaMessageContent;
export type Upload = Baileys.WAMediaUploadFunction;
