import type { FastifyInstance } from 'fastify';
import { EngineError } from '../../errors';

/** Refuses compressed bodies: a few kilobytes could unpack to gigabytes, and no body here is long enough to need it. */
export function refuseEncodedBodies(app: FastifyInstance): void {
  app.addHook('preParsing', async ({ headers }, _reply, payload) => {
    const encoding = headers['content-encoding']?.trim().toLowerCase();
    if (encoding && encoding !== 'identity')
      throw new EngineError('invalid_request', 'The body is compressed. Send it without Content-Encoding.', {
        status: 415,
      });
    return payload;
  });
}
