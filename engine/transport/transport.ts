import type { Clock } from '../async/clock';
import type { LinkState } from '../domain/link-state';
import type { MediaKind } from '../domain/messages/message-content';
import type { ChannelActs } from './channel-acts';
import type { ChatActs } from './chat-acts';
import {
  GROUP_REFUSALS,
  type Group,
  type GroupActs,
  type GroupHandlers,
  type GroupRefusal,
} from './group-acts';
import type { OlderMessages, SharedHistory } from './older-messages';
import type { OwnReadHandlers } from './own-reads';
import type { QuotaActs, QuotaHandlers } from './quota';
import type { ProxyUse } from './route';

export type { Group } from './group-acts';
export type { LinkState } from '../domain/link-state';

/** The content of a message, ready to send: media has already been fetched and checked. */
export type Content =
  | { type: 'text'; text: string; linkPreview: boolean | LinkPreview }
  | {
      type: 'media';
      kind: MediaKind;
      bytes: Buffer;
      mime: string;
      filename: string | null;
      caption: string | null;
    }
  | { type: 'poll'; question: string; options: string[]; allowMultiple: boolean }
  /** Degrees, north and east positive. */
  | { type: 'location'; latitude: number; longitude: number; name: string | null; address: string | null }
  /** `phones` in E.164. */
  | { type: 'contact'; name: string; phones: string[]; organization: string | null }
  /** A received message as it is. `message`: its `Inbound.content`. */
  | { type: 'forward'; message: Uint8Array };

/** What is shown while a message is being made: "typing…", or "recording…". */
export type Typing = 'text' | 'voice';

export interface LinkPreview {
  title: string;
  description?: string;
  canonical_url?: string;
  thumbnail?: string;
}

/** One message on its way to WhatsApp. `wireId` was stored before the first attempt; every attempt uses it. */
export interface OutgoingMessage {
  wireId: string;
  /** `14155551234@c.us`, `…@g.us`, `…@newsletter`, `…@lid` or `status@broadcast`. */
  chatId: string;
  content: Content;
  /** Wire key of the message to quote. */
  replyTo: string | null;
  mentions: { ids: string[]; displays?: string[] } | null;
  /** Of a status (`chatId` is `status@broadcast`): chat ids of the people who see it. */
  statusTo?: readonly string[];
  /** Whether it is marked as forwarded. What `content` forwards always is. */
  forwarded?: boolean;
  /**
   * Asked right before anything goes on the wire, perhaps more than once, when the account behind the chat is known and
   * `onNames` has stored its names. False: the message must not go, and `send` rejects with `notWanted()`.
   */
  mayGo?: () => Promise<boolean>;
  /** Called when it is on the wire and can no longer be stopped, and before the server's answer if the link tells. */
  onWire?: () => void;
}

/** That the server has accepted a message. */
export interface Accepted {
  /** Epoch milliseconds. */
  at: number;
  /** Seconds after which it disappears from the chat; absent if it stays. */
  disappearsInS?: number;
}

/** What WhatsApp reports about a message after `send` has resolved: in any order, more than once, or never. */
export interface Receipt {
  wireId: string;
  status: 'sent' | 'delivered' | 'read' | 'failed';
  /** Epoch milliseconds. */
  at: number;
  /** With `failed`: the message's `failure_reason`. */
  reason?: string;
  /** With `sent`: seconds after which the message disappears from the chat; absent if it stays. */
  disappearsInS?: number;
}

/** Something received in a chat. `id` is unique within the chat, and the same if it is reported twice. */
export interface Inbound {
  kind: 'message' | 'reaction' | 'poll_vote' | 'edited' | 'revoked' | 'pinned';
  id: string;
  chatId: string;
  /**
   * Every chat id that the sender is known by (`…@c.us`, `…@lid`): one account, as WhatsApp says. With `sentFromPhone`,
   * those of the person in the chat. Empty only in a group, if the sender is not a person or `sentFromPhone`.
   */
  names: string[];
  /** Sender's phone in E.164, also if WhatsApp gave only a lid; null if unknown. */
  from: string | null;
  fromName: string | null;
  /** Of the same person as `names`, without `@`; null or absent if WhatsApp did not say. */
  username?: string | null;
  /** WhatsApp says that this person's account is a business; absent: it does not say. */
  isBusiness?: true;
  isGroup: boolean;
  /** In a group, who wrote it: `…@c.us`, or `…@lid` if the number is unknown. */
  author?: string | null;
  /**
   * Only the outside of the message came. The content may follow under the same id; if it does not within some minutes,
   * this is what can be said.
   */
  isAwaited?: boolean;
  /** The owner of the number wrote or did it, on the phone or on another device of the account: nobody's answer. */
  sentFromPhone?: boolean;
  /** Wire id of the message that this quotes, reacts to, votes on, edits, revokes or pins. */
  targetWireId: string | null;
  /** With `sentFromPhone`: whether that message is the account's own. */
  targetIsOwn?: boolean;
  type: string;
  /** The text, the emoji of a reaction, or the edited text. */
  text: string | null;
  /** Names of the chosen options, with `poll_vote`. */
  options?: string[];
  /** With `pinned`: for how many seconds; 0: it is unpinned. */
  pinnedForS?: number;
  /** The fields of an answered form, by name. */
  form?: Record<string, unknown>;
  media: { mime: string; filename: string | null; size: number; url: string | null } | null;
  /** Seconds after which the message disappears from the chat; absent if it stays. */
  disappearsInS?: number;
  /**
   * The message in WhatsApp's own encoding, for quoting it and downloading its file. Of one that is awaited, its key, to
   * ask for it. Never in an event.
   */
  content?: Uint8Array;
  /** Epoch milliseconds. */
  at: number;
}

/** Somebody calls the number. `id` is the same if the call is reported twice. */
export interface IncomingCall {
  id: string;
  /** The caller's chat, or that of the group that is called. */
  chatId: string;
  /** Every chat id that the caller is known by; see `Inbound.names`. */
  names: string[];
  /** The caller's phone in E.164; null if unknown. */
  from: string | null;
  isVideo: boolean;
  /** Several people are called. */
  isGroup: boolean;
  /** It rings now. False for a call that was missed while the link was down. */
  isRinging: boolean;
  /** Who to reject, as the transport names them. */
  caller: string;
  /** Epoch milliseconds. */
  at: number;
}

/** A code to scan with the phone that is being linked. WhatsApp changes it every 20 to 60 seconds. */
export interface QrCode {
  text: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** The account that a session is linked to. */
export interface LinkedAccount {
  /** E.164. */
  phone: string;
  pushName: string | null;
}

/** What WhatsApp says about names of people: `<digits>@c.us`, `<digits>@lid`. */
export type LearnedNames =
  | { /** They are one account. */ same: string[] }
  | { /** They are forms of one number, and each has an account of its own. */ different: string[] };

export interface TransportHandlers extends GroupHandlers, OwnReadHandlers, QuotaHandlers {
  /** Resolves when the engine has stored it. A transport that can get it again acknowledges it only then. */
  onReceipt(receipt: Receipt): void | Promise<void>;
  /** Resolves when the engine has stored it. Until then the transport may report it again. */
  onInbound(inbound: Inbound): Promise<void>;
  /** Resolves when the engine has stored it. Until then the transport may report it again. */
  onCall?(call: IncomingCall): Promise<void>;
  /** Resolves when the engine has stored it. */
  onNames(learned: LearnedNames): Promise<void>;
  /**
   * Resolves when it is stored, with the number of messages that were not stored before. Absent: nothing of it is wanted.
   */
  onHistory?(shared: SharedHistory<Inbound>): Promise<number>;
  /** A message that was awaited came, and it is none that somebody wrote. Resolves when the engine has stored that. */
  onNothingWritten?(wireId: string): Promise<void>;
  /**
   * The actual state of the link.
   * @param reason for people to read
   * @param restrictedUntil with `restricted`: epoch milliseconds; null if unknown
   */
  onState(state: LinkState, reason: string | null, restrictedUntil?: number | null): void;
  /** The QR code to show now; null if there is none. */
  onQr?(qr: QrCode | null): void;
  /** The linked phone, reported before `connected`. */
  onLinked?(account: LinkedAccount): void;
}

/** What only a real number's session can do. Each rejects with `TransportError` if the link's state does not allow it. */
export interface Linking {
  /** Shows QR codes (`onQr`) for some minutes, also for a session that was logged out. */
  start(): void;
  /** A code to type on the phone instead of scanning one. @param phone E.164 of that phone */
  pairingCode(phone: string): Promise<{ code: string; expiresAt: number }>;
  /** Reconnects now, also if another client has taken the session over. */
  reconnect(): Promise<void>;
  /** Unlinks this device on WhatsApp and forgets its keys; the state becomes `logged_out`. */
  logOut(): Promise<void>;
}

/** A message that the server accepted before this process took over, and whose last receipt is still missing. */
export interface HandedOver {
  wireId: string;
  chatId: string;
  status: 'sending' | 'delivered' | 'read';
  /** Epoch milliseconds. */
  sentAt: number;
  poll: { options: string[] } | null;
}

/**
 * Why a message was not sent. `mayPass`: try again later with the same wire id (link down, timeout, server busy).
 * Otherwise it is final, and `reason` becomes the message's `failure_reason`.
 */
export class TransportError extends Error {
  constructor(
    readonly reason: string,
    readonly mayPass: boolean,
    message = reason,
  ) {
    super(message);
    this.name = 'TransportError';
  }
}

/** The error of anything that needs the link while it is down. */
export function linkDown(): TransportError {
  return new TransportError('link_down', true, 'The link is down. Try again when it is back.');
}

/** The error of something that WhatsApp does not let the number do in a group. */
export function groupRefusal(reason: GroupRefusal): TransportError {
  return new TransportError(reason, false, GROUP_REFUSALS[reason]);
}

/** The error of a message that `mayGo` stopped. */
export function notWanted(): TransportError {
  return new TransportError(NOT_WANTED, false, 'The message is no longer wanted.');
}

export const NOT_WANTED = 'not_wanted';

/** The port to WhatsApp: one object per session. Adapters: the sandbox here, Baileys for a linked number. */
export interface Transport extends ChatActs, GroupActs, ChannelActs, OlderMessages, QuotaActs, ProxyUse {
  readonly state: LinkState;
  /** Null in the sandbox, which has nothing to link. */
  readonly linking: Linking | null;
  /**
   * Connects. Messages received while offline go to `onInbound` before the state becomes `connected`.
   * Resolves at the first state in which it waits: connected, or no phone linked yet.
   */
  open(handlers: TransportHandlers): Promise<void>;
  /** Resumes messages that an earlier process handed over. A transport whose server remembers them may ignore it. */
  resume(messages: HandedOver[]): void;
  /** Hands one message over. Resolves when the server has accepted it, rejects with `TransportError`. */
  send(message: OutgoingMessage): Promise<Accepted>;
  /** Shows "typing…" or "recording…" in a chat for `ms` milliseconds, then resolves. */
  typing?(chatId: string, ms: number, kind: Typing): Promise<void>;
  /** Rejects a call that rings. */
  rejectCall?(call: IncomingCall): Promise<void>;
  /**
   * Finds out whose account a chat id is, and resolves when `onNames` has stored its names. Rejects with
   * `TransportError`, also if there is no account.
   */
  lookUp(chatId: string): Promise<void>;
  /** Whether this E.164 number has an account, and its chat id. */
  checkNumber(phone: string): Promise<{ exists: boolean; chatId: string | null }>;
  /** The groups that the number is in. */
  listGroups(): Promise<Group[]>;
  /**
   * Has our own phone upload the file of an inbound message again. @param content `Inbound.content` of the message
   * @returns it with the file's new place; null if the phone does not have the file. Absent where there is no phone.
   */
  uploadAgain?(content: Uint8Array): Promise<Uint8Array | null>;
  /**
   * Tells WhatsApp, and so the writers, that messages were read. @param contents `Inbound.content` of each. Absent where
   * nobody would see it.
   */
  markRead?(contents: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

/** The session of a transport. */
export interface TransportSession {
  id: string;
  /** E.164; null until a number is linked. */
  phone: string | null;
  /** The URL of its proxy, with user and password. Null or absent: it has none. */
  proxy?: string | null;
  /** Why its number is logged out, as stored. Null or absent: it is not, or there is none. */
  logoutReason?: string | null;
}

/** Makes a session's transport. */
export type TransportFactory = (session: TransportSession, clock: Clock) => Transport;
