import type { Connection } from '../link/connection';

/** Shows "typing…" in a person's chat for `ms` milliseconds; resolves after that, and never where the link ends. */
export async function showTyping({ socket, timers }: Connection, jid: string, ms: number): Promise<void> {
  await socket.sendPresenceUpdate('composing', jid);
  await timers.pause(ms);
  await socket.sendPresenceUpdate('paused', jid);
}
