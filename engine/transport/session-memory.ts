import type { Content } from './transport';

/** One value of a link's memory; null removes it. */
export interface MemoryChange {
  /** What it is: `creds`, the kinds of Signal keys, `upload`. */
  type: string;
  id: string;
  value: Uint8Array | null;
}

/** A message of ours as it was handed over, for whoever asks for it again: a phone that could not read it, a vote. */
export interface Outgoing {
  chatId: string;
  content: Exclude<Content, { type: 'media' }> | { type: 'media' };
  replyTo: string | null;
  mentions: { ids: string[]; displays?: string[] } | null;
}

/** The account behind a number as it was last asked of WhatsApp. */
export interface KnownAccount {
  /** The account's own chat id (`…@c.us`); null: not on WhatsApp. */
  chatId: string | null;
  /** Epoch milliseconds. */
  checkedAt: number;
}

/**
 * What a linked session remembers from process to process: the port behind which the store is. All of it is sealed
 * at rest, and goes with the session.
 */
export interface SessionMemory {
  /** Those that are there, by id. */
  read(type: string, ids: string[]): Promise<Map<string, Uint8Array>>;
  /** Resolves when all of it is durable, at once or not at all; calls that come close together are one transaction. */
  write(changes: MemoryChange[]): Promise<void>;
  /** Forgets credentials and keys: the number is to be linked anew. */
  forget(): Promise<void>;
  /** A secret of 32 bytes for the message of this wire id: the same in every process, and nobody else's. */
  secretFor(wireId: string): Uint8Array;
  /** A message that this session sent or is sending; null if it is none of ours. */
  outgoing(wireId: string): Promise<Outgoing | null>;
  /** The content of a message that came in, in the wire's encoding; null when it is not kept any more. */
  inbound(chatId: string, wireId: string): Promise<Uint8Array | null>;
  /** @param asked a chat id as written to (`…@c.us`, `…@lid`); null: never asked. */
  account(asked: string): Promise<KnownAccount | null>;
  rememberAccount(asked: string, account: KnownAccount): Promise<void>;
}
