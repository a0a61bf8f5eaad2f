import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { presentRecurrence, SHOWN_MOMENTS } from '../../changes/recurrence-changes';
import { ID_PREFIXES } from '../../domain/ids';
import { createRecurrence } from '../../recurrences/create-recurrence';
import { editRecurrence } from '../../recurrences/edit-recurrence';
import { previewRecurrence } from '../../recurrences/preview';
import { readRecurrence } from '../../recurrences/read-recurrence';
import {
  CreateRecurrenceSchema,
  EditRecurrenceSchema,
  PreviewRecurrenceSchema,
  RecurrenceSchema,
  SkipSchema,
  type CreateRecurrence,
} from '../../recurrences/recurrence-schema';
import { findRecurrences, showRecurrence } from '../../recurrences/recurrences';
import {
  pauseRecurrence,
  removeRecurrence,
  resumeRecurrence,
  skipOccurrence,
} from '../../recurrences/steer-recurrence';
import { RECURRENCE_STATUSES } from '../../store/tables/recurrences';
import type { ApiContext } from '../context';
import { createOnce } from '../idempotency';
import { pageOf, pageQuery, readPage } from '../pages';

const params = z.object({ id: z.string().max(64) });
const listQuery = z.strictObject({
  ...pageQuery,
  status: z.enum(RECURRENCE_STATUSES).optional(),
  reference: z.string().min(1).max(128).optional(),
  to: z.string().min(1).max(128).optional(),
  audience_id: z.string().min(1).max(64).optional(),
});
const tags = ['recurrences'];
const response = { 200: RecurrenceSchema };
const STEERING = { pause: pauseRecurrence, resume: resumeRecurrence };

/** `/v1/recurrences` */
export function recurrenceRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { transact, database, clock, config } = context;
  const rules = { allowPrivateMedia: config.allowPrivateMedia };
  const now = (): Date => new Date(clock.now());
  const read = { scope: 'recurrences:read' };
  const write = { scope: 'recurrences:write' };

  return async (app) => {
    app.post(
      '/',
      {
        config: {
          ...write,
          rules: (body: CreateRecurrence, mode) => readRecurrence(database, mode, body, now(), rules),
        },
        schema: { tags, body: CreateRecurrenceSchema, response: { 201: RecurrenceSchema } },
      },
      (request, reply) =>
        createOnce(context, request, reply, 'create recurrence', async (work) =>
          presentRecurrence(await createRecurrence(work, request.key.mode, request.body, rules), work.now),
        ),
    );

    app.post(
      '/preview',
      {
        config: read,
        schema: {
          tags,
          description: 'The next moments of a rule. Creates nothing.',
          body: PreviewRecurrenceSchema,
          response: { 200: z.object({ next: z.array(z.string()) }) },
        },
      },
      async ({ body }) => ({ next: previewRecurrence(body, clock.now(), SHOWN_MOMENTS) }),
    );

    app.get(
      '/',
      {
        config: read,
        schema: { tags, querystring: listQuery, response: { 200: pageOf(RecurrenceSchema) } },
      },
      ({ key, query }) =>
        readPage(
          query,
          ID_PREFIXES.recurrence,
          (limit, before) => findRecurrences(database, key.mode, query, limit, before, now()),
          (recurrence) => recurrence,
        ),
    );

    app.get('/:id', { config: read, schema: { tags, params, response } }, ({ key, params: { id } }) =>
      showRecurrence(database, key.mode, id, now()),
    );

    app.patch(
      '/:id',
      { config: write, schema: { tags, params, body: EditRecurrenceSchema, response } },
      ({ key, params: { id }, body }) =>
        transact(async (work) =>
          presentRecurrence(await editRecurrence(work, key.mode, id, body, rules), work.now),
        ),
    );

    app.post(
      '/:id/skip',
      { config: write, schema: { tags, params, body: SkipSchema, response } },
      ({ key, params: { id }, body }) =>
        transact(async (work) =>
          presentRecurrence(await skipOccurrence(work, key.mode, id, body.occurrence), work.now),
        ),
    );

    for (const [name, steer] of Object.entries(STEERING)) {
      app.post(
        `/:id/${name}`,
        { config: write, schema: { tags, params, response } },
        ({ key, params: { id } }) =>
          transact(async (work) => presentRecurrence(await steer(work, key.mode, id), work.now)),
      );
    }

    app.delete(
      '/:id',
      {
        config: write,
        schema: { tags, params, response: { 200: z.object({ id: z.string(), deleted: z.literal(true) }) } },
      },
      async ({ key, params: { id } }) => {
        await transact((work) => removeRecurrence(work, key.mode, id));
        return { id, deleted: true as const };
      },
    );
  };
}
