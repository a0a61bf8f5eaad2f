import type { Content } from './transport';

/** One stored value of a session; null removes it. */
export interface MemoryChange {
  /** `creds`, a type of Signal keys, `upload`, `chat-timer` or `history`. */
  type: string;
  id: string;
  value: Uint8Array | null;
}

/** One of our messages as it was handed over: for a phone that could not decrypt it, or to read a poll vote. */
export interface Outgoing {
  chatId: string;
  content: WithoutBytes;
  replyTo: string | null;
  mentions: { ids: string[]; displays?: string[] } | null;
  forwarded?: boolean;
}

/** The content of a message, without the bytes of a file, or of the message that it forwards. */
export type WithoutBytes =
  Exclude<Content, { type: 'media' | 'forward' }> | { type: 'media' } | { type: 'forward' };

/** How long an answer holds. Accounts are rarely deleted, and a send would notice. */
export const ACCOUNT_FOUND_FOR_MS = 30 * 24 * 3_600_000;
/** A missing account may be created any day. */
export const ACCOUNT_MISSING_FOR_MS = 24 * 3_600_000;

/** The account behind a number, as WhatsApp last said. */
export interface KnownAccount {
  /** The account's own chat id (`…@c.us`); null: not on WhatsApp. */
  chatId: string | null;
  /** Epoch milliseconds. */
  checkedAt: number;
}

/**
 * What a linked session remembers across processes: the port to the store. All of it is encrypted at rest and deleted
 * with the session.
 */
export interface SessionMemory {
  /** The stored values, by id. */
  read(type: string, ids: string[]): Promise<Map<string, Uint8Array>>;
  /** Every stored value of a type, by id, in the order of ids. */
  list(type: string): Promise<Map<string, Uint8Array>>;
  /** Stores all changes or none. Resolves when they are durable; calls close together share one transaction. */
  write(changes: MemoryChange[]): Promise<void>;
  /** Deletes credentials and keys: the number must be linked again. */
  forget(): Promise<void>;
  /** A secret of 32 bytes for this wire id, the same in every process. */
  secretFor(wireId: string): Uint8Array;
  /** A message that this session has sent or is sending; null if it is not ours, or was taken back. */
  outgoing(wireId: string): Promise<Outgoing | null>;
  /** An inbound message in WhatsApp's encoding; null if it is no longer stored. */
  inbound(chatId: string, wireId: string): Promise<Uint8Array | null>;
  /** `Inbound.content` of the messages that are still awaited. */
  awaited(): Promise<Uint8Array[]>;
  /** @param asked a chat id as written to (`…@c.us`, `…@lid`); null: never asked. */
  account(asked: string): Promise<KnownAccount | null>;
  rememberAccount(asked: string, account: KnownAccount): Promise<void>;
}
