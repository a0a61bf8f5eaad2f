import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { until } from '../support/engine/until';
import { freshDatabase } from '../support/servers/fresh-database';
import { startRedisServer } from '../support/servers/redis-server';
import { sharedPostgres } from '../support/servers/shared-servers';
import { ChaosRun } from './chaos-run';
import { SeededRandom, chaosSeed } from './seeded-random';
import { fullOrShort, itWaits, SWEEP_SECONDS } from './size';

const {
  cuts: CUTS,
  restarts: RESTARTS,
  outageMs: OUTAGE_MS,
  ...TRAFFIC
} = fullOrShort(
  { cuts: 30, restarts: 5, outageMs: 8_000, messages: 300, spreadMs: 20_000 },
  { cuts: 6, restarts: 2, outageMs: 4_000, messages: 60, spreadMs: 5_000 },
);

const PLAN = {
  ...TRAFFIC,
  clients: 4,
  batchShare: 0.05,
  scheduledShare: 0.3,
  editShare: 0.2,
  cancelShare: 0.1,
};

const INPUT = { type: 'text', to: '+14155550123', text: 'hello' };

const readiness = async (url: string): Promise<unknown> => (await fetch(`${url}/readyz`)).json();

describe('an engine whose servers go away', () => {
  itWaits(
    'loses nothing when its database connections are cut again and again, and says 503 meanwhile',
    async () => {
      const random = new SeededRandom(chaosSeed());
      const server = await freshDatabase('postgres');
      const name = new URL(server.url!).pathname.slice(1);
      const admin = new Client({ connectionString: await sharedPostgres() });
      await admin.connect();
      let cuts = 0;
      const cut = async (): Promise<void> => {
        await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
          name,
        ]);
        cuts += 1;
      };
      const run = await ChaosRun.begin({
        random,
        sweepSeconds: SWEEP_SECONDS,
        flags: { BLUETICKS_SANDBOX_SPEED: '100', DATABASE_URL: server.url! },
      });
      try {
        const traffic = run.traffic(PLAN);
        const cutOften = async (): Promise<void> => {
          for (let turn = 0; turn < CUTS; turn += 1) {
            await sleep(random.between(100, 1_000));
            await cut();
          }
          await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
          await cut();
          await sleep(500);
          // A kept connection may be closed by the engine in the very moment in which it is used.
          const refused = await until('it answers', () =>
            run.client.once(run.engine.url, 'POST', '/v1/messages', INPUT),
          );
          expect(refused).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } });
          expect(await readiness(run.engine.url)).toMatchObject({
            status: 'not_ready',
            store: 'unreachable',
          });
          await sleep(OUTAGE_MS);
          await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
        };
        await Promise.all([cutOften(), traffic.run()]);
        const faults = await run.settle(traffic, 100_000);
        run.report('database connections cut', traffic, { cuts, lateMs: run.latestLateness(traffic) });
        expect(faults).toEqual([]);
        expect(run.client.odd).toEqual([]);
        expect(run.client.unavailable).toBeGreaterThan(0);
        await until('it is ready again', async () => {
          const { status } = await fetch(`${run.engine.url}/readyz`);
          return status === 200;
        });
      } finally {
        await run.end();
        await server.cleanup();
        await admin.end();
      }
    },
    240_000,
  );

  itWaits(
    'loses nothing when Redis is restarted, empty, again and again; messages are taken in all the while',
    async () => {
      const random = new SeededRandom(chaosSeed());
      const server = await freshDatabase('postgres');
      let redisServer = await startRedisServer();
      const run = await ChaosRun.begin({
        random,
        sweepSeconds: SWEEP_SECONDS,
        flags: {
          BLUETICKS_SANDBOX_SPEED: '100',
          DATABASE_URL: server.url!,
          REDIS_URL: redisServer.url,
        },
      });
      let restarts = 0;
      try {
        const traffic = run.traffic(PLAN);
        const restart = async (): Promise<void> => {
          for (let turn = 0; turn < RESTARTS; turn += 1) {
            await sleep(random.between(1_000, fullOrShort(4_000, 2_000)));
            await redisServer.stop();
            await until('the engine says so', async () => {
              const state = (await readiness(run.engine.url)) as { queue: string };
              return state.queue === 'unreachable';
            });
            await sleep(random.between(0, fullOrShort(3_000, 1_500)));
            redisServer = await startRedisServer(Number(new URL(redisServer.url).port));
            restarts += 1;
          }
        };
        await Promise.all([restart(), traffic.run()]);
        const faults = await run.settle(traffic, 100_000);
        run.report('Redis restarted', traffic, { restarts, lateMs: run.latestLateness(traffic) });
        expect(faults).toEqual([]);
        expect(run.client.odd).toEqual([]);
        expect(run.client.unavailable).toBe(0);
        await until('it is ready again', async () => {
          const { status } = await fetch(`${run.engine.url}/readyz`);
          return status === 200;
        });
      } finally {
        await run.end();
        await redisServer.stop();
        await server.cleanup();
      }
    },
    240_000,
  );
});
