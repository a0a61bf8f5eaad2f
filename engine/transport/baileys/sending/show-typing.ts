import { sleep } from '../../../async/sleep';
import type { Connection } from '../link/connection';

/** Shows "typing…" in a person's chat for `ms` milliseconds; resolves after that, and never where the link ends. */
export async function showTyping({ socket, timers }: Connection, jid: string, ms: number): Promise<void> {
  await socket.sendPresenceUpdate('composing', jid);
  await sleep(timers, ms);
  await socket.sendPresenceUpdate('paused', jid);
}
