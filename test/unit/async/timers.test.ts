import { sleep } from '../../../engine/async/sleep';
import { Timers } from '../../../engine/async/timers';
import { FakeClock } from '../../support/clock/fake-clock';

describe('Timers', () => {
  let clock: FakeClock;
  let timers: Timers;
  let done: string[];

  beforeEach(() => {
    clock = new FakeClock();
    timers = new Timers(clock);
    done = [];
  });

  it('runs and cancels like the clock it is made from', () => {
    timers.after(10, () => done.push('a'));
    timers.after(20, () => done.push('b'))();
    clock.advance(100);
    expect(done).toEqual(['a']);
    expect(timers.now()).toBe(clock.now());
  });

  it('runs nothing after it is stopped', async () => {
    timers.after(10, () => done.push('before'));
    void sleep(timers, 10).then(() => done.push('slept'));
    timers.stop();
    timers.after(10, () => done.push('after'))();
    await clock.advanceAsync(100);
    expect(done).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('wakes a sleeper in time', async () => {
    void sleep(timers, 10).then(() => done.push('slept'));
    await clock.advanceAsync(9);
    expect(done).toEqual([]);
    await clock.advanceAsync(1);
    expect(done).toEqual(['slept']);
  });
});
