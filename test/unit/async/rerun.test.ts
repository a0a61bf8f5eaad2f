import fc from 'fast-check';
import { Rerun, type RerunOptions } from '../../../engine/async/rerun';
import { FakeClock } from '../../support/clock/fake-clock';

interface Run {
  startedAt: number;
  endedAt: number | null;
  failed: boolean;
}

const RETRY_MS = 1_000;

/** A rerun whose runs last until they are ended from outside. */
class World {
  readonly clock = new FakeClock();
  readonly runs: Run[] = [];
  readonly errors: unknown[] = [];
  readonly rerun: Rerun;
  private end: ((error?: Error) => void) | null = null;

  constructor(options: Partial<RerunOptions> = {}) {
    this.rerun = new Rerun({
      clock: this.clock,
      retryMs: RETRY_MS,
      onError: (error) => this.errors.push(error),
      run: () => this.run(),
      ...options,
    });
  }

  get isRunning(): boolean {
    return this.end !== null;
  }

  async wake(): Promise<void> {
    this.rerun.wake();
    await this.pass(0);
  }

  async endRun(error?: Error): Promise<void> {
    this.end?.(error);
    await this.pass(0);
  }

  pass(ms: number): Promise<void> {
    return this.clock.advanceAsync(ms);
  }

  private run(): Promise<void> {
    expect(this.isRunning).toBe(false);
    const run: Run = { startedAt: this.clock.now(), endedAt: null, failed: false };
    this.runs.push(run);
    return new Promise((resolve, reject) => {
      this.end = (error) => {
        this.end = null;
        Object.assign(run, { endedAt: this.clock.now(), failed: error !== undefined });
        if (error) reject(error);
        else resolve();
      };
    });
  }
}

describe('Rerun', () => {
  it('runs once for all wake-ups that come together, and once more for those during the run', async () => {
    const world = new World();
    world.rerun.wake();
    await world.wake();
    expect(world.runs).toHaveLength(1);
    world.rerun.wake();
    await world.wake();
    await world.endRun();
    expect(world.runs).toHaveLength(2);
    await world.endRun();
    await world.pass(60_000);
    expect(world.runs).toHaveLength(2);
  });

  it('lets a run ask for another one', async () => {
    let left = 3;
    const rerun: Rerun = new Rerun({
      clock: new FakeClock(),
      retryMs: RETRY_MS,
      onError() {},
      async run() {
        left -= 1;
        if (left > 0) rerun.wake();
      },
    });
    rerun.wake();
    await rerun.idle();
    expect(left).toBe(0);
  });

  it('retries after a failure, not before the delay however often it is woken', async () => {
    const world = new World();
    await world.wake();
    await world.wake();
    await world.endRun(new Error('away'));
    await world.wake();
    await world.pass(RETRY_MS - 1);
    expect(world.errors).toEqual([new Error('away')]);
    expect(world.runs).toHaveLength(1);
    await world.pass(1);
    expect(world.runs).toHaveLength(2);
  });

  it('never retries after it is closed', async () => {
    const world = new World();
    await world.wake();
    const closed = world.rerun.close();
    await world.endRun(new Error('away'));
    await closed;
    await world.pass(60_000);
    expect(world.runs).toHaveLength(1);
    expect(world.clock.pending).toBe(0);
  });

  it('does not start a run that was only just woken when it is closed', async () => {
    const world = new World();
    world.rerun.wake();
    await world.rerun.close();
    await world.pass(0);
    expect(world.runs).toHaveLength(0);
  });

  it('runs a round when it was not woken for long enough', async () => {
    const world = new World({ everyMs: 5_000 });
    await world.wake();
    await world.pass(7_000);
    await world.endRun();
    await world.pass(4_000);
    await world.wake();
    await world.endRun();
    await world.pass(4_999);
    expect(world.runs).toHaveLength(2);
    await world.pass(1);
    expect(world.runs).toHaveLength(3);
  });

  it('wakes later, unless that is canceled', async () => {
    const world = new World();
    world.rerun.wakeAfter(10);
    const cancel = world.rerun.wakeAfter(20);
    await world.pass(10);
    await world.endRun();
    cancel();
    await world.pass(100);
    expect(world.runs).toHaveLength(1);
  });

  it('is not delayed if the clock is set back', async () => {
    let offset = 0;
    const fake = new FakeClock();
    const clock = { now: () => fake.now() + offset, after: fake.after.bind(fake) };
    let runs = 0;
    const rerun = new Rerun({
      clock,
      retryMs: RETRY_MS,
      apartMs: 100,
      onError() {},
      run: async () => void (runs += 1),
    });
    rerun.wake();
    await fake.advanceAsync(10);
    offset = -3_600_000;
    rerun.wake();
    await fake.advanceAsync(100);
    expect(runs).toBe(2);
  });

  const step = fc.oneof(
    fc.record({ do: fc.constant('wake' as const) }),
    fc.record({ do: fc.constant('wakeAfter' as const), ms: fc.nat(300) }),
    fc.record({ do: fc.constant('end' as const), failed: fc.boolean() }),
    fc.record({ do: fc.constant('pass' as const), ms: fc.nat(1_500) }),
  );
  const options = fc.record(
    { everyMs: fc.integer({ min: 50, max: 5_000 }), apartMs: fc.integer({ min: 1, max: 500 }) },
    { requiredKeys: [] },
  );

  it('never overlaps, loses no wake-up and starts nothing after close, in any order of events', async () => {
    await fc.assert(
      fc.asyncProperty(options, fc.array(step, { maxLength: 25 }), async (given, steps) => {
        const world = new World(given);
        /** Of each wake-up: how many runs had started. */
        const wakes: number[] = [];
        for (const next of steps) {
          if (next.do === 'wake') {
            wakes.push(world.runs.length);
            await world.wake();
          } else if (next.do === 'wakeAfter') {
            world.rerun.wakeAfter(next.ms);
          } else if (next.do === 'end') {
            await world.endRun(next.failed ? new Error('failed') : undefined);
          } else {
            await world.pass(next.ms);
          }
        }
        const atClose = world.runs.length;
        // Half of the time it drains first, to see that no wake-up was lost.
        if (steps.length % 2 === 0) {
          for (let i = 0; i < 6; i += 1) {
            await world.endRun();
            await world.pass(RETRY_MS);
          }
          for (const before of wakes) expect(world.runs.length).toBeGreaterThan(before);
          for (const [i, run] of world.runs.entries())
            if (run.failed) expect(world.runs.length).toBeGreaterThan(i + 1);
        }
        const started = world.runs.length;
        expect(started).toBeGreaterThanOrEqual(atClose);

        let isClosed = false;
        const closed = world.rerun.close().then(() => (isClosed = true));
        world.rerun.wake();
        await world.pass(10_000);
        expect(isClosed).toBe(!world.isRunning);
        await world.endRun(new Error('failed'));
        await closed;
        await world.pass(10_000);
        expect(world.runs).toHaveLength(started);
        expect(world.clock.pending).toBe(0);

        for (const [i, run] of world.runs.entries()) {
          const previous = world.runs[i - 1];
          if (!previous) continue;
          if (previous.failed) expect(run.startedAt).toBeGreaterThanOrEqual(previous.endedAt! + RETRY_MS);
          expect(run.startedAt).toBeGreaterThanOrEqual(previous.startedAt + (given.apartMs ?? 0));
          if (given.everyMs !== undefined)
            expect(run.startedAt).toBeLessThanOrEqual(
              Math.max(
                previous.endedAt! + (previous.failed ? RETRY_MS : given.everyMs),
                previous.startedAt + (given.apartMs ?? 0),
              ),
            );
        }
      }),
    );
  });
});
