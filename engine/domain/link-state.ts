/** Every state of a session's link to WhatsApp, as the API shows it. */
export const LINK_STATES = [
  'unlinked',
  'linking',
  'connecting',
  'connected',
  'disconnected',
  'logged_out',
  'restricted',
] as const;

export type LinkState = (typeof LINK_STATES)[number];

/** States of a session that has a number, whether or not it is connected right now. */
export const LINKED_STATES: readonly LinkState[] = ['connecting', 'connected', 'disconnected', 'restricted'];

/** Whether a session has a number to send from. A session without one connects too, to show codes for linking. */
export function isLinked({ state, phone }: { state: LinkState; phone: string | null }): boolean {
  return phone !== null && LINKED_STATES.includes(state);
}

/** Whether WhatsApp can be reached. A restricted number is connected too. */
export const isUp = (state: LinkState): boolean => state === 'connected' || state === 'restricted';

/** Whether WhatsApp lets a number write only to people it knows. */
export const blocksNewContacts = (state: LinkState): boolean => state === 'restricted';

/** Until when WhatsApp blocks new contacts (epoch ms; Infinity: end unknown); null if it does not. */
export function newContactsBlockedUntil(session: {
  state: LinkState;
  restricted_until: Date | null;
}): number | null {
  return blocksNewContacts(session.state) ? (session.restricted_until?.getTime() ?? Infinity) : null;
}
