import { resolve } from 'node:path';
import { systemClock } from '../../async/clock';
import type { Header } from '../../backup/backup-format';
import {
  checkBackup,
  refuseUsedStore,
  restoreBackup,
  type RestoredBackup,
} from '../../backup/restore-backup';
import type { EngineConfig } from '../../config';
import { Encryption } from '../../encryption/encryption';
import { installEncryptionKey, readEncryptionKey } from '../../encryption/encryption-key';
import { createLogger } from '../../observability/logger';
import { openDatabase } from '../../store/open-database';
import type { Invocation } from '../command';
import { EXIT, UsageError } from '../exit-codes';
import { print, printJson } from '../output';
import { count, progressLines, tell } from '../progress';

/** `restore FILE`: loads a backup into an empty data folder or database. */
export async function run({ argument, flags, json, config }: Invocation): Promise<number> {
  const file = resolve(argument ?? '');
  const { due = 'expire' } = flags;
  if (due !== 'expire' && due !== 'send') throw new UsageError(`--due is "${due}". Use expire or send.`);
  const { dataDir, databaseUrl } = config;
  tell('Checking the backup.');
  const header = await checkBackup(file);
  const key = await keyFrom(file, header, config);
  const database = await openDatabase({ dataDir, databaseUrl, log: createLogger('silent') });
  try {
    await refuseUsedStore(database);
    // Before the data: if this is killed in between, the next try finds the right key.
    if (key && config.encryptionKey === null) await installEncryptionKey(dataDir, key, new Date());
    const restored = await restoreBackup(database, {
      file,
      clock: systemClock,
      due,
      onProgress: progressLines(),
    });
    if (json) printJson({ file, ...restored });
    else print(describe(restored));
    return EXIT.ok;
  } finally {
    await database.close();
  }
}

/** The key that the backup's secrets are sealed with; null if there is none. @throws Error if it is not available */
async function keyFrom(
  file: string,
  { encryption_key: wanted }: Header,
  { dataDir, encryptionKey }: EngineConfig,
): Promise<Buffer | null> {
  if (!wanted) return null;
  if (wanted.hex !== undefined && encryptionKey === null) return Buffer.from(wanted.hex, 'hex');
  const here = await readEncryptionKey(dataDir, encryptionKey);
  if (here && new Encryption(here).fingerprint() === wanted.fingerprint) return here;
  if (wanted.hex !== undefined) {
    throw new Error(
      'BLUETICKS_ENCRYPTION_KEY is not the key of this backup. Unset it to use the one in the backup, or set that one.',
    );
  }
  throw new Error(
    `${file} was made without its encryption key, and ${here ? 'the key here is another' : 'there is no key here'}. ` +
      'Set BLUETICKS_ENCRYPTION_KEY to the key that was used then.',
  );
}

function describe(restored: RestoredBackup): string {
  const { created_at: at, rows, expired_messages: expired, paused_campaigns: paused } = restored;
  const lines = [`Restored ${count(rows)} rows, as they were at ${at}.`];
  if (expired > 0) {
    lines.push(
      `${count(expired)} messages should have been sent since then. They may have been, so they will expire. ` +
        'If no engine has run since the backup, empty the store and restore with --due send.',
    );
  }
  if (paused > 0) {
    lines.push(
      `${count(paused)} campaigns are paused, because they may have sent more since. Resume or cancel them.`,
    );
  }
  lines.push('Start only one engine with these numbers: the old one must not run again.');
  return lines.join('\n');
}
