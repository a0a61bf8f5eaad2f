import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { copyCluster } from '../store/embedded/copy-cluster';
import { lockDataFolder } from '../data-folder/data-folder-lock';
import type { Sql } from '../store/sql/database';
import { beginSnapshot } from './table-rows';

/** The part of PGlite that all its versions have. */
interface OlderPglite {
  waitReady: Promise<void>;
  query(text: string, params?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  close(): Promise<void>;
}

/**
 * Reads an embedded database with another version of PGlite, because PostgreSQL cannot open the files of another major
 * version. It works on a copy, so the files stay as they are.
 * @param packageFolder an installed `@electric-sql/pglite` of that version
 * @throws DataFolderInUse; Error if there is no PGlite in the folder, or it cannot open the database either
 */
export async function withOlderPglite<T>(
  packageFolder: string,
  dataDir: string,
  read: (sql: Sql) => Promise<T>,
): Promise<T> {
  const PGlite = loadPglite(packageFolder);
  const lock = await lockDataFolder(dataDir);
  const copy = await mkdtemp(join(dataDir, `database-copy-${process.pid}-`));
  try {
    const folder = join(copy, 'database');
    await copyCluster(join(dataDir, 'database'), folder);
    const database = new PGlite(folder);
    await database.waitReady.catch((error: Error) => {
      throw new Error(
        `The PGlite in ${packageFolder} cannot open this database (${error.message}). ` +
          'Use the version that the engine used before: see its package-lock.json, or the changelog.',
      );
    });
    const sql: Sql = {
      query: async <Row>(text: string, params?: readonly unknown[]) =>
        (await database.query(text, params && [...params])).rows as Row[],
    };
    await sql.query('BEGIN');
    await beginSnapshot(sql);
    try {
      return await read(sql);
    } finally {
      await database.close();
    }
  } finally {
    await rm(copy, { recursive: true, force: true });
    await lock.release();
  }
}

function loadPglite(packageFolder: string): new (folder: string) => OlderPglite {
  try {
    const loaded = createRequire(__filename)(join(packageFolder, 'dist', 'index.cjs')) as {
      PGlite?: new (folder: string) => OlderPglite;
    };
    if (loaded.PGlite) return loaded.PGlite;
  } catch {
    // Told below.
  }
  throw new Error(
    `There is no PGlite in ${packageFolder}. Install it, for example: npm install --prefix old-pglite @electric-sql/pglite@0.4`,
  );
}
