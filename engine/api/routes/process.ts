import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { withDeadline } from '../../async/deadline';
import { shared } from '../../async/shared';
import { VERSION } from '../../version';
import type { ApiContext } from '../context';

const hidden = { hide: true };
const CHECK_MS = 5_000;

/** `/healthz`, `/readyz`, `/metrics`: for monitoring, without a key. However many ask, one check is made at a time. */
export function processRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const store = shared(() => answers(context, () => context.database.query('SELECT 1')));
  const queue = shared(() => answers(context, () => context.wakeUps.check()));
  return async (app) => {
    app.get('/healthz', { schema: hidden }, async (_request, reply) => {
      const answer = await store();
      const who = { pid: process.pid, version: VERSION };
      if (answer === 'ok') return { status: 'ok', ...who };
      return reply.status(503).send({ status: 'unhealthy', store: answer, ...who });
    });

    app.get('/readyz', { schema: hidden }, async (_request, reply) => {
      const [storeNow, queueNow] = await Promise.all([store(), queue()]);
      const shortage = context.database.room.shortage();
      const ready = storeNow === 'ok' && queueNow === 'ok' && !shortage;
      return reply.status(ready ? 200 : 503).send({
        status: ready ? 'ready' : 'not_ready',
        ...{ store: storeNow, queue: queueNow, disk: shortage ? 'full' : 'ok' },
        ...(shortage ? { message: shortage.message } : {}),
      });
    });

    app.get('/metrics', { schema: hidden }, async (_request, reply) =>
      reply.type(context.metrics.registry.contentType).send(await context.metrics.page()),
    );
  };
}

type Answer = 'ok' | 'unreachable';

async function answers(context: ApiContext, ask: () => Promise<unknown>): Promise<Answer> {
  return withDeadline(context.clock, CHECK_MS, ask).then(
    () => 'ok',
    () => 'unreachable',
  );
}
