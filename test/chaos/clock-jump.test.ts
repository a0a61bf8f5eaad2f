import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/engine/until';
import { tempFolder } from '../support/servers/temp-folder';
import { EngineProcess } from '../support/engine/engine-process';
import { readHandOvers } from '../support/engine/hand-overs';
import { PersistentClient } from './persistent-client';

const HOUR_MS = 3_600_000;
/** Six sweeps of a minute: the process's timers run 40 times as fast as its clock. */
const SIX_SWEEPS_MS = 9_000;

describe('an engine whose clock jumps', () => {
  it('sends what has come due with the next sweep, and nothing twice, forwards or back', async () => {
    const folder = await tempFolder('clock-jump');
    const handOverFile = join(folder.path, 'hand-overs');
    const skewFile = join(folder.path, 'skew');
    writeFileSync(skewFile, '0');
    const flags = { BLUETICKS_SANDBOX_SPEED: '100' };
    const engine = await EngineProcess.prepare(join(folder.path, 'data'), handOverFile, flags, {
      clockSkewFile: skewFile,
    });
    await engine.start();
    const client = new PersistentClient([engine.url], await engine.createKey());
    const post = async (count: number, sendAt?: number): Promise<void> => {
      const messages = Array.from({ length: count }, (_, index) => ({
        type: 'text',
        to: `+1415555${String(1000 + index)}`,
        text: 'hello',
        ...(sendAt === undefined ? {} : { send_at: new Date(sendAt).toISOString() }),
      }));
      expect((await client.call('POST', '/v1/messages/batch', { messages })).status).toBe(201);
    };
    const delivered = async (): Promise<number> =>
      (await client.call('GET', '/v1/messages?status=delivered&limit=200')).body.data.length;
    const wireIds = (): string[] => readHandOvers(handOverFile).map(({ wireId }) => wireId);
    try {
      await post(20);
      await post(30, Date.now() + HOUR_MS);
      await post(10, Date.now() + 5 * HOUR_MS);
      await until('what was to go at once is delivered', async () => (await delivered()) === 20);

      writeFileSync(skewFile, `${2 * HOUR_MS}`);
      await until('what is due by the new time is delivered', async () => (await delivered()) === 50, 30_000);

      writeFileSync(skewFile, '0');
      await post(20);
      await until('a clock put back holds up nothing new', async () => (await delivered()) === 70, 30_000);
      await sleep(SIX_SWEEPS_MS);
      expect(wireIds()).toHaveLength(70);
      expect(new Set(wireIds()).size).toBe(70);
    } finally {
      client.stop();
      await engine.kill();
      await folder.remove();
    }
  }, 120_000);
});
