import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ID_PREFIXES } from '../../domain/ids';
import { createSequence, readSequence } from '../../sequences/create-sequence';
import { presentWithSteps } from '../../changes/sequence-changes';
import {
  CancelSequencesSchema,
  CreateSequenceSchema,
  SequenceSchema,
  SequenceWithStepsSchema,
  type CreateSequence,
} from '../../sequences/sequence-schema';
import {
  cancelSequence,
  cancelSequences,
  findSequences,
  showSequence,
  showSequences,
} from '../../sequences/sequences';
import { SEQUENCE_STATUSES } from '../../store/tables/sequences';
import { checkRecipient } from '../all-faults';
import type { ApiContext } from '../context';
import { createOnce } from '../idempotency';
import { pageOf, pageQuery, readPage } from '../pages';

const idParams = z.object({ id: z.string().max(64) });
const listQuery = z.strictObject({
  ...pageQuery,
  status: z.enum(SEQUENCE_STATUSES).optional(),
  reference: z.string().min(1).max(128).optional(),
  to: z.string().min(1).max(128).optional(),
});
const tags = ['sequences'];

/** `/v1/sequences` */
export function sequenceRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { transact, database, clock, config, account, waiting } = context;
  const sequenceRules = async () => ({
    allowPrivateMedia: config.allowPrivateMedia,
    timezone: (await account).timezone,
  });
  const read = { scope: 'sequences:read' };
  const write = { scope: 'sequences:write' };

  return async (app) => {
    app.post(
      '/',
      {
        config: {
          ...write,
          rules: async (body: CreateSequence, mode) =>
            readSequence(database, mode, body, clock.now(), await sequenceRules()),
        },
        schema: { tags, body: CreateSequenceSchema, response: { 201: SequenceWithStepsSchema } },
      },
      (request, reply) =>
        createOnce(context, request, reply, 'create sequence', async (work) => {
          const rules = await sequenceRules();
          const { row, messages } = await createSequence(work, request.key.mode, request.body, rules);
          return presentWithSteps(row, messages, await waiting.of(work.sql, messages, work.now, 'recent'));
        }),
    );

    app.post(
      '/cancel',
      {
        config: { ...write, rules: checkRecipient },
        schema: {
          tags,
          body: CancelSequencesSchema,
          response: { 200: z.object({ canceled: z.int(), ids: z.array(z.string()) }) },
        },
      },
      async ({ key, body }) => {
        const rows = await transact((work) => cancelSequences(work, key.mode, body));
        return { canceled: rows.length, ids: rows.map((row) => row.id) };
      },
    );

    app.get(
      '/',
      { config: read, schema: { tags, querystring: listQuery, response: { 200: pageOf(SequenceSchema) } } },
      async ({ key, query }) => {
        const page = await readPage(
          query,
          ID_PREFIXES.sequence,
          (limit, before) => findSequences(database, key.mode, query, limit, before),
          (row) => row,
        );
        return { ...page, data: await showSequences(database, page.data, waiting, new Date(clock.now())) };
      },
    );

    app.get(
      '/:id',
      { config: read, schema: { tags, params: idParams, response: { 200: SequenceWithStepsSchema } } },
      ({ key, params }) => showSequence(database, key.mode, params.id, waiting, new Date(clock.now())),
    );

    app.post(
      '/:id/cancel',
      { config: write, schema: { tags, params: idParams, response: { 200: SequenceWithStepsSchema } } },
      ({ key, params }) => transact((work) => cancelSequence(work, key.mode, params.id)),
    );
  };
}
