import type { FastifyInstance } from 'fastify';
import { EngineError } from '../../errors';
import { ByteRoom } from './byte-room';

/** For all bodies that are being read or worked on. Four of the longest: each takes several times its size when parsed. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Smaller bodies are never held up. There can be only so many, because the number of connections is limited. */
const SMALL_BYTES = 64 * 1024;
const LONGEST_WAIT_MS = 30_000;

/**
 * Lets only so many bytes of bodies into memory at once. Requests above that wait for their turn, unread, so they cost
 * nothing meanwhile. Add it before what limits how long a body may take.
 * @param longest a body's bytes at most, for one that does not say how long it is
 */
export function limitBodies(app: FastifyInstance, longest: number, room = new ByteRoom(MOST_BYTES)): void {
  app.addHook('preParsing', async (request, _reply, payload) => {
    const { raw, headers, routeOptions } = request;
    if (routeOptions.config.streams) return payload;
    const declared = headers['content-length'] ?? (headers['transfer-encoding'] ? longest : 0);
    const bytes = Math.min(Number(declared), longest);
    if (bytes <= SMALL_BYTES) return payload;
    const leave = await room.enter(bytes, LONGEST_WAIT_MS);
    if (!leave)
      throw new EngineError(
        'unavailable',
        'Too many large requests are under way. Nothing was accepted. Send it again in a few seconds.',
        { retryAfterSeconds: 5 },
      );
    // The body is in memory until the request has been answered.
    if (raw.socket.destroyed) leave();
    else request.raw.socket.once('close', leave);
    request.leaveBodyRoom = leave;
    return payload;
  });
  app.decorateRequest('leaveBodyRoom', null);
  app.addHook('onResponse', async ({ leaveBodyRoom: leave, raw }) => {
    if (!leave) return;
    raw.socket.off('close', leave);
    leave();
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Frees the memory that its body counts for; null if it is small. */
    leaveBodyRoom: (() => void) | null;
  }
}
