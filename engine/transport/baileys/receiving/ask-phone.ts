import type { SessionMemory } from '../../session-memory';
import type { Baileys, WASocket } from '../baileys';

/** The connection to ask through. */
interface Asking {
  socket: Pick<WASocket, 'requestPlaceholderResend'>;
  whileUp<T>(work: Promise<T>): Promise<T>;
}

/**
 * Asks our own phone for the messages that are still awaited. Baileys asks when such a message comes; but a request can
 * be lost with its process or its link.
 */
export async function askPhone(
  connection: Asking,
  memory: Pick<SessionMemory, 'awaited'>,
  { proto }: Pick<Baileys, 'proto'>,
): Promise<void> {
  const keys = (await memory.awaited()).map((content) => proto.WebMessageInfo.decode(content).key);
  const asked = keys.map((key) => key && connection.whileUp(connection.socket.requestPlaceholderResend(key)));
  await Promise.allSettled(asked);
}
