import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { EngineError, invalidRequest } from '../errors';

/**
 * Accepts JSON only. Actions such as cancel have no body, but many clients send `application/json` anyway, so an empty
 * body counts as none.
 */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    const body = text as string;
    if (body === '') return done(null, undefined);
    void parse(request, body, (error, parsed) => {
      if (error) done(notJson(body));
      else done(null, parsed);
    });
  });
}

/** Says where the JSON is broken. The only other thing that the parser refuses are keys that change prototypes. */
function notJson(body: string): EngineError {
  let fault = 'it has a key named __proto__ or constructor.prototype, which is never accepted';
  try {
    JSON.parse(body);
  } catch (error) {
    fault = (error as Error).message;
  }
  return new EngineError('invalid_request', `The body is not valid JSON: ${fault.replace(/\.$/, '')}.`);
}

/** Refuses fields sent to a route without any, as unknown fields are refused everywhere. */
export async function refuseStrayBody(request: FastifyRequest): Promise<void> {
  const { body, routeOptions } = request;
  if (routeOptions.schema?.body || body === undefined || body === null) return;
  // A route that accepts something other than JSON reads it itself.
  if (body instanceof Readable) return;
  if (typeof body !== 'object' || Array.isArray(body)) {
    throw invalidRequest([
      { path: '', code: 'unknown_field', message: 'is not used by this path. Leave it out.' },
    ]);
  }
  const details = Object.keys(body).map((path) => ({
    path,
    code: 'unknown_field',
    message: 'is not a field of this request, which has none. Leave the body out.',
  }));
  if (details.length > 0) throw invalidRequest(details);
}
