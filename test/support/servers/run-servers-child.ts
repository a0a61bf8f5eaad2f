import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChildServer } from './child-server';
import { installServers } from './install-servers';

/*
 * The servers that the tests of one run share, in a process of their own. Each starts when a test asks for it first.
 * They stop when the run tells them to, and also when the run is gone.
 */

const running: ChildServer[] = [];

async function started(starting: Promise<ChildServer>): Promise<string> {
  const server = await starting;
  running.push(server);
  return server.url;
}

/* What is loaded only here is TypeScript of the engine: most runs do without some of it. */
const STARTERS: Record<string, () => Promise<string>> = {
  /** The URL of a PostgreSQL server that has the template database. */
  async postgres() {
    await installServers('postgres');
    const { startPostgresServer } = await import('./postgres-server.js');
    const url = await started(startPostgresServer());
    const { prepareTemplate } = await import('./prepared-databases.js');
    await prepareTemplate(url);
    return url;
  },
  /** The URL of a Redis server. */
  async redis() {
    await installServers('redis');
    const { startRedisServer } = await import('./redis-server.js');
    return started(startRedisServer());
  },
  /** The path of an archive of an empty embedded database. */
  async 'embedded-database'() {
    const { preparedArchive } = await import('./prepared-databases.js');
    return preparedArchive();
  },
};

const asked = new Map<string, Promise<string>>();

async function answer(name: string, response: ServerResponse): Promise<void> {
  try {
    let starting = asked.get(name);
    if (!starting) asked.set(name, (starting = STARTERS[name]!()));
    response.end(await starting);
  } catch (error) {
    response.writeHead(500).end((error as Error).message);
  }
}

const server = createServer((request, response) => void answer(request.url!.slice(1), response));
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

let stopping = false;

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  // One that is still starting would otherwise outlive this process.
  await Promise.allSettled(asked.values());
  await Promise.allSettled(running.map((one) => one.stop()));
  process.exit(0);
}

process.once('disconnect', () => void stop());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
