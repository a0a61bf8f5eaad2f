import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { WakeUps } from '../../engine/queue/wake-ups';

/** One store of wake-ups. Each `open` acts like another process, or like the same one after a restart. */
export interface WakeUpsStore {
  open(): Promise<WakeUps>;
  cleanup(): Promise<void>;
}

/** What every store of wake-ups must do. */
export function wakeUpsContract(name: string, openStore: () => Promise<WakeUpsStore>): void {
  describe(`WakeUps on ${name}`, () => {
    let store: WakeUpsStore;
    let wakeUps: WakeUps;
    let lane: string;
    let lanes = 0;

    beforeAll(async () => {
      store = await openStore();
      wakeUps = await store.open();
    });
    afterAll(async () => {
      await wakeUps.close();
      await store.cleanup();
    });
    beforeEach(() => {
      lane = `ses_${++lanes}`;
    });

    it('wakes a lane at once if the time is now or past', async () => {
      const calls = await workedBy(wakeUps, lane);
      for (const at of [Date.now(), Date.now() - 60_000, 0]) {
        const before = calls.times.length;
        await wakeUps.arm(lane, at);
        await calls.reach(before + 1);
      }
      await calls.stop();
    });

    it.each([300, 1_500])('wakes a lane after %i ms, not earlier', async (delay) => {
      const calls = await workedBy(wakeUps, lane);
      const at = Date.now() + delay;
      await wakeUps.arm(lane, at);
      await calls.reach(1);
      expect(calls.times[0]).toBeGreaterThanOrEqual(at - 2);
      await calls.stop();
    });

    it('wakes at an earlier time that is armed while it waits for a later one', async () => {
      const calls = await workedBy(wakeUps, lane);
      await wakeUps.arm(lane, Date.now() + 60_000);
      await sleep(100);
      const at = Date.now() + 400;
      await wakeUps.arm(lane, at);
      await calls.reach(1);
      expect(calls.times[0]).toBeGreaterThanOrEqual(at - 2);
      await calls.stop();
      await wakeUps.wipe(lane);
    });

    it('merges wake-ups for the same lane and time', async () => {
      const at = Date.now() + 1_200;
      await Promise.all(Array.from({ length: 30 }, () => wakeUps.arm(lane, at)));
      for (let count = 0; count < 5; count++) await wakeUps.arm(lane, at);
      const calls = await workedBy(wakeUps, lane);
      await calls.reach(1);
      await sleep(300);
      expect(calls.times).toHaveLength(1);
      await calls.stop();
    });

    it('merges immediate wake-ups while no process works the lane', async () => {
      for (let count = 0; count < 20; count++) await wakeUps.arm(lane, Date.now());
      const calls = await workedBy(wakeUps, lane);
      await calls.reach(1);
      await sleep(300);
      expect(calls.times.length).toBeLessThanOrEqual(2);
      await calls.stop();
    });

    it('never loses a wake-up that is armed while another is being handled', async () => {
      // Like a dispatcher: it writes a row, arms, and relies on the rows being read after that.
      let written = 0;
      let seen = 0;
      const calls = await workedBy(wakeUps, lane, () => (seen = written));
      const write = (): Promise<void> => {
        written++;
        return wakeUps.arm(lane, Date.now());
      };
      for (let round = 0; round < 80; round++) {
        const first = write();
        // Each round, the second wake-up meets the first in a different state.
        for (let turn = 0; turn < round; turn++) await nextTurn();
        await Promise.all([first, write()]);
        await until(() => seen === written);
      }
      await calls.stop();
    });

    it('wakes only the lane that was armed', async () => {
      const other = `${lane}_other`;
      const [calls, others] = [await workedBy(wakeUps, lane), await workedBy(wakeUps, other)];
      await wakeUps.arm(other, Date.now());
      await others.reach(1);
      await sleep(100);
      expect(calls.times).toEqual([]);
      await Promise.all([calls.stop(), others.stop()]);
    });

    it('wakes only one of two processes that work the same lane', async () => {
      const second = await store.open();
      const [here, there] = [await workedBy(wakeUps, lane), await workedBy(second, lane)];
      for (let round = 1; round <= 10; round++) {
        await wakeUps.arm(lane, Date.now());
        await until(() => here.times.length + there.times.length >= round);
      }
      await sleep(100);
      expect(here.times.length + there.times.length).toBe(10);
      await Promise.all([here.stop(), there.stop()]);
      await second.close();
    });

    it('wakes a lane that another process armed', async () => {
      const second = await store.open();
      const calls = await workedBy(wakeUps, lane);
      await second.arm(lane, Date.now());
      await calls.reach(1);
      await second.arm(lane, Date.now() + 1_100);
      await calls.reach(2);
      await calls.stop();
      await second.close();
    });

    it('keeps wake-ups while no process is running', async () => {
      const first = await store.open();
      const at = Date.now() + 1_200;
      await first.arm(lane, at);
      await first.close();
      const second = await store.open();
      const calls = await workedBy(second, lane);
      await calls.reach(1);
      expect(calls.times[0]).toBeGreaterThanOrEqual(at - 2);
      await calls.stop();
      await second.close();
    });

    it('does not wake a lane that nobody works, and wakes it when somebody does again', async () => {
      const calls = await workedBy(wakeUps, lane);
      await calls.stop();
      await wakeUps.arm(lane, Date.now());
      await sleep(200);
      expect(calls.times).toEqual([]);
      const again = await workedBy(wakeUps, lane);
      await again.reach(1);
      await again.stop();
    });

    it('deletes the wake-ups of one lane only', async () => {
      const other = `${lane}_other`;
      const at = Date.now() + 1_200;
      await Promise.all([wakeUps.arm(lane, at), wakeUps.arm(lane, Date.now()), wakeUps.arm(other, at)]);
      await wakeUps.wipe(lane);
      const [calls, others] = [await workedBy(wakeUps, lane), await workedBy(wakeUps, other)];
      await others.reach(1);
      await sleep(100);
      expect(calls.times).toEqual([]);
      await wakeUps.arm(lane, Date.now());
      await calls.reach(1);
      await Promise.all([calls.stop(), others.stop()]);
    });

    it('works more lanes than a pool has connections', async () => {
      const many = Array.from({ length: 15 }, (_, index) => `${lane}_${index}`);
      const worked = await Promise.all(many.map((one) => workedBy(wakeUps, one)));
      await Promise.all(many.map((one) => wakeUps.arm(one, Date.now())));
      await Promise.all(worked.map((calls) => calls.reach(1)));
      await Promise.all(worked.map((calls) => calls.stop()));
    });

    it('passes its health check', async () => {
      await expect(wakeUps.check()).resolves.toBeUndefined();
    });
  });
}

interface Calls {
  times: number[];
  reach(count: number): Promise<void>;
  stop(): Promise<void>;
}

async function workedBy(wakeUps: WakeUps, lane: string, onWakeUp?: () => void): Promise<Calls> {
  const times: number[] = [];
  const stop = await wakeUps.work(lane, () => {
    times.push(Date.now());
    onWakeUp?.();
  });
  return { times, stop, reach: (count) => until(() => times.length >= count) };
}

async function until(isSo: () => boolean, limitMs = 30_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`The condition was not met within ${limitMs} ms.`);
    await sleep(5);
  }
}
