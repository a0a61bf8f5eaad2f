import { TransportError } from '../../transport';
import type { Connection } from '../link/connection';

/**
 * Sends something and waits for the server's ack.
 * @returns when the server accepted it, in epoch milliseconds
 * @throws TransportError if the server refuses it, or does not answer within `ackMs`
 */
export async function acknowledged(
  connection: Connection,
  wireId: string,
  ackMs: number,
  send: () => Promise<unknown>,
): Promise<{ at: number }> {
  const ack = connection.acks.of(wireId);
  // The server may refuse the message before Baileys is done with it.
  ack.catch(() => undefined);
  await send();
  return connection.inTime(ack, ackMs, unacknowledged);
}

const unacknowledged = (): TransportError =>
  new TransportError('unacknowledged', true, 'WhatsApp did not confirm that it has the message.');
