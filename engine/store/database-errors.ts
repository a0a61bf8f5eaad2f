import { EngineError } from '../errors';

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
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isOutOfReach);
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && OUT_OF_REACH.test(code)) || OUT_OF_REACH_WORDS.test(error.message);
}
