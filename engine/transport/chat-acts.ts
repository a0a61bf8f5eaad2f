/** A message that something is done to, as WhatsApp knows it. */
export interface ActTarget {
  /** `14155551234@c.us`, `…@lid` or `…@g.us`. */
  chatId: string;
  wireId: string;
  /** Whether our own account wrote it, with the engine or on the phone. */
  fromMe: boolean;
  /** In a group, the chat id of the person who wrote it; null for our own. */
  author: string | null;
}

/** What the account does to a message of a chat. Doing it again ends in the same state. */
export type ChatAct =
  /** An empty emoji takes the reaction back. */
  | { kind: 'react'; emoji: string }
  /** The new text, or the new caption of a file. Only of our own. */
  | { kind: 'edit'; text: string }
  /** Takes a message back for everyone. Only our own. */
  | { kind: 'revoke' }
  /** 0 seconds unpins it. */
  | { kind: 'pin'; seconds: number };

/** What can be done to messages that are in a chat. */
export interface ChatActs {
  /**
   * Resolves when the server has accepted it, rejects with `TransportError`. Whether WhatsApp allows it for this message is
   * the caller's business: the server accepts an edit that comes too late, and phones ignore it.
   * @param wireId that of the act itself, a new one
   */
  act(target: ActTarget, act: ChatAct, wireId: string): Promise<void>;
}
