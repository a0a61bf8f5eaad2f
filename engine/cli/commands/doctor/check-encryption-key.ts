import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineConfig } from '../../../config';
import { Encryption, KEY_BYTES } from '../../../encryption/encryption';
import type { SealedSample } from '../../../store/tables/sealed-samples';
import { bad, good, skipped, type Finding } from './finding';

const KEY = new RegExp(`^[0-9a-fA-F]{${KEY_BYTES * 2}}$`);
const PUT_BACK =
  'Restore the previous key from your backup. Without it, link your numbers and register your webhooks again.';

/** Whether the key that secrets are encrypted with exists, is private to this user, and opens what is stored. */
export async function checkEncryptionKey(
  { dataDir, encryptionKey }: Pick<EngineConfig, 'dataDir' | 'encryptionKey'>,
  { sealed }: { sealed: readonly SealedSample[] },
): Promise<Finding> {
  if (encryptionKey !== null) {
    return opens(encryptionKey, sealed) ?? good('in BLUETICKS_ENCRYPTION_KEY');
  }
  const path = join(dataDir, 'encryption.key');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (text === null) {
    if (sealed.length > 0)
      return bad(`${path} is missing, but the database has secrets encrypted with it`, PUT_BACK);
    return skipped('does not exist yet: the first start creates it in the data folder');
  }
  if (!KEY.test(text.trim())) return bad(`${path} does not hold ${KEY_BYTES * 2} hex digits`, PUT_BACK);
  const { mode } = await stat(path);
  if (process.platform !== 'win32' && mode & 0o077) {
    return bad(`${path} is readable by other users`, `chmod 600 '${path}'`);
  }
  return opens(text.trim(), sealed) ?? good(`${path}; keep a copy with your backups`);
}

function opens(key: string, sealed: readonly SealedSample[]): Finding | null {
  if (new Encryption(Buffer.from(key, 'hex')).opensSome(sealed)) return null;
  return bad('the key does not open what is stored: it is not the one used before', PUT_BACK);
}
