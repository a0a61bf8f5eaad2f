import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { loadOlder, OlderSchema } from '../../chats/load-older';
import type { ApiContext } from '../context';
import { chatParams } from './chats';

/** `/v1/chats/{chat_id}/messages/load_older` */
export function olderMessageRoutes(context: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/:chat_id/messages/load_older',
      {
        config: { scope: 'chats:read' },
        schema: {
          tags: ['chats'],
          params: chatParams,
          description: 'Asks your phone for older messages of the chat. It must be on and online.',
          response: { 200: OlderSchema },
        },
      },
      ({ key, params: { chat_id: id } }) => loadOlder(context, key.mode, id),
    );
  };
}
