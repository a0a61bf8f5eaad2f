import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase, type DatabaseOptions } from '../../../engine/store/open-database';
import { migrate } from '../../../engine/store/sql/migrate';
import { freshDatabase } from '../../support/servers/fresh-database';
import { embeddedDatabaseArchive } from '../../support/servers/shared-servers';
import { silentLog } from '../../support/servers/silent-log';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { ended, forkTypeScript } from '../../support/servers/typescript-child';

describe('openDatabase, embedded', () => {
  let folder: TempFolder;
  let options: DatabaseOptions;

  beforeEach(async () => {
    folder = await tempFolder('data');
    const preparedData = await embeddedDatabaseArchive();
    options = { dataDir: join(folder.path, 'a', 'b'), databaseUrl: null, log: silentLog, preparedData };
  });
  afterEach(() => folder.remove());

  it('creates a private folder from the archive, and keeps what was written', async () => {
    const first = await openDatabase(options);
    expect(first.kind).toBe('embedded');
    expect(await migrate(first)).toEqual([]);
    await first.query('CREATE TABLE kept AS SELECT 1 AS id');
    expect((await stat(options.dataDir)).mode & 0o777).toBe(0o700);
    await first.close();
    expect(await readdir(options.dataDir)).toEqual(['database']);

    const again = await openDatabase(options);
    expect(await again.query('SELECT id FROM kept')).toEqual([{ id: 1 }]);
    await again.close();
  });

  it('works without the archive', async () => {
    const database = await openDatabase({ ...options, preparedData: join(folder.path, 'none.tar.gz') });
    expect((await migrate(database)).length).toBeGreaterThan(0);
    expect(await database.query('SELECT count(*)::int AS messages FROM messages')).toEqual([{ messages: 0 }]);
    await database.close();
  });

  it('refuses a folder that is in use', async () => {
    const first = await openDatabase(options);
    await expect(openDatabase(options)).rejects.toThrow('is in use by another engine');
    await first.close();
  });

  it('releases the folder if it cannot open the database', async () => {
    await mkdir(options.dataDir, { recursive: true });
    await writeFile(join(options.dataDir, 'database'), 'in the way');
    await expect(openDatabase(options)).rejects.toThrow();
    expect(await readdir(options.dataDir)).not.toContain('engine.lock');
  });

  it('starts over if a process died while it created the database', async () => {
    await mkdir(join(options.dataDir, 'database'), { recursive: true });
    await writeFile(join(options.dataDir, 'database', 'PG_VERSION'), '18');
    await writeFile(join(options.dataDir, 'database.unfinished'), '');
    const database = await openDatabase(options);
    expect(await migrate(database)).toEqual([]);
    await database.close();
    expect(await readdir(options.dataDir)).toEqual(['database']);
  });

  it('keeps every acknowledged row when the process is killed', async () => {
    const written: number[] = [];
    for (let round = 0; round < 2; round++) {
      const child = forkTypeScript(join(__dirname, 'database-child.ts'), [
        options.dataDir,
        options.preparedData!,
      ]);
      const enough = written.length + 40;
      await new Promise<void>((resolve, reject) => {
        child.on('exit', () => reject(new Error('The child ended by itself.')));
        child.on('message', (id: number) => {
          written.push(id);
          if (written.length === enough) resolve();
        });
      });
      await sleep(7);
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
      await ended(child);
    }
    const database = await openDatabase(options);
    const rows = await database.query<{ id: number }>('SELECT id FROM kept');
    const kept = new Set(rows.map(({ id }) => id));
    expect(written.filter((id) => !kept.has(id))).toEqual([]);
    await database.close();
  });
});

describe('openDatabase on a server', () => {
  const options = { dataDir: tmpdir(), log: silentLog };

  it('reports that the server cannot be reached', async () => {
    const opening = openDatabase({ ...options, databaseUrl: 'postgresql://postgres@127.0.0.1:1/x' });
    await expect(opening).rejects.toMatchObject({ code: 'unavailable', status: 503 });
  });

  it('survives the loss of its connections, idle or in a transaction', async () => {
    const fresh = await freshDatabase('postgres');
    const other = await openDatabase({ ...options, databaseUrl: fresh.url });
    const cut = (): Promise<unknown> =>
      other.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
    await fresh.database.query('SELECT 1');
    await cut();
    await sleep(100);
    await expect(fresh.database.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);

    const work = fresh.database.transaction(async (tx) => {
      await tx.query('CREATE TABLE half ()');
      await cut();
      await sleep(100);
      await tx.query('SELECT 1');
    });
    await expect(work).rejects.toMatchObject({ code: 'unavailable' });
    await expect(fresh.database.query("SELECT to_regclass('half')::text AS half")).resolves.toEqual([
      { half: null },
    ]);
    await other.close();
    await fresh.cleanup();
  });
});
