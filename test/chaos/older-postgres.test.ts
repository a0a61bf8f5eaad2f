import { mkdir, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { systemClock } from '../../engine/async/clock';
import { withOlderPglite } from '../../engine/backup/older-pglite';
import { checkBackup, restoreBackup } from '../../engine/backup/restore-backup';
import { writeBackup } from '../../engine/backup/write-backup';
import { migrate } from '../../engine/store/sql/migrate';
import type { Database } from '../../engine/store/sql/database';
import { contentsOf, fillTables } from '../integration/backup/fill-tables';
import { run } from '../support/servers/child-server';
import { freshDatabase } from '../support/servers/fresh-database';
import { tempFolder, type TempFolder } from '../support/servers/temp-folder';
import { fullOrShort } from './size';

/** PostgreSQL 16 and 17. They are installed for this, 25 MB each, only in a full run. */
const VERSIONS = fullOrShort(['0.2.17', '0.4.6'], []);

describe('An embedded database of an older PostgreSQL', () => {
  let folder: TempFolder;
  beforeAll(async () => {
    folder = await tempFolder('older');
  });
  afterAll(() => folder.remove());

  it('is backed up with the package that made it, and restored into this one', async () => {
    for (const version of VERSIONS) {
      const packageFolder = await install(version);
      const dataDir = join(folder.path, version);
      await makeOldStore(packageFolder, dataDir);
      const major = (await readFile(join(dataDir, 'database', 'PG_VERSION'), 'utf8')).trim();
      expect(Number(major)).toBeLessThan(18);
      const file = join(folder.path, `${version}.backup`);
      let before: Record<string, string[]> = {};
      const written = await withOlderPglite(packageFolder, dataDir, async (sql) => {
        before = await contentsOf({
          transaction: (work: (tx: object) => unknown) => work(sql),
        } as unknown as Database);
        return writeBackup(sql, { file, encryptionKey: null, now: new Date(), onProgress: () => undefined });
      });
      expect(written.rows).toBe(Object.values(before).flat().length);
      expect(written.rows).toBeGreaterThan(60);
      expect((await checkBackup(file)).postgresql).toMatch(new RegExp(`^${major}\\.`));
      // The files are as they were, and nothing is left beside them.
      expect(await readdir(dataDir)).toEqual(['database']);

      const { database, cleanup } = await freshDatabase('pglite');
      await restoreBackup(database, { file, clock: systemClock, due: 'send', onProgress: () => undefined });
      const { session_leases: _leases, ...rest } = before;
      expect(await contentsOf(database)).toMatchObject(rest);
      await cleanup();
    }
  });

  it('needs a PGlite', async () => {
    const nothing = (): Promise<unknown> => withOlderPglite(folder.path, folder.path, async () => null);
    await expect(nothing()).rejects.toThrow(
      `There is no PGlite in ${folder.path}. Install it, for example: npm install`,
    );
  });

  /** @returns the folder of the package */
  async function install(version: string): Promise<string> {
    const prefix = join(folder.path, `pglite-${version}`);
    await mkdir(prefix);
    await run('npm', [
      'install',
      '--no-audit',
      '--no-fund',
      '--prefix',
      prefix,
      `@electric-sql/pglite@${version}`,
    ]);
    return join(prefix, 'node_modules', '@electric-sql', 'pglite');
  }

  /** A data folder as an engine with that PGlite would have left it. */
  async function makeOldStore(packageFolder: string, dataDir: string): Promise<void> {
    const { PGlite } = createRequire(__filename)(join(packageFolder, 'dist', 'index.cjs')) as {
      PGlite: new (folder: string) => OldPglite;
    };
    await mkdir(dataDir);
    const old = new PGlite(join(dataDir, 'database'));
    const sql = {
      // The text of a migration holds many statements.
      query: async (text: string, params?: unknown[]) =>
        params ? (await old.query(text, params)).rows : ((await old.exec(text)).at(-1)?.rows ?? []),
    };
    const transaction = async (work: (tx: object) => Promise<unknown>): Promise<unknown> => {
      await old.exec('BEGIN');
      const result = await work(sql);
      await old.exec('COMMIT');
      return result;
    };
    const database = { ...sql, transaction } as unknown as Database;
    await migrate(database);
    await old.exec('SET search_path TO blueticks');
    await fillTables(database);
    await old.close();
  }
});

interface OldPglite {
  exec(text: string): Promise<{ rows: unknown[] }[]>;
  query(text: string, params: unknown[]): Promise<{ rows: unknown[] }>;
  close(): Promise<void>;
}
