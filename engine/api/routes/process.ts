import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { withDeadline } from '../../async/deadline';
import { shared } from '../../async/shared';
import { VERSION } from '../../version';
import type { ApiContext } from '../context';

const hidden = { hide: true };
const CHECK_MS = 5_000;

/** `/healthz`, `/readyz`, `/metrics`: for monitoring, without a key. However many ask, one check is made at a time. */
export function processRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const check = shared(() =>
    Promise.all([
      answers(context, () => context.database.query('SELECT 1')),
      answers(context, () => context.wakeUps.check()),
    ]),
  );
  return async (app) => {
    app.get('/healthz', { schema: hidden }, async () => ({
      status: 'ok',
      pid: process.pid,
      version: VERSION,
    }));

    app.get('/readyz', { schema: hidden }, async (_request, reply) => {
      const [store, queue] = await check();
      const ready = store === 'ok' && queue === 'ok';
      return reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not_ready', store, queue });
    });

    app.get('/metrics', { schema: hidden }, async (_request, reply) =>
      reply.type(context.metrics.registry.contentType).send(await context.metrics.page()),
    );
  };
}

async function answers(context: ApiContext, ask: () => Promise<unknown>): Promise<'ok' | 'unreachable'> {
  return withDeadline(context.clock, CHECK_MS, ask).then(
    () => 'ok',
    () => 'unreachable',
  );
}
