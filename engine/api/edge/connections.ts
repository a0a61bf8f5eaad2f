import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Enough for every n8n and monitoring system around one engine, and far below what a process may have open. */
const MOST_CONNECTIONS = 1_000;
/** Requests under way on one connection. Hardly any client sends a second one before it has its answer. */
const MOST_AT_ONCE = 100;
/** A client that neither reads its answer nor sends anything for so long is given up. */
export const SILENCE_MS = 60_000;

/**
 * Limits the connections of a server. If there are too many, the one that has been idle longest gives way to a new one,
 * so strangers who only hold connections open lock nobody out. A client that does not read its answer is given up.
 * The server's `timeout` must be set.
 */
export function limitConnections(server: Server, most = MOST_CONNECTIONS): void {
  /** Open connections and the requests under way on each; the one that has been idle longest first. */
  const open = new Map<Socket, number>();
  const count = (socket: Socket, change: 1 | -1): void => {
    const requests = open.get(socket);
    if (requests === undefined) return;
    open.delete(socket);
    open.set(socket, requests + change);
    if (requests + change > MOST_AT_ONCE) socket.destroy();
  };
  server.on('connection', (socket: Socket) => {
    open.set(socket, 0);
    socket.once('close', () => open.delete(socket));
    if (open.size <= most) return;
    const idle = [...open].find(([, requests]) => requests === 0);
    (idle?.[0] ?? socket).destroy();
  });
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  server.on('timeout', (socket: Socket) => {
    const isWorking = (open.get(socket) ?? 0) > 0 && socket.writableLength === 0;
    if (!isWorking) return void socket.destroy();
    // Its answer takes long, which is not the client's fault: look again.
    socket.setTimeout(server.timeout);
  });
}
