import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A PostgreSQL as it comes (it writes to the disk what it commits) and a Redis, each of its own. */
export async function startServers() {
  require('../support/servers/typescript-hook.cjs');
  const { startPostgresServer } = require('../support/servers/postgres-server.ts');
  const { startRedisServer } = require('../support/servers/redis-server.ts');
  const servers = await Promise.all([startPostgresServer(true), startRedisServer()]);
  const [{ url: DATABASE_URL }, { url: REDIS_URL }] = servers;
  return {
    env: { DATABASE_URL, REDIS_URL },
    stop: () => Promise.all(servers.map((server) => server.stop())),
  };
}
