import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { SCOPES, ALL_SCOPES } from '../../domain/access/scopes';
import { DatabaseCopies } from '../../backup/database-copies';
import { createKey, presentKey } from '../../keys/keys';
import { Challenges, engineProof, isNonce } from '../../data-folder/control-proof';
import { listKeys } from '../../store/tables/api-keys';
import { authenticateControl } from '../authenticate';
import type { ApiContext } from '../context';
import { controlImportRoute } from './audience-import';

const hide = { hide: true };
const mode = z.enum(['live', 'test']);

/**
 * `/control`: for the command line and for n8n on this machine, which read the token in `engine.json`. They cannot open the
 * embedded database while the engine uses it. `control-proof.ts` shows how each side proves that it knows the token.
 */
export function controlRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { database, clock, keys, localKeys, controlToken } = context;
  const challenges = new Challenges(controlToken);
  const copies = new DatabaseCopies(database, context.config.dataDir);
  return async (app) => {
    app.addHook('onRequest', async (request) => {
      if (request.routeOptions.config.isOpen) return;
      authenticateControl(request, challenges);
    });

    app.get(
      '/challenge',
      {
        config: { isOpen: true },
        schema: { ...hide, querystring: z.strictObject({ nonce: z.string().refine(isNonce) }) },
      },
      async ({ query }) => {
        const challenge = challenges.next();
        return { challenge, proof: engineProof(controlToken, query.nonce, challenge) };
      },
    );

    await app.register(controlImportRoute(context));

    app.post('/keys', { schema: { ...hide, body: z.strictObject({ mode }) } }, async ({ body }) => ({
      api_key: await localKeys.keyFor(body.mode),
    }));

    app.post(
      '/keys/create',
      {
        schema: {
          ...hide,
          body: z.strictObject({
            mode,
            name: z.string().min(1).max(120).nullable(),
            scopes: z.array(z.enum([ALL_SCOPES, ...SCOPES])).min(1),
          }),
        },
      },
      async ({ body }) => {
        const { row, key } = await createKey(database, body, new Date(clock.now()));
        return { ...presentKey(row), key };
      },
    );

    app.post(
      '/database/copies',
      { schema: { ...hide, body: z.strictObject({ pid: z.int().positive() }) } },
      ({ body }) => copies.begin(body.pid),
    );

    app.get(
      '/database/copies/:pid',
      { schema: { ...hide, params: z.object({ pid: z.coerce.number() }) } },
      async ({ params }) => copies.find(params.pid),
    );

    app.get('/keys', { schema: hide }, async () => ({ data: (await listKeys(database)).map(presentKey) }));

    app.post(
      '/keys/:id/revoke',
      { schema: { ...hide, params: z.object({ id: z.string() }) } },
      async ({ params }) => presentKey(await keys.revoke(params.id, new Date(clock.now()))),
    );
  };
}
