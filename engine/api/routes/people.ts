import { Readable } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { erasePerson } from '../../people/erase-person';
import { exportPerson } from '../../people/export-person';
import { ErasedSchema, ExportSchema, PersonSchema } from '../../people/person-schema';
import { showPeople, showPerson } from '../../people/show-people';
import type { ApiContext } from '../context';
import { pageOf, pageQuery, readTimePage } from '../pages';

const params = z.object({
  id: z.string().max(128).describe("the person's id, phone number or chat id, URL-encoded"),
});
const listQuery = z.strictObject({
  ...pageQuery,
  q: z.string().min(1).max(200).optional().describe('part of the name, or of a phone number'),
  opted_out: z.enum(['true', 'false']).optional(),
});
const tags = ['people'];

/** `/v1/people` */
export function peopleRoutes({ transact, database, clock, waiting }: ApiContext): FastifyPluginAsyncZod {
  const read = { scope: 'people:read' };
  const write = { scope: 'people:write' };

  return async (app) => {
    app.get(
      '/',
      { config: read, schema: { tags, querystring: listQuery, response: { 200: pageOf(PersonSchema) } } },
      ({ key, query: { q, opted_out: optedOut, ...query } }) => {
        const filter = { q, opted_out: optedOut === undefined ? undefined : optedOut === 'true' };
        return readTimePage(
          query,
          'people',
          (limit, before) => showPeople(database, key.mode, filter, limit, before),
          ({ shown }) => shown,
          ({ id }) => id,
        );
      },
    );

    app.get(
      '/:id',
      { config: read, schema: { tags, params, response: { 200: PersonSchema } } },
      ({ key, params: { id } }) => showPerson(database, key.mode, id),
    );

    app.get(
      '/:id/export',
      {
        config: read,
        schema: {
          tags,
          params,
          description: 'Everything that is stored about the person.',
          response: { 200: ExportSchema },
        },
      },
      async ({ key, params: { id } }, reply) => {
        const now = new Date(clock.now());
        const pieces = await exportPerson(database, key.mode, id, now, (rows) =>
          waiting.present(database, rows, now),
        );
        // Streamed: it may be large.
        return reply.type('application/json').send(Readable.from(pieces) as never);
      },
    );

    app.delete(
      '/:id',
      { config: write, schema: { tags, params, response: { 200: ErasedSchema } } },
      ({ key, params: { id } }) => erasePerson(transact, key.mode, id),
    );
  };
}
