import { DeadlineError, withDeadline } from '../../../engine/async/deadline';
import { deferred } from '../../../engine/async/deferred';
import { FakeClock } from '../../support/clock/fake-clock';

describe('withDeadline', () => {
  it('gives the result of work that ends in time, and leaves no timer behind', async () => {
    const clock = new FakeClock();
    await expect(withDeadline(clock, 1_000, async () => 'done')).resolves.toBe('done');
    await expect(withDeadline(clock, 1_000, () => Promise.reject(new Error('failed')))).rejects.toThrow(
      'failed',
    );
    expect(clock.pending).toBe(0);
  });

  it('rejects when the time is up and tells the work to stop', async () => {
    const clock = new FakeClock();
    let signal: AbortSignal | undefined;
    const work = deferred();
    const result = withDeadline(clock, 1_500, (given) => {
      signal = given;
      return work.promise;
    });
    const rejected = expect(result).rejects.toThrow(new DeadlineError(1_500));
    await clock.advanceAsync(1_499);
    expect(signal?.aborted).toBe(false);
    await clock.advanceAsync(1);
    await rejected;
    expect(signal?.reason).toMatchObject({ message: 'timed out after 1.5 s' });
    // A later result is ignored, even a failure.
    work.reject(new Error('late'));
    await clock.advanceAsync(0);
  });

  it('rejects with the given error', async () => {
    const clock = new FakeClock();
    const result = withDeadline(
      clock,
      10,
      () => new Promise(() => undefined),
      () => new Error('no answer'),
    );
    const rejected = expect(result).rejects.toThrow('no answer');
    await clock.advanceAsync(10);
    await rejected;
  });
});
