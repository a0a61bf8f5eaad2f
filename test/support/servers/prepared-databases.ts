import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Client } from 'pg';
import { silentLog } from './silent-log';
import { prepareDataFolder } from '../../../engine/prepare-data-folder';
import { prepareQueueSchema } from '../../../engine/queue/postgres-queue-store';
import { migrate, MIGRATIONS_FOLDER } from '../../../engine/store/sql/migrate';
import { openDatabase } from '../../../engine/store/open-database';

/** The database that every test's own one is copied from. */
export const TEMPLATE_DATABASE = 'blueticks_template';

/**
 * An archive of an empty embedded database. It is kept from one run to the next, under a name that changes when a
 * migration or a library does.
 */
export async function preparedArchive(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of readdirSync(MIGRATIONS_FOLDER).sort())
    hash.update(name).update(readFileSync(join(MIGRATIONS_FOLDER, name)));
  for (const name of ['bullmq', '@electric-sql/pglite']) {
    hash.update(readFileSync(join(__dirname, '../../../node_modules', name, 'package.json')));
  }
  const path = join(tmpdir(), `blueticks-test-prepared-${hash.digest('hex').slice(0, 16)}.tar.gz`);
  if (!existsSync(path)) await prepareDataFolder(path);
  const uncompressed = uncompressedArchive(path);
  if (!existsSync(uncompressed)) {
    // Written aside and renamed, so that no other run reads half of it.
    const aside = `${uncompressed}.${process.pid}`;
    writeFileSync(aside, gunzipSync(readFileSync(path)));
    renameSync(aside, uncompressed);
  }
  return path;
}

/** The same archive as a plain tar, which is unpacked in a fifth of the time. */
export function uncompressedArchive(archive: string): string {
  return archive.replace(/\.gz$/, '');
}

/** Makes the template database on a test server. */
export async function prepareTemplate(serverUrl: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE_DATABASE}`);
  await client.end();
  const database = await openDatabase({
    dataDir: tmpdir(),
    databaseUrl: databaseUrl(serverUrl, TEMPLATE_DATABASE),
    log: silentLog,
  });
  await migrate(database, prepareQueueSchema);
  await database.close();
}

/** The URL of another database of the same server. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.toString();
}
