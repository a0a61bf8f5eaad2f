import { EngineError } from '../../../../engine/errors';
import { clientError } from '../../../../engine/store/sql/database-errors';

function fault(message: string, code?: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

describe('clientError', () => {
  it.each([
    fault('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED'),
    Object.assign(new AggregateError([fault('::1'), fault('127.0.0.1')]), { code: 'ECONNREFUSED' }),
    fault('getaddrinfo ENOTFOUND db', 'ENOTFOUND'),
    fault('terminating connection due to administrator command', '57P01'),
    fault('the database system is starting up', '57P03'),
    fault('sorry, too many clients already', '53300'),
    fault('terminating connection due to idle-in-transaction timeout', '25P03'),
    Object.assign(fault('database "x" is not currently accepting connections', '55000'), {
      severity: 'FATAL',
    }),
    fault('Connection terminated unexpectedly'),
    fault('timeout exceeded when trying to connect'),
    fault('Query read timeout'),
    fault('could not extend file', '53100'),
  ])('turns %s into unavailable and keeps its cause', (error) => {
    const shown = clientError(error);
    expect(shown).toBeInstanceOf(EngineError);
    expect(shown).toMatchObject({ code: 'unavailable', status: 503, cause: error });
    expect((shown as Error).message).not.toContain(error.message || 'AggregateError');
  });

  it.each([
    fault('duplicate key value violates unique constraint', '23505'),
    fault('could not serialize access', '40001'),
    Object.assign(fault('lastval is not yet defined in this session', '55000'), { severity: 'ERROR' }),
    fault('password authentication failed', '28P01'),
    new EngineError('conflict', 'It is sent already.'),
    new TypeError('x is not a function'),
    'a thrown string',
    undefined,
  ])('passes %s on unchanged', (error) => {
    expect(clientError(error)).toBe(error);
  });
});

it('names the disk of the server when that is full', () => {
  expect(clientError(fault('could not extend file', '53100'))).toMatchObject({
    message: 'The disk of the PostgreSQL server (DATABASE_URL) is full. Free space there, then try again.',
  });
});
