import type { FastifyInstance } from 'fastify';

/** How long requests that are under way may take. */
const GRACE_MS = 2_000;
const LOOK_MS = 50;

/**
 * Closes the server: no new connections, an answer for what is under way, and no connection stays open after its answer,
 * although its client would keep it. What takes longer than 2 s is cut.
 */
export async function closeServer(app: FastifyInstance): Promise<void> {
  const { server } = app;
  const idle = setInterval(() => server.closeIdleConnections(), LOOK_MS);
  const late = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
    clearTimeout(late);
  }
}
