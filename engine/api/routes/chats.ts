import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ackInChat, acksOf } from '../../chats/acks';
import { InlineFiles, isOwnFile, openOwnFile, showChatMedia } from '../../chats/chat-media';
import {
  AckSchema,
  ChatMediaSchema,
  ChatMessageSchema,
  ChatSchema,
  EditChatSchema,
  ListedChatSchema,
  type ChatMessage,
  type EditChat,
} from '../../chats/chat-schema';
import { tryLoadOlder } from '../../chats/load-older';
import { markRead } from '../../chats/mark-read';
import { mediaUrl, presentChatMessage } from '../../chats/present-chat-message';
import { showChat, showChats, withLastMessages } from '../../chats/show-chats';
import { getChatMessage, showChatMessages } from '../../chats/show-messages';
import { parseRecipient } from '../../domain/messages/recipient';
import { validOrThrow } from '../../errors';
import { ParticipantSchema } from '../../groups/group-schema';
import { participantsOf } from '../../groups/participants';
import { createMessages, readMessages, type CreateOptions } from '../../messages/create-messages';
import { MessageSchema, type CreateMessage } from '../../messages/message-schema';
import { SendInChatSchema, type SendInChat } from '../../messages/send-in-chat';
import { editChat, readUntil } from '../../takeovers/edit-chat';
import type { ApiContext } from '../context';
import { fromQuery } from '../from-query';
import { createOnce } from '../idempotency';
import { listed, listQuery, pageOf, pageQuery, readTimePage } from '../pages';

const tags = ['chats'];
const chatId = z.string().min(1).max(128).describe('a chat id or phone number, URL-encoded');
/** The parameters of paths below one chat. */
export const chatParams = z.object({ chat_id: chatId });
const params = chatParams;
const messageParams = params.extend({ key: z.string().min(1).max(256).describe('the key, URL-encoded') });
const q = z.string().min(1).max(200).optional();
const flag = z.enum(['true', 'false']).optional();
const time = z.string().max(64).optional();

const chatsQuery = z.strictObject({
  ...pageQuery,
  q: q.describe('part of the name, or of a phone number'),
  query: q.describe('the same as q'),
  filter: z.enum(['groups', 'contacts', 'newsletters']).optional(),
  include_without_name: flag.describe('false: only chats that have a name'),
  include_last_message: flag.describe('true: with the latest message of each'),
  include_extended_info: flag.describe('accepted: there is no more than what is shown anyway'),
});

const messagesQuery = z.strictObject({
  ...pageQuery,
  order: z.enum(['asc', 'desc']).optional().describe('asc: the oldest first; otherwise the newest'),
  mode: z.enum(['history', 'latest']).optional().describe('history is order=asc, latest is order=desc'),
  q: q.describe('part of the text or caption'),
  query: q.describe('the same as q'),
  since: time.describe('RFC 3339 with offset; this moment is included'),
  until: time.describe('RFC 3339 with offset; this moment is included'),
  after: time.describe('RFC 3339 with offset; later than this'),
  before: time.describe('RFC 3339 with offset; earlier than this'),
  direction: z.enum(['in', 'out']).optional(),
  message_types: z
    .union([z.string().max(1000), z.array(z.string().max(1000)).max(50)])
    .optional()
    .describe('chat, image, document … with commas between them; revoked ones come only if it is named'),
  load_from_phone_if_needed: flag.describe(
    'true: if a page is not full, asks your phone for older messages, as load_older does (not with order=asc)',
  ),
  include_media_content: flag.describe(
    'true: with files of up to 1 MiB each and 8 MiB in all, in media.data_base64; media.left_out says why one is not there',
  ),
});

const participantsQuery = z.strictObject({
  ...listQuery(500),
  offset: z
    .string()
    .regex(/^\d{1,6}$/, { error: 'must be a whole number' })
    .optional()
    .describe('where to begin; cursor wins'),
  ...fromQuery('only one is linked, or only one has a chat with the group'),
});

type Params = z.output<typeof params>;

/** @throws EngineError `invalid_request` if the path does not name a chat */
const toChat = (body: SendInChat, { chat_id: id }: Params): CreateMessage =>
  ({ ...body, to: validOrThrow('chat_id', parseRecipient(id)).to }) as CreateMessage;

/** `/v1/chats` */
export function chatRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { database, mediaLinks, openInboundMedia, clock, config, senders } = context;
  const options: CreateOptions = { senders, allowPrivateMedia: config.allowPrivateMedia };
  const now = (): Date => new Date(clock.now());
  const read = { scope: 'chats:read' };
  const write = { scope: 'chats:write' };
  const open = (id: string) => (isOwnFile(id) ? openOwnFile(database, id) : openInboundMedia(id));

  return async (app) => {
    app.get(
      '/',
      {
        config: read,
        schema: { tags, querystring: chatsQuery, response: { 200: pageOf(ListedChatSchema) } },
      },
      async ({ key, query }) => {
        const urlOf = await mediaLinks.maker();
        return readTimePage(
          query,
          'chats',
          async (limit, before) => {
            const named = query.include_without_name === 'false';
            const filter = { q: query.q ?? query.query, kind: query.filter, named };
            const chats = await showChats(database, key.mode, filter, limit, before, now());
            if (query.include_last_message !== 'true') return chats;
            return withLastMessages(database, key.mode, chats, urlOf);
          },
          ({ shown }) => shown,
          ({ who }) => who,
        );
      },
    );

    app.post(
      '/message_acks',
      {
        config: read,
        schema: {
          tags,
          description: 'How far sent messages have got. Null for a key that the engine did not send.',
          body: z.strictObject({
            message_keys: z.array(z.string().min(1).max(256)).min(1).max(200),
            chat_id: chatId.optional(),
          }),
          response: {
            200: z.object({ data: z.array(AckSchema.extend({ key: z.string() })) }),
          },
        },
      },
      async ({ key, body }) => ({ data: await acksOf(database, key.mode, body.message_keys) }),
    );

    app.get(
      '/:chat_id',
      { config: read, schema: { tags, params, response: { 200: ChatSchema } } },
      ({ key, params: { chat_id: id } }) => showChat(database, key.mode, id, now()),
    );

    app.patch(
      '/:chat_id',
      {
        config: { ...write, rules: (body: EditChat) => readUntil(body, clock.now()) },
        schema: {
          tags,
          params,
          description: 'Takes over the chat, or gives it back to the bot.',
          body: EditChatSchema,
          response: { 200: ChatSchema },
        },
      },
      ({ key, params: { chat_id: id }, body }) =>
        context.transact((work) => editChat(work, key.mode, id, body)),
    );

    app.post(
      '/:chat_id/open',
      {
        config: write,
        schema: {
          tags,
          params,
          description: 'Accepted and without effect: there is no window to open.',
          response: { 200: z.object({ chat_id: z.string() }) },
        },
      },
      async ({ params: { chat_id: id } }) => ({
        chat_id: validOrThrow('chat_id', parseRecipient(id)).chatId,
      }),
    );

    app.get(
      '/:chat_id/participants',
      {
        config: read,
        schema: {
          tags,
          params,
          querystring: participantsQuery,
          response: { 200: pageOf(ParticipantSchema) },
        },
      },
      async ({ key, params: { chat_id: id }, query }) =>
        listed(query, 'participants', await participantsOf(context, key.mode, id, query.from)),
    );

    app.get(
      '/:chat_id/messages',
      {
        config: read,
        schema: { tags, params, querystring: messagesQuery, response: { 200: pageOf(ChatMessageSchema) } },
      },
      async ({ key, params: { chat_id: id }, query }) => {
        const order = query.order ?? (query.mode === 'history' ? 'asc' : 'desc');
        const urlOf = await mediaLinks.maker();
        const page = await readTimePage(
          query,
          `messages_${order}`,
          async (limit, place) => {
            const filter = { ...query, q: query.q ?? query.query };
            const find = () => showChatMessages(database, key.mode, id, filter, order, limit, place);
            let rows = await find();
            const mayLoad = query.load_from_phone_if_needed === 'true' && order === 'desc';
            if (mayLoad && rows.length < limit && (await tryLoadOlder(context, key.mode, id)) > 0)
              rows = await find();
            return rows.map((row) => ({ created_at: row.at, row }));
          },
          ({ row }) => ({ row, shown: presentChatMessage(row, urlOf) }),
          ({ row }) => row.id,
        );
        const withFiles = query.include_media_content === 'true';
        const files = new InlineFiles(open);
        const data: ChatMessage[] = [];
        for (const { row, shown } of page.data) {
          const { media } = shown;
          const content = withFiles && media && (await files.contentOf(row));
          data.push(content ? { ...shown, media: { ...media, ...content } } : shown);
        }
        return { ...page, data };
      },
    );

    app.post(
      '/:chat_id/messages',
      {
        config: {
          scope: 'messages:write',
          rules: (body: SendInChat, mode, given) =>
            readMessages(database, mode, [toChat(body, given as Params)], now(), options),
        },
        schema: {
          tags,
          params,
          description: 'As POST /v1/messages, to the chat in the path.',
          body: SendInChatSchema,
          response: { 201: MessageSchema },
        },
      },
      (request, reply) => {
        const { body, key, params: given } = request;
        const message = toChat(body, given);
        return createOnce(context, request, reply, `create message to ${message.to}`, async (work) => {
          const [row] = await createMessages(work, key.mode, [message], options);
          const [shown] = await context.waiting.present(work.sql, [row!], work.now, 'recent');
          return shown!;
        });
      },
    );

    app.post(
      '/:chat_id/mark_read',
      {
        config: write,
        schema: {
          tags,
          params,
          description: 'Marks what was received in the chat as read, also for those who wrote it.',
          response: { 200: z.object({ ok: z.literal(true) }) },
        },
      },
      async ({ key, params: { chat_id: id } }) => {
        await markRead(context, key.mode, id);
        return { ok: true as const };
      },
    );

    app.get(
      '/:chat_id/messages/:key',
      { config: read, schema: { tags, params: messageParams, response: { 200: ChatMessageSchema } } },
      async ({ key, params: { chat_id: id, key: wanted } }) =>
        presentChatMessage(await getChatMessage(database, key.mode, id, wanted), await mediaLinks.maker()),
    );

    app.get(
      '/:chat_id/messages/:key/ack',
      { config: read, schema: { tags, params: messageParams, response: { 200: AckSchema } } },
      async ({ key, params: { chat_id: id, key: wanted } }) => ({
        ack: await ackInChat(database, key.mode, id, wanted),
      }),
    );

    app.get(
      '/:chat_id/messages/:key/media',
      {
        config: read,
        schema: {
          tags,
          params: messageParams,
          description: 'Where the file can be fetched, or in `media_unavailable` why it cannot.',
          response: { 200: ChatMediaSchema },
        },
      },
      async ({ key, params: { chat_id: id, key: wanted } }) =>
        showChatMedia(await getChatMessage(database, key.mode, id, wanted), await mediaLinks.maker(), open),
    );

    app.get(
      '/:chat_id/messages/:key/media_url',
      {
        config: read,
        schema: {
          tags,
          params: messageParams,
          response: { 200: z.object({ url: z.string().nullable() }) },
        },
      },
      async ({ key, params: { chat_id: id, key: wanted } }) => ({
        url: mediaUrl(await getChatMessage(database, key.mode, id, wanted), await mediaLinks.maker()),
      }),
    );
  };
}
