import type { Statement, StatementResult } from '../../../../engine/store/sql/database';
import { openPglite } from '../../../../engine/store/embedded/open-pglite';
import { PgliteStatements } from '../../../../engine/store/embedded/pglite-statements';
import { PgliteThread } from '../../../../engine/store/embedded/pglite-thread';
import { embeddedDatabaseArchive } from '../../../support/servers/shared-servers';

const insert = (id: number): Statement => ({ text: 'INSERT INTO notes VALUES ($1)', values: [id] });
const alone = (text: string): Statement => ({ text, values: [] });

describe('PgliteStatements', () => {
  let thread: PgliteThread;
  let statements: PgliteStatements;

  beforeAll(async () => {
    thread = new PgliteThread();
    await openPglite(thread, undefined, await embeddedDatabaseArchive());
    statements = new PgliteStatements(thread, () => undefined);
    await run(alone('CREATE TABLE notes (id int PRIMARY KEY)'));
  });
  beforeEach(() => run(alone('DELETE FROM notes')));
  afterAll(() => thread.close());

  /** The result of one statement. */
  async function run(statement: Statement): Promise<StatementResult> {
    const [outcome] = await statements.run([statement]);
    if (outcome instanceof Error) throw outcome;
    return outcome!;
  }

  it('sends BEGIN with the statement that follows', async () => {
    const request = jest.spyOn(thread, 'request');
    expect((await run(alone('BEGIN'))).command).toBe('BEGIN');
    expect(statements.inTransaction).toBe(true);
    expect(request).not.toHaveBeenCalled();
    expect(await run(insert(1))).toMatchObject({ command: 'INSERT', rowCount: 1 });
    expect(statements.inTransaction).toBe(true);
    await run(alone('ROLLBACK'));
    expect(statements.inTransaction).toBe(false);
    expect(request).toHaveBeenCalledTimes(2);
    request.mockRestore();
    expect((await run(alone('SELECT id FROM notes'))).rows).toEqual([]);
  });

  it('leaves a failed transaction open if the statement after BEGIN fails', async () => {
    await run(alone('BEGIN'));
    await expect(run({ text: 'INSERT INTO nowhere VALUES ($1)', values: [1] })).rejects.toMatchObject({
      code: '42P01',
    });
    expect(statements.inTransaction).toBe(true);
    await expect(run(alone('SELECT 1'))).rejects.toMatchObject({ code: '25P02' });
    expect((await run(alone('COMMIT'))).command).toBe('ROLLBACK');
    expect(statements.inTransaction).toBe(false);
  });

  it('sends a whole transaction at once, and returns a result for each statement', async () => {
    const request = jest.spyOn(thread, 'request');
    await run(alone('BEGIN'));
    const outcomes = await statements.run([
      insert(1),
      { text: 'SELECT id FROM notes WHERE id = $1', values: [1] },
      insert(2),
      alone('COMMIT'),
    ]);
    expect(request).toHaveBeenCalledTimes(1);
    request.mockRestore();
    expect(outcomes.map((outcome) => (outcome as StatementResult).command)).toEqual([
      'INSERT',
      'SELECT',
      'INSERT',
      'COMMIT',
    ]);
    expect((outcomes[1] as StatementResult).rows).toEqual([{ id: 1 }]);
    expect(statements.inTransaction).toBe(false);
    expect((await run(alone('SELECT id FROM notes ORDER BY id'))).rows).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('rolls the transaction back if one statement fails, and each can be run again', async () => {
    await run(alone('BEGIN'));
    const [first, failed, refused, end] = await statements.run([
      insert(1),
      insert(1),
      { text: 'SELECT id FROM notes WHERE id > $1', values: [0] },
      alone('COMMIT'),
    ]);
    expect(first).toMatchObject({ command: 'INSERT' });
    expect(failed).toMatchObject({ code: '23505' });
    expect(refused).toMatchObject({ code: '25P02' });
    expect(end).toMatchObject({ command: 'ROLLBACK' });
    expect(statements.inTransaction).toBe(false);
    expect(await run({ text: 'SELECT id FROM notes WHERE id > $1', values: [0] })).toMatchObject({
      rows: [],
    });
    expect(await run(insert(1))).toMatchObject({ rowCount: 1 });
  });

  it('sends a transaction of one statement without BEGIN and COMMIT', async () => {
    const request = jest.spyOn(thread, 'request');
    await run(alone('BEGIN'));
    const outcomes = await statements.run([insert(1), alone('COMMIT')]);
    expect(outcomes.map((outcome) => (outcome as StatementResult).command)).toEqual(['INSERT', 'COMMIT']);
    expect(request).toHaveBeenCalledTimes(1);
    expect(Buffer.from(request.mock.calls[0]![0]).toString('latin1')).not.toMatch(/BEGIN|COMMIT/);
    request.mockRestore();
    expect(statements.inTransaction).toBe(false);
    await run(alone('ROLLBACK'));
    expect((await run(alone('SELECT id FROM notes'))).rows).toEqual([{ id: 1 }]);
  });

  it('leaves nothing open if that statement fails, and the next transaction is a real one', async () => {
    await run(insert(1));
    await run(alone('BEGIN'));
    const several = alone('INSERT INTO notes VALUES (2); INSERT INTO notes VALUES (1)');
    const [failed] = await statements.run([several, alone('COMMIT')]);
    expect(failed).toMatchObject({ code: '23505' });
    expect(statements.inTransaction).toBe(false);
    await run(alone('BEGIN'));
    await run(insert(3));
    expect(statements.inTransaction).toBe(true);
    await run(alone('ROLLBACK'));
    expect((await run(alone('SELECT id FROM notes'))).rows).toEqual([{ id: 1 }]);
  });
});
