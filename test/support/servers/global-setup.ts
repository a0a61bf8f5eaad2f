import type { ChildServer } from './child-server';
import globalTeardown from './global-teardown';
import { installServers } from './install-servers';
import { startPostgresServer } from './postgres-server';
import { prepareTemplate, preparedArchive } from './prepared-databases';
import { startRedisServer } from './redis-server';

declare global {
  var testServers: ChildServer[] | undefined;
}

/**
 * One PostgreSQL and one Redis for the whole run, told to the tests by TEST_DATABASE_URL and TEST_REDIS_URL, and an
 * archive for embedded databases (TEST_PREPARED_DATA).
 */
export default async function globalSetup(): Promise<void> {
  await installServers();
  globalThis.testServers = [];
  try {
    await startAll(globalThis.testServers);
  } catch (error) {
    // Jest does not run the tear-down after a set-up that failed.
    await globalTeardown();
    throw error;
  }
}

async function startAll(servers: ChildServer[]): Promise<void> {
  const start = async (starting: Promise<ChildServer>): Promise<string> => {
    const server = await starting;
    servers.push(server);
    return server.url;
  };
  const [databaseUrl, redisUrl, archive] = await Promise.all([
    start(startPostgresServer()),
    start(startRedisServer()),
    preparedArchive(),
  ]);
  await prepareTemplate(databaseUrl);
  process.env['TEST_DATABASE_URL'] = databaseUrl;
  process.env['TEST_REDIS_URL'] = redisUrl;
  process.env['TEST_PREPARED_DATA'] = archive;
}
