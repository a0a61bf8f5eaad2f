import { copyFile, readFile, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { systemClock } from '../../../engine/async/clock';
import { DamagedBackup, FORMAT, type Header } from '../../../engine/backup/backup-format';
import { readBackup } from '../../../engine/backup/read-backup';
import { checkBackup, restoreBackup, type RestoreOptions } from '../../../engine/backup/restore-backup';
import { beginSnapshot } from '../../../engine/backup/table-rows';
import { writeBackup, type WrittenBackup } from '../../../engine/backup/write-backup';
import { ensureSandboxSession } from '../../../engine/store/tables/sessions';
import type { Database } from '../../../engine/store/sql/database';
import { DATABASE_KINDS, freshDatabase, type FreshDatabase } from '../../support/servers/fresh-database';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { contentsOf, fillTables } from './fill-tables';

const NOTHING = { onHeader: () => undefined, onRows: () => undefined };

function backUp(database: Database, file: string): Promise<WrittenBackup> {
  return database.transaction(async (tx) => {
    await beginSnapshot(tx);
    const encryptionKey = { fingerprint: 'f', hex: '00' };
    return writeBackup(tx, { file, encryptionKey, now: new Date(), onProgress: () => undefined });
  });
}

const restore = (database: Database, file: string, more: Partial<RestoreOptions> = {}) =>
  restoreBackup(database, { file, clock: systemClock, due: 'send', onProgress: () => undefined, ...more });

describe('A backup', () => {
  let folder: TempFolder;
  const stores = {} as Record<(typeof DATABASE_KINDS)[number], FreshDatabase>;
  let file: string;

  beforeAll(async () => {
    folder = await tempFolder('backup');
    file = join(folder.path, 'store.backup');
    for (const kind of DATABASE_KINDS) stores[kind] = await freshDatabase(kind);
    await fillTables(stores.pglite.database);
    await backUp(stores.pglite.database, file);
  });
  afterAll(async () => {
    for (const store of Object.values(stores)) await store.cleanup();
    await folder.remove();
  });

  it('restores every column of every table, from one store to the other and back', async () => {
    const before = await contentsOf(stores.pglite.database);
    expect(Object.entries(before).filter(([, rows]) => rows.length === 0)).toEqual([]);
    // A lease of the past is over.
    const { session_leases: leases, ...rest } = before;
    await restore(stores.postgres.database, file);
    const there = await contentsOf(stores.postgres.database);
    expect(there).toMatchObject(rest);
    expect(there['session_leases']).toHaveLength(leases!.length);

    const second = join(folder.path, 'second.backup');
    await backUp(stores.postgres.database, second);
    const back = await freshDatabase('pglite');
    await restore(back.database, second);
    expect(await contentsOf(back.database)).toMatchObject(rest);
    await back.cleanup();
  });

  it('restores all, or nothing; also where an engine has been started already', async () => {
    const { database, cleanup } = await freshDatabase('postgres');
    await ensureSandboxSession(database, 'ses_x', '+15005550100', new Date());
    const before = await contentsOf(database);
    const cut = join(folder.path, 'cut.backup');
    await writeFile(cut, (await readFile(file)).subarray(0, -40));
    await expect(restore(database, cut)).rejects.toThrow('is damaged');
    expect(await contentsOf(database)).toEqual(before);
    await restore(database, file);
    expect((await contentsOf(database))['messages']).toHaveLength(3);
    await cleanup();
  });

  it('can be read by its owner only, and leaves nothing else', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder.path)).filter((name) => name.includes('part'))).toEqual([]);
  });

  it('has nothing under its name until it is whole, and removes what a killed one left', async () => {
    const target = join(folder.path, 'broken.backup');
    // No process has this number.
    await writeFile(`${target}.4194305.part`, 'half');
    const failing = backUp(
      {
        ...stores.pglite.database,
        transaction: (work) =>
          stores.pglite.database.transaction((tx) =>
            work({
              ...tx,
              write: () => undefined,
              async query(text, params) {
                if (text.startsWith('FETCH')) throw new Error('gone');
                return tx.query(text, params);
              },
            }),
          ),
      } as Database,
      target,
    );
    await expect(failing).rejects.toThrow('gone');
    expect((await readdir(folder.path)).filter((name) => name.startsWith('broken'))).toEqual([]);
  });

  it('says so if the file cannot be written', async () => {
    const writing = backUp(stores.pglite.database, join(folder.path, 'absent', 'a.backup'));
    await expect(writing).rejects.toThrow(/cannot be written \(ENOENT.* Create its folder first\./);
  });

  it('says what is damaged, wherever it is', async () => {
    const bytes = await readFile(file);
    const damaged = join(folder.path, 'damaged.backup');
    await fc.assert(
      // The first ten bytes are gzip's header, in which a time and a name may be anything.
      fc.asyncProperty(
        fc.integer({ min: 10, max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const copy = Buffer.from(bytes);
          copy[at]! ^= flip;
          await writeFile(damaged, copy);
          await expect(readBackup(damaged, NOTHING)).rejects.toThrow(
            /is damaged|is not a backup|newer engine/,
          );
        },
      ),
      { numRuns: 60 },
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
        await copyFile(file, damaged);
        await truncate(damaged, length);
        await expect(readBackup(damaged, NOTHING)).rejects.toThrow(/is damaged|is not a backup/);
      }),
      { numRuns: 30 },
    );
  });

  it('names the table that is damaged', async () => {
    const lines = gunzipSync(await readFile(file))
      .toString()
      .split('\n');
    const [damaged, first] = [
      join(folder.path, 'named.backup'),
      lines.findIndex((line) => line.includes('webhooks.id 0')),
    ];
    const write = (edited: string[]): Promise<void> => writeFile(damaged, gzipSync(edited.join('\n')));

    await write(lines.map((line, index) => (index === first ? line.replace('enabled', 'disabled') : line)));
    await expect(readBackup(damaged, NOTHING)).rejects.toThrow(
      'the checksum of the table webhooks differs from its rows',
    );
    await write(lines.filter((_, index) => index !== first));
    await expect(readBackup(damaged, NOTHING)).rejects.toThrow('the table webhooks has 2 rows, not 3');
    await write([...lines.slice(0, -2), lines.at(-2)!.replace(/"sha256":"./, '"sha256":"x'), '']);
    await expect(readBackup(damaged, NOTHING)).rejects.toThrow(DamagedBackup);
    await write(lines.slice(0, -2).concat(''));
    await expect(readBackup(damaged, NOTHING)).rejects.toThrow('cannot be read beyond its last table');
  });

  describe('is refused', () => {
    const edited = async (edit: (header: Header) => Partial<Header>): Promise<string> => {
      const path = join(folder.path, 'edited.backup');
      const [first, ...rest] = gunzipSync(await readFile(file))
        .toString()
        .split('\n');
      const header = JSON.parse(first!) as Header;
      await writeFile(path, gzipSync([JSON.stringify({ ...header, ...edit(header) }), ...rest].join('\n')));
      return path;
    };

    it('if a newer engine made it', async () => {
      const format = await edited(() => ({ blueticks_backup: FORMAT + 1, engine: '9.0.0' }));
      await expect(checkBackup(format)).rejects.toThrow('was made by a newer engine (9.0.0)');
      const schema = await edited(({ migrations }) => ({ migrations: [...migrations, '999_future.sql'] }));
      await expect(checkBackup(schema)).rejects.toThrow('999_future.sql is unknown here');
    });

    it('if it is another kind of file', async () => {
      const other = join(folder.path, 'other');
      await writeFile(other, 'hello');
      await expect(checkBackup(other)).rejects.toThrow('is not a backup');
      await writeFile(other, gzipSync('{"a":1}\n'));
      await expect(checkBackup(other)).rejects.toThrow('is not a backup');
      await expect(checkBackup(join(folder.path, 'absent'))).rejects.toThrow(
        'cannot be read (ENOENT). Check the path.',
      );
    });

    it('by a store that holds data, which stays as it is', async () => {
      const before = await contentsOf(stores.pglite.database);
      await expect(restore(stores.pglite.database, file)).rejects.toThrow(
        /This store holds data already \(.*messages/,
      );
      expect(await contentsOf(stores.pglite.database)).toEqual(before);
    });
  });
});
