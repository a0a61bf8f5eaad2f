import { openPglite } from '../../../engine/store/open-pglite';
import { PgliteStatements } from '../../../engine/store/pglite-statement';
import { PgliteThread } from '../../../engine/store/pglite-thread';

describe('PgliteStatements', () => {
  let thread: PgliteThread;
  let statements: PgliteStatements;

  beforeAll(async () => {
    thread = new PgliteThread();
    await openPglite(thread, undefined, process.env['TEST_PREPARED_DATA']);
    statements = new PgliteStatements(thread, () => undefined);
    await statements.run('CREATE TABLE notes (id int PRIMARY KEY)');
  });
  afterAll(() => thread.close());

  test('BEGIN goes out with the statement that follows, and is open from its answer on', async () => {
    const request = jest.spyOn(thread, 'request');
    expect((await statements.run('BEGIN')).command).toBe('BEGIN');
    expect(statements.inTransaction).toBe(true);
    expect(request).not.toHaveBeenCalled();
    expect(await statements.run('INSERT INTO notes VALUES ($1)', [1])).toMatchObject({ rowCount: 1 });
    expect(statements.inTransaction).toBe(true);
    await statements.run('ROLLBACK');
    expect(statements.inTransaction).toBe(false);
    expect(request).toHaveBeenCalledTimes(2);
    request.mockRestore();
    expect((await statements.run('SELECT id FROM notes')).rows).toEqual([]);
  });

  test('where the statement after BEGIN fails, the transaction is open and failed', async () => {
    await statements.run('BEGIN');
    await expect(statements.run('INSERT INTO nowhere VALUES ($1)', [1])).rejects.toMatchObject({
      code: '42P01',
    });
    expect(statements.inTransaction).toBe(true);
    await expect(statements.run('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
    expect((await statements.run('COMMIT')).command).toBe('ROLLBACK');
    expect(statements.inTransaction).toBe(false);
  });
});
