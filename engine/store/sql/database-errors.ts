import { EngineError } from '../../errors';

/** Socket faults, and SQLSTATEs of a server that is going down, starting, full, or refusing us (class 08, 53, 57P). */
const OUT_OF_REACH =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08.{3}|53.{3}|57P.{2})$/;

/** pg's own errors for a connection that could not be had or got lost carry no code. */
const OUT_OF_REACH_WORDS =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** The error that a caller gets for `error`: `unavailable` when the database is out of reach, else `error` itself. */
export function clientError(error: unknown): unknown {
  if (!isOutOfReach(error)) return error;
  const unavailable = new EngineError(
    'unavailable',
    'The database is out of reach. Try again when it is back.',
  );
  unavailable.cause = error;
  return unavailable;
}

function isOutOfReach(error: unknown): boolean {
  const { code, message, severity } = (error ?? {}) as Record<string, unknown>;
  // A database that takes no connections for a while; without FATAL it is about something else than the connection.
  if (code === '55000') return severity === 'FATAL';
  if (typeof code === 'string') return OUT_OF_REACH.test(code);
  return typeof message === 'string' && OUT_OF_REACH_WORDS.test(message);
}
