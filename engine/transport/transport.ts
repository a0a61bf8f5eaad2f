import type { Clock } from '../async/clock';
import type { LinkState } from '../domain/link-state';
import type { MediaKind } from '../domain/messages/message-content';

export type { LinkState } from '../domain/link-state';

/** What a message carries, ready for the wire: media has been fetched and checked before it gets here. */
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
  | { type: 'poll'; question: string; options: string[]; allowMultiple: boolean };

export interface LinkPreview {
  title: string;
  description?: string;
  canonical_url?: string;
  thumbnail?: string;
}

/** One message on its way to WhatsApp. `wireId` was stored before the first attempt; every attempt uses it. */
export interface OutgoingMessage {
  wireId: string;
  /** `14155551234@c.us`, `…@g.us`, `…@newsletter` or `…@lid`. */
  chatId: string;
  content: Content;
  /** Wire key of the message to quote. */
  replyTo: string | null;
  mentions: { ids: string[]; displays?: string[] } | null;
}

/** What WhatsApp says of a message after `send` has resolved. Comes in any order, more than once, or never. */
export interface Receipt {
  wireId: string;
  status: 'sent' | 'delivered' | 'read' | 'failed';
  /** Epoch milliseconds. */
  at: number;
  /** With `failed`: a stable word of the contract's `failure_reason`. */
  reason?: string;
}

/** Something that came in from a chat. `id` is unique within the chat and the same when it is told twice. */
export interface Inbound {
  kind: 'message' | 'reaction' | 'poll_vote' | 'edited' | 'revoked';
  id: string;
  chatId: string;
  /** Sender's phone in E.164, also where WhatsApp gave only a lid; null when it cannot be known. */
  from: string | null;
  fromName: string | null;
  isGroup: boolean;
  /** In a group, who wrote it: `…@c.us`, or `…@lid` where no number is known. */
  author?: string | null;
  /** Wire id of the message that this quotes, reacts to, votes on, edits or revokes. */
  targetWireId: string | null;
  type: string;
  /** The text, the emoji of a reaction, or the edited text. */
  text: string | null;
  /** Names of the chosen options, with `poll_vote`. */
  options?: string[];
  media: { mime: string; filename: string | null; size: number; url: string | null } | null;
  /** The message as it came, in the wire's own encoding, for quoting it and fetching its file; never in an event. */
  content?: Uint8Array;
  /** Epoch milliseconds. */
  at: number;
}

/** A picture to scan with the phone that is to be linked. WhatsApp changes it every 20 to 60 seconds. */
export interface QrCode {
  text: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** Whose number a session is. */
export interface LinkedAccount {
  /** E.164. */
  phone: string;
  pushName: string | null;
}

export interface TransportHandlers {
  /** Resolves when the engine has stored it; a transport that can have it told again waits for that. */
  onReceipt(receipt: Receipt): void | Promise<void>;
  /** Resolves when the engine has stored it; until then the transport may tell it again. */
  onInbound(inbound: Inbound): Promise<void>;
  /**
   * The true state of the link.
   * @param reason for a person to read.
   * @param restrictedUntil epoch ms until which `restricted` holds, where WhatsApp says it.
   */
  onState(state: LinkState, reason: string | null, restrictedUntil?: number | null): void;
  /** The QR code to show now; null when there is none any more. */
  onQr?(qr: QrCode | null): void;
  /** The phone that is linked, told before `connected`. */
  onLinked?(account: LinkedAccount): void;
}

/** What only a session of a real number can do. Each rejects with `TransportError` where the link does not allow it. */
export interface Linking {
  /** Begins to show QR codes (`onQr`), and goes on for some minutes; also for a session that was logged out. */
  start(): void;
  /** A code to type on the phone instead of a scan. @param phone E.164 of that phone. */
  pairingCode(phone: string): Promise<{ code: string; expiresAt: number }>;
  /** Connects anew now, also where another client had taken the session over. */
  reconnect(): Promise<void>;
  /** Unlinks this device on WhatsApp and forgets its keys; the state becomes `logged_out`. */
  logOut(): Promise<void>;
}

/** A group that the session's number is in. */
export interface Group {
  /** `…@g.us` */
  id: string;
  name: string;
  participantCount: number;
}

/** A message that the server had accepted before this process took over, still without its last receipt. */
export interface HandedOver {
  wireId: string;
  chatId: string;
  status: 'sending' | 'delivered' | 'read';
  /** Epoch milliseconds. */
  sentAt: number;
  poll: { options: string[] } | null;
}

/**
 * Why a message did not go. `mayPass`: try again later with the same wire id (link down, time-out, server busy);
 * otherwise it is final and `reason` becomes the message's `failure_reason`.
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

/** The port to WhatsApp: one object a session. Adapters: the sandbox here, Baileys for a linked number. */
export interface Transport {
  readonly state: LinkState;
  /** Null where there is nothing to link: the sandbox. */
  readonly linking: Linking | null;
  /**
   * Connects. What came in while away is told through `onInbound` before the state becomes `connected`. Resolves at
   * the first state that waits for somebody else: connected, or no phone linked yet.
   */
  open(handlers: TransportHandlers): Promise<void>;
  /** Takes up messages handed over by an earlier process; a transport whose server remembers may ignore it. */
  resume(messages: HandedOver[]): void;
  /** Hands one message over; resolves when the server has accepted it, rejects with `TransportError`. */
  send(message: OutgoingMessage): Promise<{ at: number }>;
  /** Shows "typing…" in a chat for `ms` milliseconds; resolves after that. */
  typing?(chatId: string, ms: number): Promise<void>;
  /** Whether this E.164 number has an account, and under which chat id. */
  checkNumber(phone: string): Promise<{ exists: boolean; chatId: string | null }>;
  /** The groups that the number is in. */
  listGroups(): Promise<Group[]>;
  close(): Promise<void>;
}

/** Makes a session's transport. */
export type TransportFactory = (session: { id: string; phone: string | null }, clock: Clock) => Transport;
