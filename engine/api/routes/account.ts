import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { NOT_LINKED } from '../../sessions/senders';
import { listSessions } from '../../store/tables/sessions';
import type { ApiContext } from '../context';

const tags = ['account'];
const EngineSchema = z.object({
  session_id: z.string(),
  phone: z.string().nullable(),
  connected: z.boolean(),
  state: z.string(),
  reason: z.string().nullable(),
  stream: z.string(),
  has_synced: z.boolean(),
});

/** `/v1/ping`, `/v1/account`, `/v1/engines` */
export function accountRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { account, database } = context;
  return async (app) => {
    app.get(
      '/ping',
      {
        schema: {
          tags,
          response: {
            200: z.object({ account_id: z.string(), key_prefix: z.string(), scopes: z.array(z.string()) }),
          },
        },
      },
      async ({ key }) => ({ account_id: (await account).id, key_prefix: key.prefix, scopes: key.scopes }),
    );

    app.get(
      '/account',
      {
        schema: {
          tags,
          response: {
            200: z.object({ id: z.string(), name: z.string(), timezone: z.string(), created_at: z.string() }),
          },
        },
      },
      async () => {
        const { id, name, timezone, created_at } = await account;
        return { id, name, timezone, created_at: created_at.toISOString() };
      },
    );

    app.get(
      '/engines',
      {
        config: { scope: 'engines:read' },
        schema: {
          tags,
          response: { 200: z.object({ data: z.array(EngineSchema), message: z.string().optional() }) },
        },
      },
      async ({ key }) => {
        const sessions = await listSessions(database, key.mode);
        const data = sessions.map((session) => {
          const connected = session.state === 'connected';
          return {
            session_id: session.id,
            phone: session.phone,
            connected,
            state: session.state,
            reason: session.reason,
            stream: connected ? 'connected' : 'disconnected',
            has_synced: connected,
          };
        });
        if (data.length > 0) return { data };
        return { data, message: NOT_LINKED };
      },
    );
  };
}
