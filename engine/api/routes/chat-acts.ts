import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actOnMessage } from '../../chats/acts/act-on-message';
import {
  EditSentSchema,
  ForwardSchema,
  PinSchema,
  ReactSchema,
  TypingSchema,
} from '../../chats/acts/act-schema';
import { forwardMessage } from '../../chats/acts/forward';
import { findActedOn } from '../../chats/acts/show-acted-on';
import { ChatMessageSchema } from '../../chats/chat-schema';
import { presentChatMessage } from '../../chats/present-chat-message';
import { showTyping } from '../../chats/show-typing';
import { wireKey } from '../../domain/messages/wire-key';
import type { Mode } from '../../domain/mode';
import { checkTerms, type CreateOptions, type MessageTerms } from '../../messages/create-messages';
import { MessageSchema } from '../../messages/message-schema';
import type { ApiContext } from '../context';
import { createOnce } from '../idempotency';

const tags = ['chats'];
const params = z.object({
  chat_id: z.string().min(1).max(128).describe('a chat id or phone number, URL-encoded'),
});
const messageParams = params.extend({
  key: z
    .string()
    .min(1)
    .max(256)
    .describe('the key, URL-encoded, or the id of a message that the engine sent'),
});
const ok = z.object({ ok: z.literal(true) });

/** `/v1/chats/{chat_id}/…`: what one can do in a chat, besides sending */
export function chatActRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { database, mediaLinks, senders, config, clock } = context;
  const options: CreateOptions = { senders, allowPrivateMedia: config.allowPrivateMedia };
  const write = { scope: 'chats:write' };
  const shown = async (mode: Mode, chat: string, key: string) =>
    presentChatMessage(await findActedOn(database, mode, chat, key), await mediaLinks.maker());

  return async (app) => {
    app.post(
      '/:chat_id/messages/:key/reactions',
      {
        config: write,
        schema: {
          tags,
          params: messageParams,
          description: 'Reacts to a message. An empty emoji takes the reaction back.',
          body: ReactSchema,
          response: { 200: ok },
        },
      },
      async ({ key, params: { chat_id: chat, key: wanted }, body: { emoji } }) => {
        await actOnMessage(context, key.mode, chat, wanted, { kind: 'react', emoji });
        return { ok: true as const };
      },
    );

    app.patch(
      '/:chat_id/messages/:key',
      {
        config: write,
        schema: {
          tags,
          params: messageParams,
          description: 'Edits the text or caption of a sent message, within 15 minutes.',
          body: EditSentSchema,
          response: { 200: ChatMessageSchema },
        },
      },
      async ({ key, params: { chat_id: chat, key: wanted }, body: { text } }) => {
        await actOnMessage(context, key.mode, chat, wanted, { kind: 'edit', text });
        return shown(key.mode, chat, wanted);
      },
    );

    app.delete(
      '/:chat_id/messages/:key',
      {
        config: write,
        schema: {
          tags,
          params: messageParams,
          description: 'Takes a sent message back for everyone, within 60 hours.',
          response: { 200: z.object({ key: z.string(), revoked: z.literal(true) }) },
        },
      },
      async ({ key, params: { chat_id: chat, key: wanted } }) => {
        const { target } = await actOnMessage(context, key.mode, chat, wanted, { kind: 'revoke' });
        return { key: wireKey(target), revoked: true as const };
      },
    );

    app.post(
      '/:chat_id/messages/:key/forward',
      {
        config: {
          scope: 'messages:write',
          rules: (body: MessageTerms, mode) =>
            checkTerms(database, mode, body, new Date(clock.now()), options),
        },
        schema: {
          tags,
          params: messageParams,
          description: 'Forwards a message: a new message like any other, marked as forwarded.',
          body: ForwardSchema,
          response: { 201: MessageSchema },
        },
      },
      (request, reply) => {
        const { body, key, params: given } = request;
        const { chat_id: chat, key: wanted } = given;
        return createOnce(context, request, reply, `forward ${wanted} in ${chat}`, async (work) => {
          const row = await forwardMessage(work, key.mode, chat, wanted, body, options);
          const [shown] = await context.waiting.present(work.sql, [row], work.now, 'recent');
          return shown!;
        });
      },
    );

    app.post(
      '/:chat_id/messages/:key/pin',
      {
        config: write,
        schema: {
          tags,
          params: messageParams,
          description: 'Pins a message for everyone in the chat. 0 seconds unpins it.',
          body: PinSchema,
          response: { 200: ChatMessageSchema },
        },
      },
      async ({ key, params: { chat_id: chat, key: wanted }, body: { duration_s: seconds } }) => {
        await actOnMessage(context, key.mode, chat, wanted, { kind: 'pin', seconds });
        return shown(key.mode, chat, wanted);
      },
    );

    app.post(
      '/:chat_id/typing',
      {
        config: write,
        schema: {
          tags,
          params,
          description: 'Shows "typing…" or "recording…" so long. Nothing waits for its end.',
          body: TypingSchema,
          response: { 202: ok },
        },
      },
      async ({ key, params: { chat_id: chat }, body }, reply) => {
        await showTyping(context, key.mode, chat, body);
        return reply.status(202).send({ ok: true as const });
      },
    );
  };
}
