import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serialize } from 'pg-protocol';
import { embeddedDatabaseArchive } from '../../../support/servers/shared-servers';
import { tempFolder } from '../../../support/servers/temp-folder';
import { openPglite } from '../../../../engine/store/embedded/open-pglite';
import { readAnswers } from '../../../../engine/store/embedded/pglite-statements';
import { PgliteThread } from '../../../../engine/store/embedded/pglite-thread';

async function openThread(): Promise<PgliteThread> {
  const thread = new PgliteThread();
  await openPglite(thread, undefined, await embeddedDatabaseArchive());
  return thread;
}

async function ask(thread: PgliteThread, sql: string) {
  const [answer] = readAnswers(await thread.request(serialize.query(sql)));
  return answer!;
}

describe('PgliteThread', () => {
  it('answers in order, and does not hold up the main thread', async () => {
    const thread = await openThread();
    const order: string[] = [];
    const slow = ask(thread, 'SELECT count(*) FROM generate_series(1, 1500000)').then(() =>
      order.push('slow'),
    );
    const quick = ask(thread, 'SELECT 1 AS one').then(({ result }) => {
      order.push('quick');
      expect(result.rows).toEqual([{ one: 1 }]);
    });
    const timer = new Promise((resolve) => setTimeout(resolve, 1)).then(() => order.push('timer'));
    await Promise.all([slow, quick, timer]);
    expect(order).toEqual(['timer', 'slow', 'quick']);
    await thread.close();
  });

  it('returns the error of a statement as an answer, and serves the next one', async () => {
    const thread = await openThread();
    const { error, inTransaction } = await ask(thread, 'BEGIN; SELECT * FROM nowhere');
    expect(error).toMatchObject({ code: '42P01' });
    expect(inTransaction).toBe(true);
    expect(await ask(thread, 'ROLLBACK')).toMatchObject({
      inTransaction: false,
      result: { command: 'ROLLBACK' },
    });
    await thread.close();
  });

  it('handles a big request and a big answer', async () => {
    const thread = await openThread();
    const { result } = await ask(
      thread,
      `SELECT length('${'x'.repeat(3_000_000)}') AS n, repeat('y', 3000000) AS y`,
    );
    expect(result.rows[0]).toMatchObject({ n: 3_000_000 });
    expect(String(result.rows[0]?.['y'])).toHaveLength(3_000_000);
    await thread.close();
  });

  it('rejects pending and later requests when the thread ends by itself, and reports it', async () => {
    const thread = await openThread();
    const asked = ask(thread, 'SELECT pg_sleep(1)');
    // Uses a private field, because PGlite cannot be made to fail from outside.
    void thread['worker'].terminate();
    await expect(asked).rejects.toThrow('The embedded database has stopped');
    expect((await thread.broken).message).toBe('The embedded database has stopped.');
    await expect(ask(thread, 'SELECT 1')).rejects.toThrow('The embedded database has stopped');
    await thread.close();
  });

  it('refuses a folder that is not a database, with the reason', async () => {
    const folder = await tempFolder('pglite-thread');
    await writeFile(join(folder.path, 'PG_VERSION'), '3\n');
    const thread = new PgliteThread();
    await expect(openPglite(thread, folder.path)).rejects.toThrow();
    await thread.close();
    await folder.remove();
  });

  it('closes without an error when the thread’s end is noticed before its answer', async () => {
    const thread = await openThread();
    const closed = thread.close();
    // Uses a private field, because the system decides which of the two comes first.
    thread['worker'].emit('exit', 0);
    await expect(closed).resolves.toBeUndefined();
    await expect(ask(thread, 'SELECT 1')).rejects.toThrow('has stopped');
    await new Promise((resolve) => thread['worker'].once('exit', resolve));
  });

  it('closes only once, and rejects requests after that', async () => {
    const thread = await openThread();
    await Promise.all([thread.close(), thread.close()]);
    await expect(ask(thread, 'SELECT 1')).rejects.toThrow('has stopped');
    const told = await Promise.race([thread.broken, new Promise((resolve) => setTimeout(resolve, 50))]);
    expect(told).toBeUndefined();
  });
});
