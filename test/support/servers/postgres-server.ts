import { join } from 'node:path';
import { Client } from 'pg';
import { findProgram, freePort, run, startServer, type ChildServer } from './child-server';
import { tempFolder } from './temp-folder';

/**
 * A PostgreSQL server of its own on a free port of 127.0.0.1, in a temporary folder.
 * @param durable as PostgreSQL comes, for figures; tests need no disk.
 */
export async function startPostgresServer(durable = false): Promise<ChildServer> {
  const [initdb, postgres] = [findProgram('initdb'), findProgram('postgres')];
  if (!initdb || !postgres) throw new Error('There is no PostgreSQL on this machine.');
  const owner = await unprivilegedUser();
  const folder = await tempFolder('postgres', owner);
  const data = join(folder.path, 'data');
  const spawnOptions = { ...owner, cwd: folder.path };
  await run(
    initdb,
    [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ],
    spawnOptions,
  );
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const args = [
    '-D',
    data,
    '-p',
    `${port}`,
    ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  const server = await startServer(postgres, args, spawnOptions, () => answers(url));
  return {
    url,
    pid: server.pid,
    async stop() {
      // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
      await server.stop('SIGINT');
      await folder.remove();
    },
  };
}

/** PostgreSQL refuses to run as root. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all(
        ['-u', '-g'].map(async (what) => Number((await run('id', [what, name])).stdout)),
      );
      return { uid: uid as number, gid: gid as number };
    } catch {
      continue;
    }
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is neither a user postgres nor a user nobody.',
  );
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
