import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { systemClock } from '../async/clock';
import { withDeadline } from '../async/deadline';
import type { Log } from '../domain/log';
import { EngineError } from '../errors';
import type { QueueStore } from './bullmq-wake-ups';

/** The braces make a Redis Cluster keep all keys of a queue on one node. */
const PREFIX = '{blueticks}';
const LONGEST_WAIT_SECONDS = 30;
const CONNECT_TIMEOUT_MS = 5_000;
const OPEN_TIMEOUT_MS = 10_000;
const CHECK_TIMEOUT_MS = 2_000;
/** A server that is cut off closes nothing. Workers ask for something to do, and get an answer, more often than this. */
const SILENCE_MS = 45_000;
/** How soon a connection that is cut off while nothing is asked is noticed: it is tested by the system from then on. */
const KEEP_ALIVE_MS = 10_000;
const OLDEST_VERSION = [6, 2] as const;

/**
 * BullMQ on Redis ≥ 6.2 or Valkey.
 *
 * @throws EngineError `unavailable` if Redis cannot be reached; Error if it is too old.
 */
export async function redisQueueStore(redisUrl: string, log: Log): Promise<QueueStore> {
  // Arming a wake-up must fail at once if Redis is down. A worker waits until it is back.
  const armer = connect(redisUrl, log, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
  const worked = connect(redisUrl, log, { maxRetriesPerRequest: null });
  try {
    // A server that accepts connections and answers nothing is out of reach too.
    await withDeadline(systemClock, OPEN_TIMEOUT_MS, async () => {
      await Promise.all([armer.connect(), worked.connect()]);
      await checkServer(armer, log);
    });
  } catch (error) {
    armer.disconnect();
    worked.disconnect();
    if (error instanceof UnsupportedRedis) throw error;
    const unavailable = new EngineError(
      'unavailable',
      'Redis (REDIS_URL) cannot be reached. Start it, or correct the URL.',
    );
    unavailable.cause = error;
    throw unavailable;
  }
  // Let BullMQ check the version: otherwise it never waits for less than a second.
  const common = { prefix: PREFIX };
  return {
    queue: (name, options) => new Queue(name, { ...options, ...common, connection: armer }),
    worker: (name, process, options) =>
      new Worker(name, process, {
        ...options,
        ...common,
        connection: worked,
        drainDelay: LONGEST_WAIT_SECONDS,
      }),
    async check() {
      await withDeadline(systemClock, CHECK_TIMEOUT_MS, () => armer.ping());
    },
    onReturn(action) {
      // Only `connect` above makes it ready for the first time.
      armer.on('ready', action);
    },
    async close() {
      await Promise.all([quit(armer), quit(worked)]);
    },
  };
}

class UnsupportedRedis extends Error {}

function connect(redisUrl: string, log: Log, options: object): Redis {
  const redis = new Redis(redisUrl, {
    ...options,
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    keepAlive: KEEP_ALIVE_MS,
    retryStrategy: (attempt) => Math.min(attempt * 200, 2_000),
  });
  let told = false;
  redis.on('error', (error: Error) => {
    if (!told) log.warn({ error: error.message }, 'Redis cannot be reached');
    told = true;
  });
  redis.on('ready', () => {
    if (told) log.info({}, 'Redis is back');
    told = false;
  });
  return redis;
}

async function checkServer(redis: Redis, log: Log): Promise<void> {
  const info = await redis.info();
  const version = /^redis_version:(\d+)\.(\d+)/m.exec(info);
  const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
  if (major < OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor < OLDEST_VERSION[1])) {
    throw new UnsupportedRedis(
      `Redis ${major}.${minor} (REDIS_URL) is too old. Use 6.2 or newer, or Valkey.`,
    );
  }
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy !== undefined && policy !== 'noeviction') {
    log.warn({ policy }, 'Redis may evict wake-ups. Set its maxmemory-policy to noeviction.');
  }
}

async function quit(redis: Redis): Promise<void> {
  try {
    await withDeadline(systemClock, CHECK_TIMEOUT_MS, () => redis.quit());
  } catch {
    redis.disconnect();
  }
}
