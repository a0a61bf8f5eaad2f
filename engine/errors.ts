/**
 * One thing wrong with a request. `path` is the field's path in the body ('' for the whole body), `code` never
 * changes, and `message` continues a sentence that begins with the path: `is in the past. Use a later time.`
 */
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

/** An error for the client. Its message says what is wrong, then what to do. */
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

/** No such resource in this key's mode. `what` is the resource's name, such as "message". */
export function notFound(what: string, id: string): EngineError {
  return new EngineError('not_found', `No ${what} ${id} found for this key.`);
}

/**
 * An account has as many of something as it may have.
 * @param what in the plural, such as "webhooks". @param variable the setting that limits them
 */
export function tooManyOf(what: string, most: number, variable: string): EngineError {
  const message = `There are ${most} ${what} already, which is the most. Delete those that are no longer used, or set ${variable} to a higher number.`;
  return new EngineError('conflict', message);
}

/** A detail as a full sentence: `send_at is in the past. Use a later time.` */
export function sentenceOf({ path, message }: Pick<ErrorDetail, 'path' | 'message'>): string {
  return `${path || 'The body'} ${message}`;
}

/** The most faults that an answer lists. */
export const MOST_DETAILS = 100;

/** Faults that give the error its code, if a request has no others: a number that is not linked, an unknown id. */
const ALONE = ['from_not_linked', 'not_found'] as const;

/**
 * A request that fails validation. The message repeats the first fault, so it makes sense without the details. See also
 * `ALONE`.
 */
export function invalidRequest(faults: readonly ErrorDetail[], status: 400 | 422 = 400): EngineError {
  const details = faults.slice(0, MOST_DETAILS);
  const [first, ...others] = details;
  const rest = faults.length > details.length ? ', and there are others' : '';
  const more = others.length > 0 ? ` (${others.length} more in details${rest}.)` : '';
  const message = first ? `${sentenceOf(first)}${more}` : 'The request is not valid.';
  const alone = ALONE.find((code) => faults.every((fault) => fault.code === code));
  if (first && alone) return new EngineError(alone, message, { details });
  return new EngineError('invalid_request', message, { details, status });
}

/** What the domain's parsers return. */
type Parsed = { ok: true } | { ok: false; code: string; message: string };

/** Returns the parsed value. @throws EngineError `invalid_request` at `path` if parsing failed */
export function validOrThrow<Result extends Parsed>(
  path: string,
  parsed: Result,
): Extract<Result, { ok: true }> {
  const faults = new Faults();
  const valid = faults.read(path, parsed);
  if (!valid) throw invalidRequest(faults.details);
  return valid;
}

/** What a check found wrong. `path` is relative to the checked value. */
type Fault = Pick<ErrorDetail, 'code' | 'message'> & { path?: string };

/** More faults than this are not even collected: nobody will read them. */
const MOST_COLLECTED = 10 * MOST_DETAILS;

/**
 * Collects everything wrong with a request, so that one error reports every bad field.
 *
 *     const faults = new Faults();
 *     const recipient = faults.read('to', parseRecipient(input.to));   // null if invalid
 *     faults.note('media.url', checkMediaUrl(input.media.url));
 *     input.steps.forEach((step, i) => readStep(step, faults.within(`steps.${i}`)));
 *     faults.throwIfAny();
 */
export class Faults {
  constructor(
    readonly details: ErrorDetail[] = [],
    private readonly base = '',
  ) {}

  /** The same list of faults, for a value nested at `path`. */
  within(path: string): Faults {
    return new Faults(this.details, this.pathOf(path));
  }

  add(path: string, code: string, message: string): void {
    if (this.details.length < MOST_COLLECTED) this.details.push({ path: this.pathOf(path), code, message });
  }

  /** Adds what a check of the value at `path` found, if anything. */
  note(path: string, ...found: ReadonlyArray<Fault | null>): void {
    for (const fault of found) if (fault) this.within(path).add(fault.path ?? '', fault.code, fault.message);
  }

  /** Returns the parsed value; if parsing failed, notes the fault and returns null. */
  read<Result extends Parsed>(path: string, parsed: Result): Extract<Result, { ok: true }> | null {
    if (parsed.ok) return parsed as Extract<Result, { ok: true }>;
    this.note(path, parsed);
    return null;
  }

  /** The full path in the body. */
  pathOf(path: string): string {
    return [this.base, path].filter((part) => part !== '').join('.');
  }

  /** @throws EngineError `invalid_request` with every fault noted so far */
  throwIfAny(status: 400 | 422 = 400): void {
    if (this.details.length > 0) throw invalidRequest(this.details, status);
  }
}
