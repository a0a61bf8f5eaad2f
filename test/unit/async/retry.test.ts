import { retry } from '../../../engine/async/retry';
import { Timers } from '../../../engine/async/timers';
import { FakeClock } from '../../support/clock/fake-clock';

const BACK_OFF = { firstMs: 100, longestMs: 300 };

/** An action that fails `failures` times, and the times of its attempts from the start. */
function attempts(clock: FakeClock, failures: number) {
  const start = clock.now();
  const at: number[] = [];
  const action = (): string => {
    at.push(clock.now() - start);
    if (at.length <= failures) throw new Error(`failure ${at.length}`);
    return 'done';
  };
  return { at, action };
}

describe('retry', () => {
  it('doubles the wait after each failure, up to the longest', async () => {
    const clock = new FakeClock();
    const { at, action } = attempts(clock, 4);
    const errors: unknown[] = [];
    const result = retry(clock, BACK_OFF, action, (error) => void errors.push(error));
    await clock.advanceAsync(10_000);
    await expect(result).resolves.toBe('done');
    expect(at).toEqual([0, 100, 300, 600, 900]);
    expect(errors).toHaveLength(4);
  });

  it('gives up with what onError throws', async () => {
    const clock = new FakeClock();
    const { at, action } = attempts(clock, 9);
    const result = retry(clock, BACK_OFF, action, async (error) => {
      if (at.length === 2) throw error;
    });
    const rejected = expect(result).rejects.toThrow('failure 2');
    await clock.advanceAsync(10_000);
    await rejected;
    expect(at).toHaveLength(2);
  });

  it('never tries again on timers that are stopped', async () => {
    const clock = new FakeClock();
    const timers = new Timers(clock);
    const { at, action } = attempts(clock, 9);
    void retry(timers, BACK_OFF, action, () => undefined);
    await clock.advanceAsync(100);
    timers.stop();
    await clock.advanceAsync(10_000);
    expect(at).toHaveLength(2);
  });
});
