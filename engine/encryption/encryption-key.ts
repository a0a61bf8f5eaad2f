import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolderAndParents } from '../data-folder/sync-files';
import { KEY_BYTES } from './encryption';

const KEY = new RegExp(`^[0-9a-fA-F]{${KEY_BYTES * 2}}$`);

/** Where the key is kept that was not configured. */
export const encryptionKeyPath = (dataDir: string): string => join(dataDir, 'encryption.key');

/**
 * The key that encrypts secrets at rest: `configured` (64 hex digits), or the one in the data folder's `encryption.key`,
 * which is created if absent. Two processes that create it at once get the same key.
 *
 * @throws Error if the key is not 64 hex digits. The message says where the key came from, and never what it was.
 */
export async function loadOrCreateEncryptionKey(dataDir: string, configured: string | null): Promise<Buffer> {
  if (configured !== null) return parseKey(configured, 'BLUETICKS_ENCRYPTION_KEY');
  const path = encryptionKeyPath(dataDir);
  if ((await readOrNull(path)) === null) {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await createKeyFile(path, randomBytes(KEY_BYTES));
  }
  const key = parseKey((await readFile(path, 'utf8')).trim(), path);
  // Also if it existed: the process that created it may have died before this.
  await syncFolderAndParents(dataDir);
  return key;
}

/** The existing key, as `loadOrCreateEncryptionKey` finds it; null if there is none. */
export async function readEncryptionKey(dataDir: string, configured: string | null): Promise<Buffer | null> {
  const path = encryptionKeyPath(dataDir);
  const known = configured ?? (await readOrNull(path));
  return known === null
    ? null
    : parseKey(known.trim(), configured === null ? path : 'BLUETICKS_ENCRYPTION_KEY');
}

/**
 * Makes `key` the one of the data folder. A file with another key is kept beside it.
 * @param now names the file that is kept
 */
export async function installEncryptionKey(dataDir: string, key: Buffer, now: Date): Promise<void> {
  const path = encryptionKeyPath(dataDir);
  const known = await readOrNull(path);
  if (known?.trim().toLowerCase() === key.toString('hex')) return;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (known !== null) await rename(path, `${path}.before-${now.toISOString().replace(/[:.]/g, '-')}`);
  await createKeyFile(path, key);
  await syncFolderAndParents(dataDir);
}

function parseKey(text: string, where: string): Buffer {
  if (KEY.test(text)) return Buffer.from(text, 'hex');
  throw new Error(
    `${where}: this is not a key of ${KEY_BYTES * 2} hex digits. ` +
      'Restore the key that was used before. Without it, linked sessions and webhook secrets are lost.',
  );
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Written under a temporary name first. Then it gets the real name, unless another process was faster. */
async function createKeyFile(path: string, key: Buffer): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${key.toString('hex')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
