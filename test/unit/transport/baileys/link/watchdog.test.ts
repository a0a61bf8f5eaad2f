import { Watchdog } from '../../../../../engine/transport/baileys/link/watchdog';
import { TIMING } from '../../../../../engine/transport/baileys/timing';
import { Timers } from '../../../../../engine/async/timers';
import { FakeClock } from '../../../../support/clock/fake-clock';

function watched(periodMs: number) {
  const clock = new FakeClock();
  const told = { asked: 0, givenUp: 0 };
  const dog = new Watchdog(
    new Timers(clock),
    periodMs,
    () => (told.asked += 1),
    () => (told.givenUp += 1),
  );
  dog.start();
  return { clock, told, dog };
}

describe('the watchdog of a link', () => {
  it('pings regularly and accepts any answer', () => {
    const { clock, told, dog } = watched(10);
    for (let round = 0; round < 20; round++) {
      clock.advance(10);
      dog.hear();
    }
    expect(told).toEqual({ asked: 20, givenUp: 0 });
  });

  it('gives up a dead link once, within 30 s of its death', () => {
    for (let died = 0; died <= TIMING.pingMs; died += 500) {
      const { clock, told, dog } = watched(TIMING.pingMs);
      clock.advance(died);
      dog.hear();
      let noticedAfter = 0;
      while (told.givenUp === 0) {
        clock.advance(100);
        noticedAfter += 100;
      }
      expect(noticedAfter).toBeLessThan(30_000);
      clock.advance(120_000);
      expect(told.givenUp).toBe(1);
    }
  });

  it('does nothing after stop', () => {
    const { clock, told, dog } = watched(10);
    dog.stop();
    clock.advance(1_000);
    expect(told).toEqual({ asked: 0, givenUp: 0 });
  });
});
