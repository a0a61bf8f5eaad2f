import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { until } from '../support/engine/until';
import { freshDatabase } from '../support/servers/fresh-database';
import { startRedisServer } from '../support/servers/redis-server';
import { ChaosRun } from './chaos-run';
import type { EngineProcess } from '../support/engine/engine-process';
import { SeededRandom, chaosSeed } from './seeded-random';
import { CLAIM_SECONDS, fullOrShort, itWaits } from './size';

const PLAN = {
  ...fullOrShort({ messages: 600, spreadMs: 30_000 }, { messages: 80, spreadMs: 5_000 }),
  clients: 4,
  batchShare: 0.05,
  scheduledShare: 0.3,
  editShare: 0.2,
  cancelShare: 0.1,
};

/** In full the engine's own time. The short form still gives a busy machine two renewals to miss. */
const LEASE_SECONDS = fullOrShort(15, 6);
const RENEWAL_MS = (LEASE_SECONDS * 1000) / 3;

/** The other engine looks at every renewal, and a busy machine is slow. */
const TAKE_OVER_MS = LEASE_SECONDS * 1000 + RENEWAL_MS + 25_000;

/** How many messages the owner hands over before the fault. */
const UNDISTURBED = fullOrShort(100, 10);

interface Pair {
  run: ChaosRun;
  databaseUrl: string;
  /** The process that holds the sandbox session's lease now; undefined while nobody does. */
  owner(): Promise<EngineProcess | undefined>;
  /** Waits until the other process owns the session. */
  survivorOf(stopped: EngineProcess): Promise<EngineProcess>;
}

/** Runs `scenario` on two engines of its own, with a database and a Redis of their own. */
async function onTwoEngines(scenario: (pair: Pair) => Promise<void>): Promise<void> {
  const [server, redisServer] = await Promise.all([freshDatabase('postgres'), startRedisServer()]);
  const run = await ChaosRun.begin({
    random: new SeededRandom(chaosSeed()),
    processes: 2,
    leaseSeconds: LEASE_SECONDS,
    claimSeconds: CLAIM_SECONDS,
    flags: {
      BLUETICKS_SANDBOX_SPEED: '100',
      BLUETICKS_ENCRYPTION_KEY: randomBytes(32).toString('hex'),
      DATABASE_URL: server.url!,
      REDIS_URL: redisServer.url,
    },
  });
  const owner = async (): Promise<EngineProcess | undefined> => {
    const [lease] = await server.database.query<{ owner: string }>(
      'SELECT owner FROM session_leases WHERE expires_at > now()',
    );
    return run.engines.find((engine) => lease?.owner.split(':')[1] === String(engine.pid));
  };
  const survivorOf = (stopped: EngineProcess): Promise<EngineProcess> =>
    until(
      'the other engine takes over',
      async () => {
        const now = await owner();
        return now === stopped ? undefined : now;
      },
      TAKE_OVER_MS,
    );
  try {
    await scenario({ run, databaseUrl: server.url!, owner, survivorOf });
  } finally {
    await run.end();
    await redisServer.stop();
    await server.cleanup();
  }
}

describe('two engines on one PostgreSQL and one Redis', () => {
  itWaits(
    'hands the lane of a killed owner to the other one',
    () =>
      onTwoEngines(async ({ run, owner, survivorOf }) => {
        const traffic = run.traffic(PLAN);
        let takeOverMs = 0;
        const killOwner = async (): Promise<void> => {
          await until('the owner sends', () => run.handOvers().length >= UNDISTURBED);
          const killed = await until('somebody owns the lane', owner);
          await killed.kill();
          const killedAt = Date.now();
          const heir = await survivorOf(killed);
          takeOverMs = Date.now() - killedAt;
          await until('the heir sends', () => run.handOvers().some(({ pid }) => pid === heir.pid));
          await killed.start();
        };
        await Promise.all([killOwner(), traffic.run()]);
        const faults = await run.settle(traffic, 100_000);
        run.report('owner killed', traffic, { takeOverMs });
        expect(faults).toEqual([]);
        expect(run.client.odd).toEqual([]);
        // Only one of them sends at a time, though both take messages in.
        expect(new Set(run.handOvers().map(({ pid }) => pid)).size).toBe(2);
      }),
    240_000,
  );

  itWaits(
    'keeps an owner that was stopped for a while from sending what is no longer its own',
    () =>
      onTwoEngines(async ({ run, owner, survivorOf }) => {
        const traffic = run.traffic(PLAN);
        let lateHandOvers = 0;
        const stopOwner = async (): Promise<void> => {
          await until('the owner sends', () => run.handOvers().length >= UNDISTURBED);
          const stopped = await until('somebody owns the lane', owner);
          stopped.signal('SIGSTOP');
          const heir = await survivorOf(stopped);
          await sleep(fullOrShort(2_000, 1_000));
          const before = run.handOvers().length;
          stopped.signal('SIGCONT');
          await sleep(RENEWAL_MS);
          lateHandOvers = run
            .handOvers()
            .slice(before)
            .filter(({ pid }) => pid === stopped.pid).length;
          expect(await owner()).toBe(heir);
        };
        await Promise.all([stopOwner(), traffic.run()]);
        const faults = await run.settle(traffic, 100_000);
        run.report('owner stopped and continued', traffic, { lateHandOvers });
        expect(faults).toEqual([]);
        expect(run.client.odd).toEqual([]);
        expect(lateHandOvers).toBe(0);
      }),
    240_000,
  );

  itWaits(
    'does not hand over what it had claimed before it was stopped and another one has sent since',
    () =>
      onTwoEngines(async ({ run, databaseUrl, owner, survivorOf }) => {
        const { body: made } = await run.client.call('POST', '/v1/messages', {
          type: 'media',
          to: '+14155550123',
          media: { data_base64: Buffer.from('%PDF-1.4 a page').toString('base64'), filename: 'page.pdf' },
          send_at: new Date(Date.now() + fullOrShort(12_000, 11_000)).toISOString(),
        });
        const path = `/v1/messages/${made.id}`;
        const shown = async () => (await run.client.call('GET', path)).body;
        // Its owner has claimed the message and waits for its bytes when it is stopped.
        const locker = new Client({ connectionString: databaseUrl });
        locker.on('error', () => undefined);
        await locker.connect();
        await locker.query('BEGIN; LOCK TABLE blueticks.media_files IN ACCESS EXCLUSIVE MODE');
        await until('it is claimed', async () => (await shown()).status === 'sending', 20_000);
        const stopped = await until('somebody owns the lane', owner);
        stopped.signal('SIGSTOP');
        const heir = await survivorOf(stopped);
        await locker.end();
        await until('the heir has sent it', async () => (await shown()).status === 'delivered', 20_000);
        stopped.signal('SIGCONT');
        await sleep(RENEWAL_MS + 3_000);
        // The old owner, closing what it lost, leaves the new one's state of the link alone.
        expect((await run.client.call('GET', '/v1/engines')).body.data).toMatchObject([{ connected: true }]);
        expect(run.handOvers().map(({ pid }) => pid)).toEqual([heir.pid]);
        expect(await shown()).toMatchObject({ status: 'delivered', failure_reason: null });
      }),
    120_000,
  );
});
