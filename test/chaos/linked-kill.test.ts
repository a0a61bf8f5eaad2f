import { setTimeout as sleep } from 'node:timers/promises';
import { KILL_POINTS } from '../support/engine/kill-points';
import { LinkedRun, readersAndSilent } from './linked-run';
import { chaosSeed, SeededRandom } from './seeded-random';
import { fullOrShort } from './size';

const SIZE = fullOrShort(
  { messages: 5_000, contacts: 200, kills: 200, cuts: 200, spreadMs: 900_000, limitMs: 3_600_000 },
  { messages: 100, contacts: 30, kills: 5, cuts: 6, spreadMs: 15_000, limitMs: 600_000 },
);

/** Kills the engine, at random moments and at named points in turn, and starts it again each time. */
async function killAndStart(run: LinkedRun, random: SeededRandom): Promise<void> {
  const points = [...KILL_POINTS, 'at-random'] as const;
  for (let kill = 0; kill < SIZE.kills; kill += 1) {
    const point = points[kill % points.length]!;
    const nth = Math.ceil(random.between(0, 4));
    if (point === 'at-random' || point === 'after-wire-write') {
      if (point === 'after-wire-write') await wireWrites(run, nth);
      else await sleep(random.between(50, 2_500));
      await run.engine.kill();
      run.engine.launch();
    } else {
      await run.engine.kill();
      run.engine.launch({ killAt: { point, nth } });
      await Promise.race([run.engine.died(), sleep(8_000)]);
      await run.engine.kill();
      run.engine.launch();
    }
    if ((kill + 1) % 20 === 0) process.stdout.write(`chaos: ${kill + 1} of ${SIZE.kills} kills\n`);
    if (random.happens(0.2)) await sleep(random.between(0, 3_000));
    else await run.engine.listening();
  }
  await run.engine.kill();
  await run.engine.start();
}

/** Resolves when the server has seen the `nth` message from now, and has not yet answered it. */
function wireWrites(run: LinkedRun, nth: number): Promise<void> {
  let seen = 0;
  const written = new Promise<void>((resolve) => {
    run.whatsapp.onStanza = ({ tag }) => {
      if (tag === 'message' && ++seen === nth) resolve();
    };
  });
  return Promise.race([written, sleep(8_000)]).finally(() => (run.whatsapp.onStanza = () => undefined));
}

/** Cuts the line in every way there is. */
async function cutLines(run: LinkedRun, random: SeededRandom): Promise<void> {
  const { faults } = run.whatsapp;
  const ways = [
    () => faults.dropLink(),
    () => faults.endStream(503),
    () => faults.dropBeforeAck(),
    () => faults.loseAck(),
    () => faults.endStream(515),
  ];
  for (let cut = 0; cut < SIZE.cuts; cut += 1) {
    await sleep(random.between(0, (2 * SIZE.spreadMs) / SIZE.cuts));
    random.pick(ways)();
  }
}

describe('a linked number whose engine is killed and whose line is cut, again and again', () => {
  it(
    'loses nothing, and sends nothing under two wire ids',
    async () => {
      const random = new SeededRandom(chaosSeed());
      const run = await LinkedRun.begin(random, (whatsapp) => readersAndSilent(whatsapp, SIZE.contacts));
      try {
        const traffic = run.traffic({
          messages: SIZE.messages,
          clients: 6,
          spreadMs: SIZE.spreadMs,
          batchShare: 0.02,
          scheduledShare: 0.2,
          editShare: 0.2,
          cancelShare: 0.05,
        });
        await Promise.all([killAndStart(run, random), cutLines(run, random), traffic.run()]);
        run.whatsapp.faults.heal();
        const faults = await run.settle(traffic, 180_000);
        run.report('linked, kill -9 and cut lines', traffic, { kills: SIZE.kills + 1, cuts: SIZE.cuts });
        expect(faults).toEqual([]);
        expect(run.client.odd).toEqual([]);
      } finally {
        await run.end();
      }
    },
    SIZE.limitMs,
  );
});
