/** One field's fault: where it is, a stable word for it, and what is wrong and how to mend it. */
export interface ErrorDetail {
  path: string;
  code: string;
  message: string;
}

/** Every code that a client can get, with the HTTP status it normally comes with. */
export const ERROR_STATUS = {
  invalid_request: 400,
  authentication_required: 401,
  permission_denied: 403,
  not_found: 404,
  idempotency_key_conflict: 409,
  no_active_session: 409,
  ambiguous_session: 409,
  conflict: 409,
  payload_too_large: 413,
  from_not_linked: 422,
  rate_limited: 429,
  internal_error: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** An error that is meant for the client: its message says what is wrong and what to do. */
export class EngineError extends Error {
  readonly status: number;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly options: { details?: ErrorDetail[]; status?: number; retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.name = 'EngineError';
    this.status = options.status ?? ERROR_STATUS[code];
  }
}

/** A body or query that fails validation; the message repeats the first fault so that it can stand alone. */
export function invalidRequest(details: ErrorDetail[], status: 400 | 422 = 400): EngineError {
  const first = details[0];
  const more = details.length > 1 ? ` (and ${details.length - 1} more)` : '';
  const message = first ? `${first.path || 'body'}: ${first.message}${more}` : 'The request is not valid.';
  return new EngineError('invalid_request', message, { details, status });
}

/** No such resource in this key's mode. `what` is the resource's word, e.g. "message". */
export function notFound(what: string, id: string): EngineError {
  return new EngineError('not_found', `There is no ${what} ${id} that this key can see.`);
}
