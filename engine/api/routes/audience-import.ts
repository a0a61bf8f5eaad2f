import { Readable } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { LONGEST_NAME } from '../../audiences/audience-schema';
import { getAudience } from '../../audiences/audiences';
import { importContacts } from '../../audiences/import/import-contacts';
import { existingAudience, importFile } from '../../audiences/import/import-file';
import { invalidRequest } from '../../errors';
import type { ApiContext } from '../context';

const on_error = z.enum(['skip', 'abort']).default('abort').describe('what to do about a bad row');

const ImportedSchema = z.object({
  added: z.int(),
  skipped: z.int().describe('rows whose recipient was already in the audience'),
  contact_count: z.int(),
  errors: z
    .array(z.object({ line: z.int(), path: z.string(), message: z.string() }))
    .describe('the first 100 bad rows'),
  error_count: z.int(),
});

/** Accepts only CSV, of any length, as a stream. */
function takesCsv(route: FastifyPluginAsyncZod): FastifyPluginAsyncZod {
  return async (app, options) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload));
    await route(app, options);
  };
}

function csvOf(body: unknown): Readable {
  if (body instanceof Readable) return body;
  throw invalidRequest([
    { path: '', code: 'required', message: 'must be a CSV file with Content-Type: text/csv.' },
  ]);
}

/** `POST /v1/audiences/{id}/import` */
export function audienceImportRoute({ transact, database }: ApiContext): FastifyPluginAsyncZod {
  return takesCsv(async (app) => {
    app.post(
      '/:id/import',
      {
        config: { scope: 'audiences:write', takes: 'CSV: set Content-Type: text/csv' },
        schema: {
          tags: ['audiences'],
          consumes: ['text/csv'],
          params: z.object({ id: z.string().max(64) }),
          querystring: z.strictObject({ on_error }),
          response: { 200: ImportedSchema },
        },
      },
      async ({ key, params, query, body }) => {
        // Checked before a long file is read in vain.
        await getAudience(database, key.mode, params.id);
        const target = existingAudience(database, key.mode, params.id);
        return importContacts(transact, csvOf(body), target, query.on_error);
      },
    );
  });
}

/** `POST /control/audiences/import`: the same for the command line, which has no API key. */
export function controlImportRoute({ transact, database }: ApiContext): FastifyPluginAsyncZod {
  return takesCsv(async (app) => {
    app.post(
      '/audiences/import',
      {
        config: { takes: 'CSV: set Content-Type: text/csv' },
        schema: {
          hide: true,
          querystring: z.union([
            z.strictObject({
              on_error,
              mode: z.enum(['live', 'test']),
              name: z.string().min(1).max(LONGEST_NAME),
            }),
            z.strictObject({ on_error, audience_id: z.string().min(1).max(64) }),
          ]),
        },
      },
      async ({ query, body }) => {
        const into = 'name' in query ? query : { audienceId: query.audience_id };
        return importFile({ transact, database }, into, query.on_error, csvOf(body));
      },
    );
  });
}
