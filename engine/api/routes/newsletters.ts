import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  ChannelSchema,
  CreateChannelSchema,
  createChannel,
  getChannel,
  listChannels,
} from '../../groups/channels';
import type { ApiContext } from '../context';
import { createOnWhatsApp } from '../create-on-whatsapp';
import { fromQuery } from '../from-query';
import { listed, listQuery, pageOf } from '../pages';

const tags = ['newsletters'];
const querystring = z.strictObject(fromQuery('only one is linked'));
const params = z.object({ id: z.string().regex(/^\d{5,32}@newsletter$/) });

/** `/v1/newsletters`: channels, asked of WhatsApp on each request */
export function newsletterRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const read = { scope: 'newsletters:read' };

  return async (app) => {
    app.get(
      '/',
      {
        config: read,
        schema: {
          tags,
          querystring: querystring.extend(listQuery(200)),
          response: { 200: pageOf(ChannelSchema) },
        },
      },
      async ({ key, query }) =>
        listed(query, 'newsletters', await listChannels(context, key.mode, query.from)),
    );

    app.post(
      '/',
      {
        config: { scope: 'newsletters:write' },
        schema: { tags, querystring, body: CreateChannelSchema, response: { 201: ChannelSchema } },
      },
      (request, reply) =>
        createOnWhatsApp(context, request, reply, 'create channel', 201, (once) =>
          createChannel(context, request.key.mode, request.body, request.query.from, once),
        ),
    );

    app.get(
      '/:id',
      { config: read, schema: { tags, params, querystring, response: { 200: ChannelSchema } } },
      ({ key, params: { id }, query }) => getChannel(context, key.mode, id, query.from),
    );
  };
}
