/** What happened in the chats, in the order in which WhatsApp's server and the test saw it. */
export type Seen =
  /** A message of the engine reached the server for the first time. `link`: number of the connection. */
  | { what: 'sent'; chat: string; id: string; link: number }
  /** The owner wrote on the phone. */
  | { what: 'written'; chat: string; id: string; at: number }
  /** The engine acknowledged what the owner wrote, so it is stored. */
  | { what: 'stored'; id: string }
  /** A new connection. */
  | { what: 'opened'; link: number; at: number }
  /** The chat is about to be given back. */
  | { what: 'given_back'; chat: string; at: number };

/** WhatsApp's clock counts seconds: what was written so shortly before a chat was given back may take it over again. */
const CLOCKS_DIFFER_MS = 7_000;

/**
 * Messages that reached the server in a chat that the owner had, as the engine had stored: one line for each. What the owner
 * wrote counts from when the engine acknowledged it, or when it opened a connection later than it had stored it.
 * @param storedAt when each of the owner's messages was stored, by wire id, in epoch milliseconds
 */
export function sentWhileHuman(seen: readonly Seen[], storedAt: ReadonlyMap<string, number>): string[] {
  const faults: string[] = [];
  const isHumans = new Set<string>();
  const given = new Map<string, number>();
  const written = new Map<string, { chat: string; at: number }>();
  const take = (id: string): void => {
    const message = written.get(id);
    if (!message) return;
    written.delete(id);
    // Written before the chat was given back: it changes nothing, or may not.
    if ((given.get(message.chat) ?? -Infinity) > message.at - CLOCKS_DIFFER_MS) return;
    isHumans.add(message.chat);
  };
  for (const one of seen) {
    if (one.what === 'written') written.set(one.id, one);
    else if (one.what === 'stored') take(one.id);
    else if (one.what === 'given_back') {
      isHumans.delete(one.chat);
      given.set(one.chat, one.at);
    } else if (one.what === 'opened') {
      for (const id of [...written.keys()]) if ((storedAt.get(id) ?? Infinity) < one.at) take(id);
    } else if (isHumans.has(one.chat))
      faults.push(`${one.id} reached ${one.chat} after the owner had written there`);
  }
  return faults;
}
