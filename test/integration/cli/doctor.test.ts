import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freshDatabase } from '../../support/servers/fresh-database';
import { startRedisServer } from '../../support/servers/redis-server';
import { sharedPostgres } from '../../support/servers/shared-servers';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { documentOf, run, serve, SLOW_MS, type Serving } from '../../support/engine/command-line';

jest.setTimeout(SLOW_MS);

interface Check {
  name: string;
  status: string;
  detail: string;
  fix: string | null;
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
    const { ok, checks } = documentOf(end);
    const of = (name: string): Check => {
      const check = checks.find((candidate: Check) => candidate.name === name);
      if (!check) throw new Error(`No check ${name}`);
      return { ...check, fix: check.mend }; // plain-english: allow
    };
    return { code: end.code, ok, of };
  }

  it('finds no problem on a new machine, and creates nothing', async () => {
    const { code, stdout, stderr } = await run(['doctor', '--data-dir', dataDir, '--port', '0']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/✓ {2}Node\.js +\d/);
    expect(stdout).toMatch(/– {2}Data folder .*does not exist yet/);
    expect(stdout).toMatch(/– {2}Redis .*not used/);
    expect(stdout.trimEnd()).toMatch(/\nEverything is fine\.$/);
    await expect(rm(dataDir)).rejects.toThrow('ENOENT');
  });

  it('recognizes the running engine', async () => {
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

  it('finds the folder free and the database usable after an engine was killed', async () => {
    const killed = await serve(dataDir);
    killed.kill('SIGKILL');
    await killed.ended;
    const { code, of } = await doctor();
    expect(of('Lock').detail).toContain(`left by process ${killed.pid}`);
    expect(of('Database')).toMatchObject({ status: 'ok', detail: 'embedded, opens, tables up to date' });
    expect(code).toBe(0);
  });

  it('finds a missing or changed encryption key', async () => {
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
    expect((await doctor()).of('Encryption key').fix).toContain('chmod 600');
    await rm(join(dataDir, 'encryption.key'));
    const gone = await doctor();
    expect(gone.of('Encryption key')).toMatchObject({
      status: 'failed',
      fix: expect.stringContaining('backup'),
    });
    expect(gone.code).toBe(1);
  });

  it('finds a folder that others can write or read', async () => {
    await mkdir(dataDir);
    await chmod(dataDir, 0o777);
    const writable = await doctor();
    expect(writable.of('Data folder')).toMatchObject({ status: 'failed', fix: `chmod 700 '${dataDir}'` });
    expect(writable.code).toBe(1);
    await chmod(dataDir, 0o755);
    const readable = await doctor();
    expect(readable.of('Data folder').status).toBe('advice');
    expect(readable.code).toBe(0);
  });

  it('finds a file in place of the folder', async () => {
    await writeFile(dataDir, '');
    const { code, of } = await doctor();
    expect(of('Data folder').detail).toContain('is not a folder');
    expect(code).toBe(1);
  });

  it('finds a taken port, and a host of another machine', async () => {
    const server = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const taken = await doctor('--port', String(port));
    server.close();
    expect(taken.of('Port')).toMatchObject({
      status: 'failed',
      detail: `127.0.0.1:${port} is taken by another program`,
      fix: expect.stringContaining('BLUETICKS_PORT'),
    });
    expect((await doctor('--host', '203.0.113.7')).of('Port').fix).toContain('BLUETICKS_HOST');
  });

  it('finds an embedded database that does not open', async () => {
    const engineBefore = await serve(dataDir);
    await engineBefore.stop();
    await rm(join(dataDir, 'database', 'global'), { recursive: true });
    const { code, of } = await doctor();
    expect(of('Database')).toMatchObject({ status: 'failed', fix: expect.stringContaining('backup') });
    expect(code).toBe(1);
  });

  it('checks version, tables and clock of PostgreSQL', async () => {
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
    expect(empty.of('Database').detail).toContain('empty: the first start creates its tables');
  });

  it('reports servers that do not answer, without their passwords', async () => {
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

  it('checks that Redis evicts nothing', async () => {
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
        fix: expect.stringContaining('noeviction'),
      });
      expect(evicting.code).toBe(1);
    } finally {
      redis.disconnect();
      await server.stop();
    }
  });
});
