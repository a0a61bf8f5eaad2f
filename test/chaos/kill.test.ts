import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosRun } from './chaos-run';
import { SeededRandom, chaosSeed } from './seeded-random';
import { fullOrShort } from './size';

const {
  kills: KILLS,
  refuseShare: REFUSE_SHARE,
  ...TRAFFIC
} = fullOrShort(
  { kills: 50, refuseShare: 0.03, messages: 2_000, spreadMs: 90_000 },
  { kills: 5, refuseShare: 0, messages: 120, spreadMs: 8_000 },
);

/** Kills the engine at chance moments, some of them while it starts, and starts it again each time. */
async function killAndStart(run: ChaosRun, random: SeededRandom, kills: number): Promise<void> {
  for (let kill = 0; kill < kills; kill += 1) {
    // A refused event comes again after a minute, so the short form refuses none, and the full one only early.
    run.receiver.refuseShare = kill < kills / 3 ? REFUSE_SHARE : 0;
    await sleep(random.between(50, 1_800));
    await run.engine.kill();
    run.engine.launch();
    if (random.happens(0.2)) await sleep(random.between(0, 2_500));
    else await run.engine.listening();
  }
  await run.engine.kill();
  await run.engine.start();
}

describe('an engine that is killed again and again, on its embedded store', () => {
  it('loses nothing, sends nothing twice, and tells everything', async () => {
    const random = new SeededRandom(chaosSeed());
    const run = await ChaosRun.begin({ random, flags: { BLUETICKS_SANDBOX_SPEED: '100' } });
    try {
      const traffic = run.traffic({
        ...TRAFFIC,
        clients: 6,
        batchShare: 0.03,
        scheduledShare: 0.2,
        editShare: 0.2,
        cancelShare: 0.1,
      });
      await Promise.all([killAndStart(run, random, KILLS), traffic.run()]);
      const faults = await run.settle(traffic, 90_000);
      run.report('kill -9', traffic, { kills: KILLS + 1 });
      expect(faults).toEqual([]);
      expect(run.client.odd).toEqual([]);
    } finally {
      await run.end();
    }
  }, 900_000);
});
