import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startEngine } from '../../support/engine/start-engine';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';

describe('an engine that fails to start', () => {
  let folder: TempFolder;
  beforeEach(async () => (folder = await tempFolder('failed-start')));
  afterEach(() => folder.remove());

  /** Succeeds only if the failed start left nothing open: the database lets in one process, and one engine in it. */
  async function startsNow(): Promise<void> {
    const engine = await startEngine({ dataDir: folder.path });
    await engine.close();
    expect(existsSync(join(folder.path, 'engine.json'))).toBe(false);
  }

  it('closes everything when the encryption key cannot be read (opening the parts)', async () => {
    await writeFile(join(folder.path, 'encryption.key'), 'not a key', { mode: 0o600 });
    await expect(startEngine({ dataDir: folder.path })).rejects.toThrow(/encryption\.key/);
    await writeFile(join(folder.path, 'encryption.key'), 'ab'.repeat(32));
    await startsNow();
  });

  it('closes everything when a transport cannot be built (sending)', async () => {
    const wrapTransport = (): never => {
      throw new Error('no transport');
    };
    await expect(startEngine({ dataDir: folder.path, parts: { wrapTransport } })).rejects.toThrow(
      'no transport',
    );
    await startsNow();
  });

  it('closes everything when the port is taken (start)', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const flags = { BLUETICKS_PORT: String(port) };
    await expect(startEngine({ dataDir: folder.path, flags })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    server.close();
    await startsNow();
  });
});
