import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '../domain/ids';
import { EngineError } from '../errors';

/** Answers every error in the contract's form, without stack traces or anything that belongs in logs only. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = toEngineError(error, request);
  if (known.status >= 500)
    request.log.error({ err: error, route: request.routeOptions.url }, 'a request failed');
  if (known.options.retryAfterSeconds)
    void reply.header('retry-after', String(known.options.retryAfterSeconds));
  // Set here too: an error before the first hook, such as an unreadable path, does not have it yet.
  return reply
    .status(known.status)
    .header('x-request-id', request.id)
    .send({
      error: {
        code: known.code,
        message: known.message,
        request_id: request.id,
        ...(known.options.details ? { details: known.options.details } : {}),
      },
    });
}

/** Answers requests that are not valid HTTP in the same form, if the connection is still writable. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'The headers are too long. Send at most 16 KiB.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The request did not arrive in time. Send it again.']
        : ['400 Bad Request', 'This is not an HTTP request.'];
  const id = newId('request');
  const body = JSON.stringify({ error: { code: 'invalid_request', message, request_id: id } });
  socket.write(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nX-Request-Id: ${id}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  // Not just its writing half: the client might never close the other one.
  socket.destroySoon();
}

function toEngineError(error: unknown, request: FastifyRequest): EngineError {
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
        `The body must be ${request.routeOptions.config.takes ?? 'JSON: set Content-Type: application/json'}.`,
        { status: 415 },
      );
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new EngineError('invalid_request', 'The body does not have the length in Content-Length.');
    case 'FST_ERR_BAD_URL':
      return new EngineError(
        'invalid_request',
        'The path is not valid. A % must start an escape such as %20.',
      );
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new EngineError('not_found', 'The path contains an id that is not valid.');
    default:
  }
  if ((error as FastifyError).statusCode === 400)
    return new EngineError('invalid_request', 'The request is not valid HTTP.');
  return new EngineError(
    'internal_error',
    'Something went wrong in the engine. Look for the request id in its log.',
  );
}
