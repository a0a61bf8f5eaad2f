import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KEY_BYTES } from './encryption';

const KEY = new RegExp(`^[0-9a-fA-F]{${KEY_BYTES * 2}}$`);

/**
 * The key that secrets are encrypted with at rest: `configured` (64 hex digits), or the one in `encryption.key` of the
 * data folder, which is made when absent. Two processes that make it at once get the same one.
 *
 * @throws Error when either is not 64 hex digits; the message says which, and never what it was.
 */
export async function loadOrCreateEncryptionKey(dataDir: string, configured: string | null): Promise<Buffer> {
  if (configured !== null) return parseKey(configured, 'BLUETICKS_ENCRYPTION_KEY');
  const path = join(dataDir, 'encryption.key');
  const known = await readOrNull(path);
  if (known !== null) return parseKey(known.trim(), path);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await createKeyFile(path);
  return parseKey((await readFile(path, 'utf8')).trim(), path);
}

function parseKey(text: string, where: string): Buffer {
  if (KEY.test(text)) return Buffer.from(text, 'hex');
  throw new Error(
    `${where}: an encryption key is ${KEY_BYTES * 2} hex digits, this one is not. ` +
      'Put the key back that was used before; without it, linked sessions and webhook secrets are lost.',
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

/** Complete under a name of its own first, then given the real name, which only the first of several gets. */
async function createKeyFile(path: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(KEY_BYTES).toString('hex')}\n`);
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
