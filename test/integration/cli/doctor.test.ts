import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freshDatabase } from '../../support/servers/fresh-database';
import { startRedisServer } from '../../support/servers/redis-server';
import { sharedPostgres } from '../../support/servers/shared-servers';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { documentOf, run, serve, SLOW_MS, type Serving } from './command-line';

jest.setTimeout(SLOW_MS);

interface Check {
  name: string;
  status: string;
  detail: string;
  mend: string | null;
}

describe('doctor', () => {
  let folder: TempFolder;
  let dataDir: string;
  let engine: Serving | null;
  beforeEach(async () => {
    engine = null;
    folder = await tempFolder('doctor');
    dataDir = join(folder.path, 'data');
  });
  afterEach(async () => {
    await engine?.stop();
    await folder.remove();
  });

  async function doctor(
    ...args: string[]
  ): Promise<{ code: number | null; ok: boolean; of(name: string): Check }> {
    const end = await run(['doctor', '--json', '--data-dir', dataDir, '--port', '0', ...args]);
    const { ok, checks } = documentOf(end) as { ok: boolean; checks: Check[] };
    const of = (name: string): Check => {
      const found = checks.find((check) => check.name === name);
      if (!found) throw new Error(`No check ${name}`);
      return found;
    };
    return { code: end.code, ok, of };
  }

  test('on a new machine: all is well, and nothing is made', async () => {
    const { code, stdout, stderr } = await run(['doctor', '--data-dir', dataDir, '--port', '0']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/✓ {2}Node\.js +\d/);
    expect(stdout).toMatch(/– {2}Data folder .*not there yet/);
    expect(stdout).toMatch(/– {2}Redis .*not used/);
    expect(stdout.trimEnd()).toMatch(/\nAll is well\.$/);
    await expect(rm(dataDir)).rejects.toThrow('ENOENT');
  });

  test('beside a running engine: says that it is that one', async () => {
    engine = await serve(dataDir);
    const port = new URL(engine.url).port;
    const { code, of } = await doctor('--port', port);
    expect(of('Lock').detail).toContain(`process ${engine.pid}`);
    expect(of('Port')).toMatchObject({
      status: 'ok',
      detail: expect.stringContaining('where the engine answers'),
    });
    expect(of('Database')).toMatchObject({ status: 'ok' });
    expect(of('Encryption key').status).toBe('ok');
    expect(code).toBe(0);

    dataDir = join(folder.path, 'another');
    const other = await doctor('--port', port);
    expect(other.of('Port')).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('another engine'),
    });
    expect(other).toMatchObject({ code: 1, ok: false });
  });

  test('after an engine was killed: the folder can be had again, and the database opens', async () => {
    const killed = await serve(dataDir);
    killed.kill('SIGKILL');
    await killed.ended;
    const { code, of } = await doctor();
    expect(of('Lock').detail).toContain(`left by process ${killed.pid}`);
    expect(of('Database')).toMatchObject({ status: 'ok', detail: 'embedded, opens, tables up to date' });
    expect(code).toBe(0);
  });

  test('finds an encryption key that is gone, or another one than before', async () => {
    const first = await serve(dataDir);
    const { key } = documentOf(
      await run(['keys', 'create', '--mode', 'test', '--json', '--data-dir', dataDir]),
    );
    const response = await fetch(`${first.url}/v1/webhooks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url: 'http://127.0.0.1:9/', events: ['message.sent'] }),
    });
    expect(response.status).toBe(201);
    await first.stop();
    expect((await doctor()).of('Encryption key').status).toBe('ok');

    const other = (await doctor('--encryption-key', 'ab'.repeat(32))).of('Encryption key');
    expect(other).toMatchObject({ status: 'failed', detail: expect.stringContaining('does not open') });
    await chmod(join(dataDir, 'encryption.key'), 0o644);
    expect((await doctor()).of('Encryption key').mend).toContain('chmod 600');
    await rm(join(dataDir, 'encryption.key'));
    const gone = await doctor();
    expect(gone.of('Encryption key')).toMatchObject({
      status: 'failed',
      mend: expect.stringContaining('backup'),
    });
    expect(gone.code).toBe(1);
  });

  test('finds a folder that others can write, or look into', async () => {
    await mkdir(dataDir);
    await chmod(dataDir, 0o777);
    const writable = await doctor();
    expect(writable.of('Data folder')).toMatchObject({ status: 'failed', mend: `chmod 700 '${dataDir}'` });
    expect(writable.code).toBe(1);
    await chmod(dataDir, 0o755);
    const readable = await doctor();
    expect(readable.of('Data folder').status).toBe('advice');
    expect(readable.code).toBe(0);
  });

  test('finds a file where the folder should be', async () => {
    await writeFile(dataDir, '');
    const { code, of } = await doctor();
    expect(of('Data folder').detail).toContain('is no folder');
    expect(code).toBe(1);
  });

  test('finds a port that another program has, and a host that is elsewhere', async () => {
    const server = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const taken = await doctor('--port', String(port));
    server.close();
    expect(taken.of('Port')).toMatchObject({
      status: 'failed',
      detail: `127.0.0.1:${port} is taken by another program`,
      mend: expect.stringContaining('BLUETICKS_PORT'),
    });
    expect((await doctor('--host', '203.0.113.7')).of('Port').mend).toContain('BLUETICKS_HOST');
  });

  test('says so of an embedded database that does not open', async () => {
    const engineBefore = await serve(dataDir);
    await engineBefore.stop();
    await rm(join(dataDir, 'database', 'global'), { recursive: true });
    const { code, of } = await doctor();
    expect(of('Database')).toMatchObject({ status: 'failed', mend: expect.stringContaining('backup') });
    expect(code).toBe(1);
  });

  test('asks PostgreSQL: version, tables, and its clock', async () => {
    const { url, cleanup } = await freshDatabase('postgres');
    try {
      const { code, of } = await doctor('--database-url', url!);
      expect(of('Database').detail).toMatch(/^PostgreSQL \d+.*, tables up to date$/);
      expect(of('Clock').detail).toContain('as the database server');
      expect(code).toBe(0);
    } finally {
      await cleanup();
    }
    const empty = await doctor('--database-url', await sharedPostgres());
    expect(empty.of('Database').detail).toContain('empty: the first start makes its tables');
  });

  test('says so of servers that do not answer, without their passwords', async () => {
    const { code, of } = await doctor(
      ...['--database-url', 'postgres://u:geheim@127.0.0.1:1/x'],
      ...['--redis-url', 'redis://:geheim@127.0.0.1:1'],
    );
    for (const name of ['Database', 'Redis']) {
      expect(of(name)).toMatchObject({ status: 'failed', detail: expect.stringContaining('ECONNREFUSED') });
      expect(JSON.stringify(of(name))).not.toContain('geheim');
    }
    expect(code).toBe(1);
  });

  test('asks Redis whether it keeps everything', async () => {
    const server = await startRedisServer();
    const redis = new Redis(server.url);
    try {
      const fine = await doctor('--redis-url', server.url);
      expect(fine.of('Redis').detail).toMatch(/^(Redis|Valkey) \d+\.\d+.*noeviction/);
      expect(fine.code).toBe(0);
      await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
      const evicting = await doctor('--redis-url', server.url);
      expect(evicting.of('Redis')).toMatchObject({
        status: 'failed',
        detail: expect.stringContaining('allkeys-lru'),
        mend: expect.stringContaining('noeviction'),
      });
      expect(evicting.code).toBe(1);
    } finally {
      redis.disconnect();
      await server.stop();
    }
  });
});
