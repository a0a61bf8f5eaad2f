import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ChatContactSchema, showContacts } from '../../people/show-contacts';
import { checkNumber } from '../../sessions/ask-whatsapp';
import type { ApiContext } from '../context';
import { pageOf, pageQuery, readTimePage } from '../pages';

const from = z
  .string()
  .min(1)
  .max(32)
  .optional()
  .describe('the linked number to ask from; optional if only one is linked');

/** `/v1/contacts`, and `/v1/contacts/{phone}/check`, answered by WhatsApp on each request */
export function contactRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/contacts',
      {
        config: { scope: 'contacts:read' },
        schema: {
          tags: ['contacts'],
          querystring: z.strictObject(pageQuery),
          response: { 200: pageOf(ChatContactSchema) },
        },
      },
      ({ key, query }) =>
        readTimePage(
          query,
          'contacts',
          (limit, before) => showContacts(context.database, key.mode, limit, before),
          ({ shown }) => shown,
          ({ shown }) => shown.person_id,
        ),
    );

    app.get(
      '/contacts/:phone/check',
      {
        config: { scope: 'contacts:read' },
        schema: {
          tags: ['contacts'],
          params: z.object({ phone: z.string().max(64) }),
          querystring: z.strictObject({ from }),
          response: { 200: z.object({ exists: z.boolean(), chat_id: z.string().nullable() }) },
        },
      },
      async ({ key, params, query }) => {
        const { exists, chatId } = await checkNumber(context, key.mode, params.phone, query.from);
        return { exists, chat_id: chatId };
      },
    );
  };
}
