import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { systemClock } from '../../engine/async/clock';
import { openWakeUps } from '../../engine/queue/open-wake-ups';
import { openDatabase } from '../../engine/store/open-database';
import { freshDatabase } from '../support/servers/fresh-database';
import { startRedisServer } from '../support/servers/redis-server';
import { sharedRedis } from '../support/servers/shared-servers';
import { silentLog } from '../support/servers/silent-log';
import { wakeUpsContract } from './wake-ups.contract';

const common = { clock: systemClock, log: silentLog };

wakeUpsContract('PGlite', async () => {
  const { database, cleanup } = await freshDatabase('pglite');
  return { open: () => openWakeUps({ ...common, redisUrl: null, pool: database.pool }), cleanup };
});

wakeUpsContract('PostgreSQL', async () => {
  const fresh = await freshDatabase('postgres');
  return {
    async open() {
      const database = await openDatabase({ dataDir: tmpdir(), databaseUrl: fresh.url, log: silentLog });
      const wakeUps = await openWakeUps({ ...common, redisUrl: null, pool: database.pool });
      const close = wakeUps.close.bind(wakeUps);
      wakeUps.close = async () => {
        await close();
        await database.close();
      };
      return wakeUps;
    },
    cleanup: fresh.cleanup,
  };
});

wakeUpsContract('Redis', async () => {
  const redisUrl = await sharedRedis();
  const { database, cleanup } = await freshDatabase('postgres');
  return {
    open: () => openWakeUps({ ...common, redisUrl, pool: database.pool }),
    async cleanup() {
      const redis = new Redis(redisUrl);
      await redis.flushall();
      redis.disconnect();
      await cleanup();
    },
  };
});

describe('WakeUps when their store is unavailable', () => {
  it('on Redis, refuse to arm during the outage and wake again after it', async () => {
    const { database, cleanup } = await freshDatabase('postgres');
    const first = await startRedisServer();
    const port = Number(new URL(first.url).port);
    const wakeUps = await openWakeUps({ ...common, redisUrl: first.url, pool: database.pool });
    let calls = 0;
    await wakeUps.work('ses_1', () => calls++);
    await wakeUps.arm('ses_1', Date.now());
    while (calls === 0) await sleep(10);

    await first.stop();
    await expect(wakeUps.check()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(wakeUps.arm('ses_1', Date.now())).rejects.toMatchObject({ code: 'unavailable' });

    const second = await startRedisServer(port);
    const before = calls;
    for (let tries = 0; calls === before && tries < 100; tries++) {
      await wakeUps.arm('ses_1', Date.now()).catch(() => undefined);
      await sleep(100);
    }
    expect(calls).toBeGreaterThan(before);
    await wakeUps.close();
    await second.stop();
    await cleanup();
  });

  it('on PostgreSQL, wake again after all connections were cut', async () => {
    const fresh = await freshDatabase('postgres');
    const wakeUps = await openWakeUps({ ...common, redisUrl: null, pool: fresh.database.pool });
    let calls = 0;
    await wakeUps.work('ses_1', () => calls++);
    await wakeUps.arm('ses_1', Date.now());
    while (calls === 0) await sleep(10);

    const other = await openDatabase({ dataDir: tmpdir(), databaseUrl: fresh.url, log: silentLog });
    await other.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await sleep(200);
    const before = calls;
    await wakeUps.arm('ses_1', Date.now() + 1_200);
    const deadline = Date.now() + 10_000;
    while (calls === before && Date.now() < deadline) await sleep(20);
    expect(calls).toBeGreaterThan(before);

    // NOTIFY wakes it, not the worker's maximum wait of a minute.
    const again = calls;
    await sleep(300);
    await wakeUps.arm('ses_1', Date.now());
    await sleep(1_000);
    expect(calls).toBeGreaterThan(again);
    await wakeUps.close();
    await other.close();
    await fresh.cleanup();
  });

  it('on Redis, fail to open with a clear error if it is unreachable', async () => {
    const { database, cleanup } = await freshDatabase('postgres');
    const opening = openWakeUps({ ...common, redisUrl: 'redis://127.0.0.1:1', pool: database.pool });
    await expect(opening).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('REDIS_URL'),
    });
    await cleanup();
  });
});
