import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { EngineError } from '../errors';

/** Answers every error in the contract's one form; never with a stack trace, never with what only logs may hold. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = toEngineError(error);
  if (known.status >= 500)
    request.log.error({ err: error, route: request.routeOptions.url }, 'a request failed');
  if (known.options.retryAfterSeconds)
    void reply.header('retry-after', String(known.options.retryAfterSeconds));
  return reply.status(known.status).send({
    error: {
      code: known.code,
      message: known.message,
      request_id: request.id,
      ...(known.options.details ? { details: known.options.details } : {}),
    },
  });
}

function toEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  switch ((error as FastifyError).code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new EngineError(
        'payload_too_large',
        'The body is over 16 MiB. Send media by url, or a smaller batch.',
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new EngineError(
        'invalid_request',
        'The body must be JSON: set Content-Type: application/json.',
        {
          status: 415,
        },
      );
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new EngineError('invalid_request', 'The body is not valid JSON.');
    default:
  }
  if (error instanceof SyntaxError) return new EngineError('invalid_request', 'The body is not valid JSON.');
  if ((error as FastifyError).statusCode === 400)
    return new EngineError('invalid_request', 'The request is malformed.');
  return new EngineError(
    'internal_error',
    'Something went wrong in the engine; its log says what, by the request id.',
  );
}
