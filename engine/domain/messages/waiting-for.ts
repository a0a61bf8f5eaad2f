/** Why a pending message has not gone, and when that ends, if anybody knows. */
export interface WaitingFor {
  reason: 'human_has_the_chat';
  /** RFC 3339; null: nobody knows. */
  until: string | null;
  /** For people to read. */
  message: string;
}

/** @param until when the bot has the chat again; null: when it is given back */
export function humanHasTheChat(until: Date | null): WaitingFor {
  const when = until === null ? '' : ` until ${until.toISOString()}`;
  const message = `A person has the chat${when}. Give the chat back to send this now.`;
  return { reason: 'human_has_the_chat', until: until?.toISOString() ?? null, message };
}
