import { Redis } from 'ioredis';
import { bad, good, reasonOf, skipped, type Finding } from './finding';

const CONNECT_MS = 5_000;
const OLDEST = [6, 2] as const;

/** Whether Redis answers, is new enough, and never evicts wake-ups. */
export async function checkRedis(redisUrl: string | null): Promise<Finding> {
  if (redisUrl === null) return skipped('not used (no REDIS_URL): the queue is in the database');
  const redis = new Redis(redisUrl, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let fault: Error | undefined;
  redis.on('error', (error: Error) => (fault = error));
  try {
    await redis.connect();
    return judgeRedis(await redis.info());
  } catch (error) {
    return bad(
      `cannot be reached: ${reasonOf(fault ?? error)}`,
      'Start Redis, correct REDIS_URL, or unset REDIS_URL to keep the queue in the database.',
    );
  } finally {
    redis.disconnect();
  }
}

/** @param info Redis's answer to INFO */
export function judgeRedis(info: string): Finding {
  const read = (field: string): string | undefined => new RegExp(`^${field}:(\\S+)`, 'm').exec(info)?.[1];
  const name = read('server_name') === 'valkey' ? 'Valkey' : 'Redis';
  const version = read('redis_version') ?? 'of unknown version';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return bad(`${name} ${version} is too old`, `Install Redis ${OLDEST.join('.')} or newer, or Valkey.`);
  }
  const policy = read('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    return bad(
      `${name} ${version} answers, but may evict wake-ups (maxmemory-policy ${policy})`,
      'redis-cli config set maxmemory-policy noeviction, and the same in redis.conf',
    );
  }
  return good(`${name} ${version}, keeps everything (noeviction)`);
}
