import type { Connection } from './connection';

/** Tells WhatsApp that a device is none of the account's any more. @returns whether WhatsApp has heard it. */
export function unlink(connection: Connection, jid: string, timeoutMs: number): Promise<boolean> {
  const attrs = { to: 's.whatsapp.net', type: 'set', xmlns: 'md' };
  const content = [{ tag: 'remove-companion-device', attrs: { jid, reason: 'user_initiated' } }];
  // Baileys' own `logout` does not wait for the answer.
  const query = connection.socket.query({ tag: 'iq', attrs, content }, timeoutMs);
  return connection.whileUp(query).then(
    (answer: unknown) => answer !== undefined,
    () => false,
  );
}
