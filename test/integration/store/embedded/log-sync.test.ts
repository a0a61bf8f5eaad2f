import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../../../engine/store/embedded/embedded-postgres';
import { LogSync } from '../../../../engine/store/embedded/log-sync';
import { PglitePool } from '../../../../engine/store/embedded/pglite-pool';
import { embeddedDatabaseArchive } from '../../../support/servers/shared-servers';
import { tempFolder, type TempFolder } from '../../../support/servers/temp-folder';

describe('LogSync', () => {
  let folder: TempFolder;
  let file: number;
  let sync: LogSync;
  /** How often PostgreSQL has asked, how often that was done, and where. */
  let fields: Int32Array;

  beforeEach(async () => {
    folder = await tempFolder('log-sync');
    file = openSync(join(folder.path, 'log'), 'w');
    sync = new LogSync();
    fields = new Int32Array(sync.memory);
    fields[2] = file;
  });
  afterEach(() => folder.remove());

  it('syncs once for all commits so far', async () => {
    fields[0] = 5;
    await Promise.all([sync.finished(), sync.finished(), sync.finished()]);
    expect(fields[1]).toBe(5);
    closeSync(file);
    // Nothing to do: it does not even look at the file.
    await sync.finished();
  });

  it('does not count a commit that comes during a sync, but syncs again for it', async () => {
    fields[0] = 1;
    const first = sync.finished();
    fields[0] = 2;
    const second = sync.finished();
    await first;
    expect(fields[1]).toBe(1);
    await second;
    expect(fields[1]).toBe(2);
    closeSync(file);
  });

  it('counts on where the number overflows', async () => {
    fields[0] = -(2 ** 31);
    fields[1] = 2 ** 31 - 1;
    await sync.finished();
    expect(fields[1]).toBe(-(2 ** 31));
    closeSync(file);
  });

  it('passes an error of the disk on, and still does so when it is asked again', async () => {
    closeSync(file);
    fields[0] = 1;
    await expect(sync.finished()).rejects.toMatchObject({ code: 'EBADF' });
    await expect(sync.finished()).rejects.toMatchObject({ code: 'EBADF' });
  });

  it('does not mind a file that the database’s thread has synced and closed', async () => {
    closeSync(file);
    fields[0] = 1;
    const finished = sync.finished();
    fields[1] = 1;
    await finished;
  });
});

describe('a disk that fails', () => {
  it('ends the database, and nothing is acknowledged', async () => {
    const folder = await tempFolder('failing-disk');
    const postgres = new EmbeddedPostgres(folder.path, await embeddedDatabaseArchive());
    await postgres.open();
    const pool = new PglitePool(postgres.thread);
    await pool.query('CREATE TABLE public.kept (id int)');

    replaceLog(folder.path);
    await expect(pool.query('INSERT INTO public.kept VALUES (1)')).rejects.toThrow('has stopped');
    expect((await postgres.lost).cause).toMatchObject({ syscall: 'fsync' });
    await expect(pool.query('SELECT 1')).rejects.toThrow('has stopped');
    await postgres.close();
    await folder.remove();
  });
});

/** From now on, PostgreSQL writes its log to a device that takes everything and cannot be synced. */
function replaceLog(dataDir: string): void {
  const log = readdirSync('/proc/self/fd')
    .map(Number)
    .find((fd) => linkOf(fd).startsWith(join(dataDir, 'database', 'pg_wal', '0')));
  closeSync(log!);
  const opened = openSync('/dev/null', 'r+');
  if (opened !== log) throw new Error('Another file got the number of the log.');
}

function linkOf(fd: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}
