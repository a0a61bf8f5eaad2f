import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freshDatabase } from '../support/servers/fresh-database';
import { startRedisServer } from '../support/servers/redis-server';
import { ChaosRun } from './chaos-run';
import { SeededRandom, chaosSeed } from './seeded-random';
import { fullOrShort, itWaits, SWEEP_SECONDS, CLAIM_SECONDS } from './size';

const {
  kills: KILLS,
  flushes: FLUSHES,
  ...TRAFFIC
} = fullOrShort(
  { kills: 10, flushes: 20, messages: 500, spreadMs: 20_000 },
  { kills: 4, flushes: 6, messages: 150, spreadMs: 8_000 },
);

const PLAN = {
  ...TRAFFIC,
  clients: 4,
  batchShare: 0.05,
  scheduledShare: 0.4,
  editShare: 0.2,
  cancelShare: 0.1,
};

/** Nothing happens besides these that would make the engine look at its rows. */
const LAST = {
  messages: 5,
  spreadMs: 0,
  clients: 1,
  batchShare: 1,
  scheduledShare: 1,
  editShare: 0,
  cancelShare: 0,
};

/** What sending may take after the sweep; in short more, on a busy machine, and still less than a sweep of a minute. */
const LATE_MS = fullOrShort(5_000, 20_000);

describe('an engine whose wake-ups are all lost', () => {
  itWaits(
    'goes on from its rows after kills, with the queue emptied in the embedded store each time',
    async () => {
      const random = new SeededRandom(chaosSeed());
      const run = await ChaosRun.begin({ random, flags: { BLUETICKS_SANDBOX_SPEED: '100' } });
      try {
        const traffic = run.traffic(PLAN);
        const kills = async (): Promise<void> => {
          for (let kill = 0; kill < KILLS; kill += 1) {
            await sleep(random.between(500, 3_000));
            await run.engine.kill();
            await run.engine.start({ wipeQueue: true });
          }
        };
        await Promise.all([kills(), traffic.run()]);
        const faults = await run.settle(traffic, 60_000);
        run.report('queue wiped between kills', traffic, {
          kills: KILLS,
          lateMs: run.latestLateness(traffic),
        });
        expect(faults).toEqual([]);
        expect(run.client.odd).toEqual([]);
      } finally {
        await run.end();
      }
    },
    300_000,
  );

  itWaits(
    'loses nothing when Redis is flushed again and again while it runs, and when it is killed',
    async () => {
      const random = new SeededRandom(chaosSeed());
      const server = await freshDatabase('postgres');
      const redisServer = await startRedisServer();
      const redis = new Redis(redisServer.url);
      const run = await ChaosRun.begin({
        random,
        sweepSeconds: SWEEP_SECONDS,
        claimSeconds: CLAIM_SECONDS,
        flags: {
          BLUETICKS_SANDBOX_SPEED: '100',
          DATABASE_URL: server.url!,
          REDIS_URL: redisServer.url,
        },
      });
      let flushes = 0;
      try {
        const traffic = run.traffic(PLAN);
        const flush = async (): Promise<void> => {
          for (let turn = 0; turn < FLUSHES; turn += 1) {
            await sleep(random.between(200, 2_000));
            await redis.flushall();
            flushes += 1;
            if ((turn + 1) % (FLUSHES / 2) === 0) {
              await run.engine.kill();
              await redis.flushall();
              await run.engine.start();
            }
          }
        };
        await Promise.all([flush(), traffic.run()]);
        const last = run.traffic(LAST);
        await last.run();
        traffic.messages.push(...last.messages);
        // What waits for a wake-up that was flushed away waits for the sweep.
        const due = Math.max(...last.messages.map(({ sendAt }) => sendAt ?? 0));
        while (Date.now() < due) {
          await redis.flushall();
          await sleep(20);
        }
        const faults = await run.settle(traffic, 90_000);
        run.report('Redis flushed', traffic, { flushes, lateMs: run.latestLateness(traffic) });
        expect(faults).toEqual([]);
        expect(run.client.odd).toEqual([]);
        expect(run.latestLateness(traffic)).toBeLessThan(SWEEP_SECONDS * 1000 + LATE_MS);
      } finally {
        await run.end();
        redis.disconnect();
        await redisServer.stop();
        await server.cleanup();
      }
    },
    300_000,
  );
});
