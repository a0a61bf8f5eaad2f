import type { Clock } from '../domain/clock';

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

export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker' | 'voice' | 'gif';

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
  /** Wire id of the message that this quotes, reacts to, votes on, edits or revokes. */
  targetWireId: string | null;
  type: string;
  /** The text, the emoji of a reaction, or the edited text. */
  text: string | null;
  /** Names of the chosen options, with `poll_vote`. */
  options?: string[];
  media: { mime: string; filename: string | null; size: number; url: string | null } | null;
  /** Epoch milliseconds. */
  at: number;
}

/** True state of the link to WhatsApp; `reason` is for a person to read. */
export type LinkState =
  'unlinked' | 'linking' | 'connecting' | 'connected' | 'disconnected' | 'logged_out' | 'restricted';

export interface TransportHandlers {
  onReceipt(receipt: Receipt): void;
  /** Resolves when the engine has stored it; until then the transport may tell it again. */
  onInbound(inbound: Inbound): Promise<void>;
  onState(state: LinkState, reason: string | null): void;
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
  /** Connects. What came in while away is told through `onInbound` before the state becomes `connected`. */
  open(handlers: TransportHandlers): Promise<void>;
  /** Takes up messages handed over by an earlier process; a transport whose server remembers may ignore it. */
  resume(messages: HandedOver[]): void;
  /** Hands one message over; resolves when the server has accepted it, rejects with `TransportError`. */
  send(message: OutgoingMessage): Promise<{ at: number }>;
  /** Whether this E.164 number has an account, and under which chat id. */
  checkNumber(phone: string): Promise<{ exists: boolean; chatId: string | null }>;
  close(): Promise<void>;
}

/** Makes a session's transport. */
export type TransportFactory = (session: { id: string; phone: string | null }, clock: Clock) => Transport;
