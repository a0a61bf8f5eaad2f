import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseCopy } from '../../backup/database-copies';
import { withOlderPglite } from '../../backup/older-pglite';
import { beginSnapshot } from '../../backup/table-rows';
import { writeBackup, type WrittenBackup } from '../../backup/write-backup';
import type { EngineConfig } from '../../config';
import { Encryption } from '../../encryption/encryption';
import { readEncryptionKey } from '../../encryption/encryption-key';
import { createLogger } from '../../observability/logger';
import { openDatabase } from '../../store/open-database';
import type { Database, Sql } from '../../store/sql/database';
import type { Invocation } from '../command';
import { controlClient, type CallEngine } from '../engine/call-engine';
import { openOrFindEngine } from '../engine/open-or-find-engine';
import { EXIT } from '../exit-codes';
import { print, printJson } from '../output';
import { count, progressLines, tell } from '../progress';

const POLL_MS = 200;

/** `backup FILE`: writes everything to a file, also while the engine runs. */
export async function run({ argument, flags, json, config }: Invocation): Promise<number> {
  const file = resolve(argument ?? '');
  const encryptionKey = await keyFor(config, flags['without-key'] === undefined);
  const now = new Date();
  const write = (sql: Sql): Promise<WrittenBackup> =>
    writeBackup(sql, { file, encryptionKey, now, onProgress: progressLines() });
  const { pglite } = flags;
  const written =
    pglite === undefined
      ? await inSnapshot(config, write)
      : await withOlderPglite(resolve(pglite), config.dataDir, write);
  if (json) printJson({ file, ...written, with_key: encryptionKey?.hex !== undefined });
  else print(describe(file, written, encryptionKey?.hex !== undefined));
  return EXIT.ok;
}

type Key = { fingerprint: string; hex?: string } | null;

/** @throws Error if the key is wanted and there is none */
async function keyFor({ dataDir, encryptionKey }: EngineConfig, withKey: boolean): Promise<Key> {
  const key = await readEncryptionKey(dataDir, encryptionKey);
  if (key) {
    return {
      fingerprint: new Encryption(key).fingerprint(),
      ...(withKey ? { hex: key.toString('hex') } : {}),
    };
  }
  if (!withKey) return null;
  throw new Error(
    `There is no encryption key in ${dataDir}. Set BLUETICKS_DATA_DIR or BLUETICKS_ENCRYPTION_KEY, or use --without-key.`,
  );
}

/** One state of the store, wherever it is and even if an engine uses it. */
async function inSnapshot<T>(config: EngineConfig, read: (sql: Sql) => Promise<T>): Promise<T> {
  const { dataDir, databaseUrl } = config;
  const log = createLogger('silent');
  const open = (folder = dataDir): Promise<Database> => openDatabase({ dataDir: folder, databaseUrl, log });
  const found = databaseUrl === null ? await openOrFindEngine(dataDir, open) : { opened: await open() };
  if ('opened' in found) return readAndClose(found.opened, read);
  const folder = await copyOfDatabase(controlClient(found.engine));
  try {
    return await readAndClose(await open(folder), read);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readAndClose<T>(database: Database, read: (sql: Sql) => Promise<T>): Promise<T> {
  try {
    return await database.transaction(async (tx) => {
      await beginSnapshot(tx);
      return read(tx);
    });
  } finally {
    await database.close();
  }
}

/** The engine has the embedded database, and copies its files for us. */
async function copyOfDatabase(control: CallEngine): Promise<string> {
  tell('Copying the database of the running engine.');
  const { pid } = process;
  let copy = await control<DatabaseCopy>('POST', '/database/copies', { pid });
  while (copy.state === 'copying') {
    await sleep(POLL_MS);
    copy = await control<DatabaseCopy>('GET', `/database/copies/${pid}`);
  }
  if (copy.state === 'done') return copy.folder;
  await rm(copy.folder, { recursive: true, force: true });
  throw new Error(
    `The database could not be copied: ${copy.error}. A copy needs as much room as the database has.`,
  );
}

function describe(file: string, { rows, bytes }: WrittenBackup, withKey: boolean): string {
  return [
    `${file}: ${count(rows)} rows, ${count(Math.ceil(bytes / 1024))} KB.`,
    withKey
      ? 'The encryption key is in it: anyone who has the file can send from your numbers. Keep it safe.'
      : 'The encryption key is not in it. Keep the key too: without it, numbers must be linked again.',
  ].join('\n');
}
