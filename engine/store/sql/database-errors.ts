import { EngineError } from '../../errors';

/**
 * Socket errors, and SQLSTATEs of a server that is stopping, starting or full (classes 08, 53, 57P), or that has given up
 * on a connection whose process stood still in a transaction (25P03).
 */
const OUT_OF_REACH =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08.{3}|53.{3}|57P.{2}|25P03)$/;

/** Errors of pg itself for a connection that was refused or lost. They carry no code. */
const OUT_OF_REACH_TEXT =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/;

/** The error to show to a caller: `unavailable` if the database cannot be reached, otherwise `error` itself. */
export function clientError(error: unknown): unknown {
  if (!isOutOfReach(error)) return error;
  const unavailable = new EngineError(
    'unavailable',
    isDiskFull(error)
      ? 'The disk of the PostgreSQL server (DATABASE_URL) is full. Free space there, then try again.'
      : 'The database cannot be reached. Try again when it is back.',
  );
  unavailable.cause = error;
  return unavailable;
}

/**
 * Whether PostgreSQL ended a transaction because it and others waited for each other (deadlock_detected), or could not be put
 * in an order (serialization_failure). Nothing of it was done, and it may be run again.
 */
export function isConflict(error: unknown): boolean {
  const { code } = (error ?? {}) as Record<string, unknown>;
  return code === '40P01' || code === '40001';
}

/** Whether the server did not answer a statement in time; see `openPostgresPool`. */
export function isUnanswered(error: unknown): boolean {
  const reason = error instanceof EngineError ? error.cause : error;
  return reason instanceof Error && reason.message === 'Query read timeout';
}

/** The error to show to a caller when repeating did not help. */
export function stillInConflict(error: unknown): EngineError {
  const busy = new EngineError(
    'unavailable',
    'Too many changes at once. Nothing was done. Try again in a moment.',
  );
  busy.cause = error;
  return busy;
}

function isDiskFull(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === '53100';
}

function isOutOfReach(error: unknown): boolean {
  const { code, message, severity } = (error ?? {}) as Record<string, unknown>;
  // With FATAL: the database accepts no connections for a while. Without it, the error is about something else.
  if (code === '55000') return severity === 'FATAL';
  if (typeof code === 'string') return OUT_OF_REACH.test(code);
  return typeof message === 'string' && OUT_OF_REACH_TEXT.test(message);
}
