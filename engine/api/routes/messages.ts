import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ID_PREFIXES } from '../../domain/ids';
import { MESSAGE_STATUSES } from '../../domain/messages/message-status';
import { cancelMatching, cancelMessage } from '../../messages/cancel-messages';
import { createMessages, readMessages, type CreateOptions } from '../../messages/create-messages';
import { checkEdit, editMessage } from '../../messages/edit-message';
import { MoveSchema, MovedSchema, type Move } from '../../messages/moment-schema';
import { moveMessages, readMove } from '../../messages/move-messages';
import { findMessages, getMessage } from '../../messages/message-queries';
import {
  BatchSchema,
  CancelManySchema,
  CreateMessageSchema,
  EditMessageSchema,
  MessageSchema,
  type CreateMessage,
  type EditMessage,
} from '../../messages/message-schema';
import type { MessageRow } from '../../store/tables/messages';
import { checkRecipient } from '../all-faults';
import type { ApiContext } from '../context';
import { createEachOnce, createOnce } from '../idempotency';
import { pageOf, pageQuery, readPage } from '../pages';

const idParams = z.object({ id: z.string().max(64) });

const listQuery = z.strictObject({
  ...pageQuery,
  chat_id: z.string().min(1).max(128).optional(),
  to: z.string().min(1).max(128).optional(),
  status: z.enum(MESSAGE_STATUSES).optional(),
  q: z.string().min(1).max(200).optional().describe('part of the text'),
  reference: z.string().min(1).max(128).optional(),
  campaign_id: z.string().min(1).max(64).optional(),
  recurrence_id: z.string().min(1).max(64).optional(),
});

/** The operation for idempotency keys: a message alone and one in a batch are the same. */
const CREATE = 'create message';
const batchPath = (index: number): string => `messages.${index}`;

/** `/v1/scheduled-messages`, and `/v1/messages` for the same. */
export function messageRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { transact, database, clock, config, senders, waiting } = context;
  const options: CreateOptions = { senders, allowPrivateMedia: config.allowPrivateMedia };
  const now = (): Date => new Date(clock.now());
  const show = async (row: MessageRow) => (await waiting.present(database, [row], now()))[0]!;
  const read = { scope: 'messages:read' };
  const write = { scope: 'messages:write' };

  return async (app) => {
    app.post(
      '/',
      {
        config: {
          ...write,
          rules: (body: CreateMessage, mode) => readMessages(database, mode, [body], now(), options),
        },
        schema: { tags: ['messages'], body: CreateMessageSchema, response: { 201: MessageSchema } },
      },
      (request, reply) =>
        createOnce(context, request, reply, CREATE, async (work) => {
          const [row] = await createMessages(work, request.key.mode, [request.body], options);
          const [shown] = await waiting.present(work.sql, [row!], work.now, 'recent');
          return shown!;
        }),
    );

    app.post(
      '/batch',
      {
        config: {
          ...write,
          rules: (body: { messages: CreateMessage[] }, mode) =>
            readMessages(database, mode, body.messages, now(), { ...options, pathOf: batchPath }),
        },
        schema: {
          tags: ['messages'],
          body: BatchSchema,
          response: { 201: z.object({ data: z.array(MessageSchema) }) },
        },
      },
      (request, reply) =>
        createOnce(context, request, reply, 'create batch', async (work) => {
          const { key, body } = request;
          const items = body.messages.map(({ idempotency_key, ...input }) => ({
            key: idempotency_key,
            input,
          }));
          const create = async (places: number[]): Promise<object[]> => {
            const inputs = places.map((place) => items[place]!.input);
            const pathOf = (index: number): string => batchPath(places[index]!);
            const rows = await createMessages(work, key.mode, inputs, { ...options, pathOf });
            return waiting.present(work.sql, rows, work.now, 'recent');
          };
          return {
            data: await createEachOnce(context, key.id, work, CREATE, items, batchPath, create),
          };
        }),
    );

    app.post(
      '/cancel',
      {
        config: { ...write, rules: checkRecipient },
        schema: {
          tags: ['messages'],
          body: CancelManySchema,
          response: { 200: z.object({ canceled: z.int(), ids: z.array(z.string()) }) },
        },
      },
      async (request) => {
        const rows = await transact((work) => cancelMatching(work, request.key.mode, request.body));
        return { canceled: rows.length, ids: rows.map((row) => row.id) };
      },
    );

    app.post(
      '/move',
      {
        config: { ...write, rules: (body: Move) => readMove(body) },
        schema: {
          tags: ['messages'],
          description: 'Moves the moment that messages with this reference hang on: all of them, or none.',
          body: MoveSchema,
          response: { 200: MovedSchema },
        },
      },
      ({ key, body }) => transact((work) => moveMessages(work, key.mode, body)),
    );

    app.get(
      '/',
      {
        config: read,
        schema: { tags: ['messages'], querystring: listQuery, response: { 200: pageOf(MessageSchema) } },
      },
      async ({ key, query }) => {
        const page = await readPage(
          query,
          ID_PREFIXES.message,
          (limit, before) => findMessages(database, key.mode, query, limit, before),
          (row) => row,
        );
        return { ...page, data: await waiting.present(database, page.data, now()) };
      },
    );

    app.get(
      '/:id',
      { config: read, schema: { tags: ['messages'], params: idParams, response: { 200: MessageSchema } } },
      async ({ key, params }) => show(await getMessage(database, key.mode, params.id)),
    );

    app.patch(
      '/:id',
      {
        config: {
          ...write,
          rules: (body: EditMessage) => checkEdit(body, now(), config.allowPrivateMedia),
        },
        schema: {
          tags: ['messages'],
          params: idParams,
          body: EditMessageSchema,
          response: { 200: MessageSchema },
        },
      },
      async ({ key, params, body }) =>
        show(
          await transact((work) => editMessage(work, key.mode, params.id, body, config.allowPrivateMedia)),
        ),
    );

    app.delete(
      '/:id',
      {
        config: write,
        schema: {
          tags: ['messages'],
          params: idParams,
          response: { 200: z.object({ id: z.string(), deleted: z.literal(true) }) },
        },
      },
      async ({ key, params }) => {
        const row = await transact((work) => cancelMessage(work, key.mode, params.id));
        return { id: row.id, deleted: true as const };
      },
    );

    app.post(
      '/:id/cancel',
      { config: write, schema: { tags: ['messages'], params: idParams, response: { 200: MessageSchema } } },
      async ({ key, params }) => show(await transact((work) => cancelMessage(work, key.mode, params.id))),
    );
  };
}
