import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ID_PREFIXES } from '../../domain/ids';
import type { Mode } from '../../domain/mode';
import { notFound } from '../../errors';
import { listDeliveries, listDeliveriesWithEvents } from '../../store/tables/deliveries';
import { deleteWebhook, findWebhook, listWebhooks, type WebhookRow } from '../../store/tables/webhooks';
import {
  presentDelivery,
  presentDeliveryWithEvent,
  showWebhook,
  showWebhooks,
} from '../../webhooks/present-webhook';
import { redeliver } from '../../webhooks/redeliver';
import { testWebhook } from '../../webhooks/test-webhook';
import { createWebhook, editWebhook, readFields, rotateSecret } from '../../webhooks/webhooks';
import {
  CreateWebhookSchema,
  DeliverySchema,
  EditWebhookSchema,
  WebhookSchema,
  WebhookWithSecretSchema,
  type CreateWebhook,
  type EditWebhook,
} from '../../webhooks/webhook-schema';
import type { ApiContext } from '../context';
import { createOnce } from '../idempotency';
import { pageOf, pageQuery, readPage } from '../pages';

const idParams = z.object({ id: z.string().max(64) });
const deliveryParams = idParams.extend({ deliveryId: z.string().max(64) });
const listQuery = z.strictObject(pageQuery);
const deliveriesQuery = z.strictObject({
  ...pageQuery,
  with_event: z.enum(['true', 'false']).optional().describe('true: each with its event, as it was posted'),
});
const tags = ['webhooks'];

/** `/v1/webhooks` */
export function webhookRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { transact, database, clock } = context;
  const { webhookTargets: targets, maxWebhooks: most } = context.config;
  const rules = { encryption: context.encryption, targets, most };
  const read = { scope: 'webhooks:read' };
  const write = { scope: 'webhooks:write' };
  const checked = {
    ...write,
    rules: (body: CreateWebhook | EditWebhook, mode: Mode) =>
      readFields(body, mode, new Date(clock.now()), rules.targets),
  };

  async function find(mode: Mode, id: string): Promise<WebhookRow> {
    const row = await findWebhook(database, mode, id);
    if (!row) throw notFound('webhook', id);
    return row;
  }

  return async (app) => {
    app.post(
      '/',
      {
        config: checked,
        schema: { tags, body: CreateWebhookSchema, response: { 201: WebhookWithSecretSchema } },
      },
      (request, reply) =>
        createOnce(context, request, reply, 'create webhook', async (work) => {
          const { row, secret } = await createWebhook(work, request.key.mode, request.body, rules);
          return { ...(await showWebhook(work.sql, row)), secret };
        }),
    );

    app.get(
      '/',
      { config: read, schema: { tags, querystring: listQuery, response: { 200: pageOf(WebhookSchema) } } },
      ({ key, query }) =>
        readPage(
          query,
          ID_PREFIXES.webhook,
          async (limit, before) =>
            showWebhooks(database, key.mode, await listWebhooks(database, key.mode, limit, before)),
          (shown) => shown,
        ),
    );

    app.get(
      '/:id',
      { config: read, schema: { tags, params: idParams, response: { 200: WebhookSchema } } },
      async ({ key, params }) => showWebhook(database, await find(key.mode, params.id)),
    );

    app.patch(
      '/:id',
      {
        config: checked,
        schema: { tags, params: idParams, body: EditWebhookSchema, response: { 200: WebhookSchema } },
      },
      ({ key, params, body }) =>
        transact(async (work) =>
          showWebhook(work.sql, await editWebhook(work, key.mode, params.id, body, rules)),
        ),
    );

    app.delete(
      '/:id',
      {
        config: write,
        schema: {
          tags,
          params: idParams,
          response: { 200: z.object({ id: z.string(), deleted: z.literal(true) }) },
        },
      },
      async ({ key, params }) => {
        if (!(await deleteWebhook(database, key.mode, params.id))) throw notFound('webhook', params.id);
        context.wakeDeliveries();
        return { id: params.id, deleted: true as const };
      },
    );

    app.post(
      '/:id/rotate-secret',
      { config: write, schema: { tags, params: idParams, response: { 200: WebhookWithSecretSchema } } },
      async ({ key, params }) => {
        const { row, secret } = await transact((work) => rotateSecret(work, key.mode, params.id, rules));
        return { ...(await showWebhook(database, row)), secret };
      },
    );

    app.post(
      '/:id/test',
      {
        config: write,
        schema: {
          tags,
          params: idParams,
          response: {
            200: z.object({
              delivered: z.boolean(),
              event_id: z.string(),
              response_status: z.int().nullable(),
              error: z.string().nullable(),
            }),
          },
        },
      },
      async ({ key, params }) => testWebhook(await find(key.mode, params.id), context),
    );

    app.get(
      '/:id/deliveries',
      {
        config: read,
        schema: {
          tags,
          params: idParams,
          querystring: deliveriesQuery,
          response: { 200: pageOf(DeliverySchema) },
        },
      },
      async ({ key, params: { id }, query: { with_event: withEvent, ...query } }) => {
        const { events } = await find(key.mode, id);
        const prefix = ID_PREFIXES.delivery;
        return withEvent === 'true'
          ? readPage(
              query,
              prefix,
              (limit, before) => listDeliveriesWithEvents(database, id, limit, before),
              (row) => presentDeliveryWithEvent(row, events),
            )
          : readPage(
              query,
              prefix,
              (limit, before) => listDeliveries(database, id, limit, before),
              presentDelivery,
            );
      },
    );

    app.post(
      '/:id/deliveries/:deliveryId/redeliver',
      { config: write, schema: { tags, params: deliveryParams, response: { 200: DeliverySchema } } },
      async ({ key, params }) =>
        presentDelivery(await transact((work) => redeliver(work, key.mode, params.id, params.deliveryId))),
    );
  };
}
