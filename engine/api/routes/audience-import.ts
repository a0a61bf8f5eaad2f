import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
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

/** A refused upload is read on for so long, so that a client that is still sending gets to read the answer. */
const READ_ON_MS = 2_000;
const READ_ON_BYTES = 16 * 1024 * 1024;

/**
 * Reads the CSV file of a request. If it is refused before its end, the connection is closed with the answer: what is left
 * of the file would be in the way of the next request.
 */
async function readingCsv<Result>(
  body: unknown,
  reply: FastifyReply,
  read: (csv: AsyncIterable<Uint8Array>) => Promise<Result>,
): Promise<Result> {
  if (!(body instanceof Readable)) {
    const message = 'must be a CSV file with Content-Type: text/csv.';
    throw invalidRequest([{ path: '', code: 'required', message }]);
  }
  // Otherwise the connection would end with the reading.
  const keep = { destroyOnReturn: false };
  try {
    return await read(body.iterator(keep));
  } catch (error) {
    if (!body.readableEnded) {
      void reply.header('connection', 'close');
      await readOn(body.iterator(keep)).catch(() => undefined);
    }
    throw error;
  }
}

async function readOn(body: AsyncIterable<Uint8Array>): Promise<void> {
  const until = performance.now() + READ_ON_MS;
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > READ_ON_BYTES || performance.now() > until) return;
  }
}

/** `POST /v1/audiences/{id}/import` */
export function audienceImportRoute({ transact, database }: ApiContext): FastifyPluginAsyncZod {
  return takesCsv(async (app) => {
    app.post(
      '/:id/import',
      {
        config: { scope: 'audiences:write', takes: 'CSV: set Content-Type: text/csv', streams: true },
        schema: {
          tags: ['audiences'],
          consumes: ['text/csv'],
          params: z.object({ id: z.string().max(64) }),
          querystring: z.strictObject({ on_error }),
          response: { 200: ImportedSchema },
        },
      },
      ({ key, params, query, body }, reply) =>
        readingCsv(body, reply, async (csv) => {
          // Checked before a long file is read in vain.
          await getAudience(database, key.mode, params.id);
          const target = existingAudience(database, key.mode, params.id);
          return importContacts(transact, csv, target, query.on_error);
        }),
    );
  });
}

/** `POST /control/audiences/import`: the same for the command line, which has no API key. */
export function controlImportRoute({ transact, database }: ApiContext): FastifyPluginAsyncZod {
  return takesCsv(async (app) => {
    app.post(
      '/audiences/import',
      {
        config: { takes: 'CSV: set Content-Type: text/csv', streams: true },
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
      ({ query, body }, reply) => {
        const into = 'name' in query ? query : { audienceId: query.audience_id };
        return readingCsv(body, reply, (csv) =>
          importFile({ transact, database }, into, query.on_error, csv),
        );
      },
    );
  });
}
