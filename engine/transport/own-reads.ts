/** The owner of the number has read messages of a chat, on the phone or on another device of the account. */
export interface OwnRead {
  chatId: string;
  /** Of received messages. Everything in the chat up to the latest of them is read. */
  wireIds: string[];
}

/** What a transport tells of what the owner reads. */
export interface OwnReadHandlers {
  /**
   * Resolves when the engine has stored it. Until then the transport may report it again. It comes after the messages that
   * WhatsApp sent before it are stored.
   */
  onOwnRead?(read: OwnRead): Promise<void>;
}
