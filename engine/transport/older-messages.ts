/**
 * What our own phone shares of the chats that it has had: after linking, and when it is asked for older messages.
 * `Message` is `Inbound`, always of the kind `message`.
 */
export interface SharedHistory<Message> {
  /** Of people and of the owner, in any order. Nobody is told of them as new, and some may be known already. */
  messages: Message[];
  /** What chats are called: the subject of a group, or the name under which the phone has saved a person. */
  chats: { chatId: string; name: string }[];
  /** Names that people gave themselves. They may be older than what people have said themselves since. */
  people: { chatId: string; name: string }[];
}

/** The oldest message that is known of a chat. */
export interface OldestKnown {
  chatId: string;
  wireId: string;
  /** The number's own, whichever device it was written on. */
  fromMe: boolean;
  /** Epoch milliseconds. */
  at: number;
}

export interface LoadedOlder {
  /** How many messages were not stored before. */
  added: number;
  /** Whether the phone has messages that are even older. */
  hasMore: boolean;
}

/** The part of the port that asks for older messages. */
export interface OlderMessages {
  /**
   * Asks our own phone for messages that are older than this one. Resolves when they are stored by `onHistory`. Rejects
   * with `TransportError` if the link is down, or the phone does not answer in time. What it answers later is stored too.
   */
  loadOlder?(oldest: OldestKnown): Promise<LoadedOlder>;
}
