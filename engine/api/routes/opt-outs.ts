import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  createOptOut,
  CreateOptOutSchema,
  OptOutSchema,
  presentOptOut,
  removeOptOut,
} from '../../opt-outs/opt-outs';
import { listOptOuts } from '../../store/tables/opt-outs';
import { checkRecipient } from '../all-faults';
import type { ApiContext } from '../context';
import { pageOf, pageQuery, readTimePage } from '../pages';

const tags = ['opt-outs'];

/** `/v1/opt-outs` */
export function optOutRoutes({ transact, database }: ApiContext): FastifyPluginAsyncZod {
  const read = { scope: 'opt_outs:read' };
  const write = { scope: 'opt_outs:write' };

  return async (app) => {
    app.post(
      '/',
      {
        config: { ...write, rules: checkRecipient },
        schema: { tags, body: CreateOptOutSchema, response: { 200: OptOutSchema, 201: OptOutSchema } },
      },
      async ({ key, body }, reply) => {
        const { row, isNew } = await transact((work) => createOptOut(work, key.mode, body.to));
        return reply.status(isNew ? 201 : 200).send(presentOptOut(row));
      },
    );

    app.get(
      '/',
      {
        config: read,
        schema: { tags, querystring: z.strictObject(pageQuery), response: { 200: pageOf(OptOutSchema) } },
      },
      ({ key, query }) =>
        readTimePage(
          query,
          'opt_outs',
          (limit, before) => listOptOuts(database, key.mode, limit, before),
          presentOptOut,
          (row) => row.who,
        ),
    );

    app.delete(
      '/:to',
      {
        config: write,
        schema: {
          tags,
          params: z.object({ to: z.string().max(128).describe('phone or chat id, URL-encoded') }),
          response: { 200: z.object({ to: z.string(), deleted: z.literal(true) }) },
        },
      },
      async ({ key, params }) => {
        await transact((work) => removeOptOut(work, key.mode, params.to));
        return { to: params.to, deleted: true as const };
      },
    );
  };
}
