import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { EngineError, invalidRequest, MOST_DETAILS } from '../errors';
import { shapeFault } from './edge/json-shape';

/**
 * Accepts JSON only. Actions such as cancel have no body, but many clients send `application/json` anyway, so an empty
 * body counts as none.
 */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    const body = bytes as Buffer;
    if (body.length === 0) return done(null, undefined);
    const fault = isUtf8(body) ? shapeFault(body) : 'is not valid UTF-8. Encode it as UTF-8.';
    if (fault) return done(new EngineError('invalid_request', `The body ${fault}`));
    const text = body.toString('utf8');
    void parse(request, text, (error, parsed) => {
      if (error) done(notJson(text));
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
  const details = Object.keys(body)
    .slice(0, MOST_DETAILS + 1)
    .map((path) => ({
      path,
      code: 'unknown_field',
      message: 'is not a field of this request, which has none. Leave the body out.',
    }));
  if (details.length > 0) throw invalidRequest(details);
}
