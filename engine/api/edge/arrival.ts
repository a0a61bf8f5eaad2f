import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answerClientError } from '../error-envelope';

/** How long the edge waits for clients, in milliseconds. */
export interface ArrivalLimits {
  /** For the headers of a request. */
  headersMs: number;
  /** For the rest of it; for a route that reads a stream: for its next bytes. */
  bodyMs: number;
  /** For what is left of a body after the request was refused. */
  refusedMs: number;
}

/** Together the 60 s of a whole request. A body never starts before its headers are there. */
export const ARRIVAL_LIMITS: ArrivalLimits = { headersMs: 10_000, bodyMs: 50_000, refusedMs: 2_000 };

/** What a refused client may still send. Longer than the longest body, so that an honest client gets its answer. */
const MOST_REFUSED_BYTES = 20 * 1024 * 1024;
const CHECK_REFUSED_MS = 100;

/**
 * Ends requests that do not arrive, and asks for a body only when it will be read:
 * - one that has not arrived in time is answered with 408, and its connection is closed;
 * - a refused one is answered from its headers alone. What it still sends is thrown away, up to a limit;
 * - a client that waits for `100 Continue` gets it only after its key was checked.
 * Add it before the routes. Node's own time limit for headers is set with the server.
 */
export function limitArrival(app: FastifyInstance, limits: ArrivalLimits = ARRIVAL_LIMITS): void {
  const waitingToSend = new WeakSet<IncomingMessage>();
  app.server.on('checkContinue', (request: IncomingMessage, response) => {
    waitingToSend.add(request);
    app.server.emit('request', request, response);
  });
  // Runs after every check of the headers, and before anything of the body is read.
  app.addHook('preParsing', async (request, reply, payload) => {
    if (!hasBody(request)) return payload;
    if (waitingToSend.delete(request.raw)) reply.raw.writeContinue();
    const end = (): void => endLate(request.raw.socket);
    const cancel = request.routeOptions.config.streams
      ? endWhenSilent(request, limits.bodyMs, end)
      : endAfter(request, limits.bodyMs, end);
    request.raw.once('close', cancel);
    return payload;
  });
  app.addHook('onSend', async (request, reply) => {
    // Its body may or may not follow: the next request could not be told from it (RFC 9110, 10.1.1).
    if (waitingToSend.has(request.raw)) void reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request) => {
    if (hasBody(request) && !request.raw.complete) dropRest(request.raw, limits.refusedMs);
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function endLate(socket: Socket): void {
  answerClientError(Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
}

function endAfter({ raw }: FastifyRequest, ms: number, end: () => void): () => void {
  const timer = setTimeout(() => {
    if (!raw.complete) end();
  }, ms);
  return () => clearTimeout(timer);
}

/** Only a client that sends nothing is late: not one whose bytes are still to be worked on. */
function endWhenSilent({ raw }: FastifyRequest, ms: number, end: () => void): () => void {
  let seen = raw.socket.bytesRead;
  const timer = setInterval(() => {
    const { bytesRead } = raw.socket;
    if (raw.complete) clearInterval(timer);
    else if (bytesRead === seen && raw.readableLength === 0) end();
    seen = bytesRead;
  }, ms);
  return () => clearInterval(timer);
}

function dropRest(raw: IncomingMessage, ms: number): void {
  const { socket } = raw;
  const from = socket.bytesRead;
  const until = performance.now() + ms;
  const timer = setInterval(() => {
    const isOver = performance.now() > until || socket.bytesRead - from > MOST_REFUSED_BYTES;
    if (!raw.complete && !socket.destroyed && !isOver) return;
    clearInterval(timer);
    if (!raw.complete) socket.destroy();
  }, CHECK_REFUSED_MS);
  timer.unref();
}
