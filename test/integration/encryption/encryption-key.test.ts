import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadOrCreateEncryptionKey } from '../../../engine/encryption/encryption-key';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';

describe('loadOrCreateEncryptionKey', () => {
  let folder: TempFolder;

  beforeEach(async () => {
    folder = await tempFolder('key');
  });
  afterEach(() => folder.remove());

  it('creates a key once, readable by its owner only, and finds it again', async () => {
    const dataDir = join(folder.path, 'new', 'data');
    const key = await loadOrCreateEncryptionKey(dataDir, null);
    expect(key).toHaveLength(32);
    expect(await readFile(join(dataDir, 'encryption.key'), 'utf8')).toBe(`${key.toString('hex')}\n`);
    expect((await stat(join(dataDir, 'encryption.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    expect(await loadOrCreateEncryptionKey(dataDir, null)).toEqual(key);
  });

  it('gives the same key to all that start at once, and leaves no other file', async () => {
    const keys = await Promise.all(
      Array.from({ length: 20 }, () => loadOrCreateEncryptionKey(folder.path, null)),
    );
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
    expect(await readdir(folder.path)).toEqual(['encryption.key']);
  });

  it('uses a configured key and touches no file', async () => {
    const key = await loadOrCreateEncryptionKey(folder.path, 'aB'.repeat(32));
    expect(key.toString('hex')).toBe('ab'.repeat(32));
    expect(await readdir(folder.path)).toEqual([]);
  });

  it.each(['', 'ab', 'zz'.repeat(32), 'ab'.repeat(33)])('refuses %j without repeating it', async (text) => {
    const error = await loadOrCreateEncryptionKey(folder.path, text).catch((e: Error) => e);
    expect(error).toMatchObject({ message: expect.stringContaining('BLUETICKS_ENCRYPTION_KEY: ') });
    if (text) expect((error as Error).message).not.toContain(`${text} `);
  });

  it('refuses a damaged key file instead of creating another key', async () => {
    await writeFile(join(folder.path, 'encryption.key'), 'abc');
    await expect(loadOrCreateEncryptionKey(folder.path, null)).rejects.toThrow(
      /encryption\.key: .*64 hex digits/,
    );
    expect(await readFile(join(folder.path, 'encryption.key'), 'utf8')).toBe('abc');
  });
});
