import { readdir } from 'node:fs/promises';
import { databaseUrl } from '../../support/servers/prepared-databases';
import { freshDatabase } from '../../support/servers/fresh-database';
import { sharedPostgres } from '../../support/servers/shared-servers';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { documentOf, run, serve, SLOW_MS, type Ended, type Serving } from '../../support/engine/command-line';

jest.setTimeout(SLOW_MS);

const ALL = { mode: 'test', name: null, scopes: ['*'], revoked_at: null };

async function statusWith(url: string, key: string, path = '/v1/ping'): Promise<number> {
  return (await fetch(url + path, { headers: { authorization: `Bearer ${key}` } })).status;
}

describe('keys', () => {
  let folder: TempFolder;
  let engine: Serving | null;
  beforeEach(async () => {
    engine = null;
    folder = await tempFolder('keys');
  });
  afterEach(async () => {
    await engine?.stop();
    await folder.remove();
  });

  const keys = (...args: string[]): Promise<Ended> => run(['keys', ...args, '--data-dir', folder.path]);

  it('creates keys before the first start, and they work after it', async () => {
    const made = documentOf(await keys('create', '--mode', 'test', '--json'));
    expect(made).toMatchObject({ ...ALL, prefix: made.key.slice(0, 12) });
    expect(made.key).toMatch(/^bt_test_[A-Za-z0-9_-]{32,}$/);
    // The folder is free again for the engine.
    expect(await readdir(folder.path)).not.toContain('engine.lock');

    engine = await serve(folder.path);
    expect(await statusWith(engine.url, made.key)).toBe(200);
  });

  it('creates, lists and revokes keys while the engine runs on the embedded database', async () => {
    engine = await serve(folder.path);
    const args = ['--mode', 'test', '--name', 'of n8n', '--scopes', 'messages:read,webhooks:read', '--json'];
    const made = documentOf(await keys('create', ...args));
    expect(made).toMatchObject({ name: 'of n8n', scopes: ['messages:read', 'webhooks:read'] });
    expect(await statusWith(engine.url, made.key, '/v1/messages')).toBe(200);
    expect(await statusWith(engine.url, made.key, '/v1/engines')).toBe(403);
    const { key: _key, ...shown } = made;
    expect(documentOf(await keys('list', '--json'))).toEqual({ data: [shown] });

    const revoked = documentOf(await keys('revoke', made.id, '--json'));
    expect(revoked).toEqual({ ...shown, revoked_at: expect.any(String) });
    expect(await statusWith(engine.url, made.key)).toBe(401);
  });

  it('shows a key once, and never in a list', async () => {
    const created = await keys('create', '--mode', 'live', '--name', 'mine');
    const key = /^bt_live_\S+/.exec(created.stdout)?.[0] ?? '';
    expect(key.length).toBeGreaterThan(40);
    expect(created.stdout).toContain('cannot be shown again');

    const list = await keys('list');
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(list.stdout).toMatch(new RegExp(`key_\\w+ +live +${key.slice(0, 12)}… +mine +\\* `));
    expect(list.stdout).not.toContain(key.slice(0, 13));
  });

  it('keeps revoked keys in the list, and does not revoke them twice', async () => {
    const { id } = documentOf(await keys('create', '--mode', 'test', '--json'));
    const revoked = await keys('revoke', id);
    expect(revoked).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(`Revoked ${id}`) });
    expect(documentOf(await keys('list', '--json')).data).toMatchObject([
      { id, revoked_at: expect.any(String) },
    ]);

    const again = await keys('revoke', id);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toBe(`No active key "${id}". To see all keys: blueticks-engine keys list\n`);
  });

  it('says what to do if there are no keys', async () => {
    expect((await keys('list')).stdout).toContain('blueticks-engine keys create');
  });

  it('waits for an engine that is starting', async () => {
    const starting = serve(folder.path);
    const made = documentOf(await keys('create', '--mode', 'test', '--json'));
    expect(made).toMatchObject(ALL);
    engine = await starting;
    expect(await statusWith(engine.url, made.key)).toBe(200);
  });

  it.each([
    [['create'], 'keys create needs --mode live or --mode test'],
    [['create', '--mode', 'prod'], '--mode is "prod". Use live or test.'],
    [['create', '--mode', 'test', '--scopes', 'messages:red'], '--scopes: "messages:red" is not a scope'],
    [['create', '--mode', 'test', '--scopes', ','], '--scopes: Give at least one scope'],
    [['create', '--mode', 'test', '--name', 'x'.repeat(121)], '--name has 121 characters. Use 120 at most.'],
    [['revoke'], 'keys revoke needs a KEY_ID'],
  ])('refuses %j with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await keys(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('keeps keys in the database server if one is set', async () => {
    const fresh = await freshDatabase('postgres');
    try {
      const server = ['--database-url', fresh.url!];
      const made = documentOf(await keys('create', '--mode', 'test', '--json', ...server));
      expect(documentOf(await keys('list', '--json', ...server)).data).toMatchObject([{ id: made.id }]);
      engine = await serve(folder.path, server);
      expect(await statusWith(engine.url, made.key)).toBe(200);
    } finally {
      await engine?.stop();
      engine = null;
      await fresh.cleanup();
    }
  });

  it('says that a database does not exist', async () => {
    const url = databaseUrl(await sharedPostgres(), 'nowhere');
    const { code, stderr } = await keys('list', '--database-url', url);
    expect(stderr).toBe(
      'DATABASE_URL: the server refuses the connection: database "nowhere" does not exist.\n',
    );
    expect(code).toBe(5);
  });
});
