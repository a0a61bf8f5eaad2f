import { storeInbound } from '../../../../../engine/transport/baileys/receiving/store-inbound';
import { Timers } from '../../../../../engine/async/timers';
import type { Inbound } from '../../../../../engine/transport/transport';
import { FakeClock } from '../../../../support/clock/fake-clock';
import { silentLog } from '../../../../support/servers/silent-log';

const HOUR = 3_600_000;
const inbound = { id: 'A' } as Inbound;

function storing(store: () => Promise<void>, storeAnswers: () => Promise<unknown>) {
  const clock = new FakeClock();
  const timers = new Timers(clock);
  let done = false;
  void storeInbound(async () => inbound, store, storeAnswers, timers, silentLog).then(() => (done = true));
  return { clock, timers, isDone: () => done };
}

const outOfReach = (): Promise<never> => Promise.reject(new Error('out of reach'));

describe('storing what came in', () => {
  it('goes on for as long as the store is out of reach', async () => {
    let down = true;
    const store = (): Promise<void> => (down ? outOfReach() : Promise.resolve());
    const { clock, isDone } = storing(store, outOfReach);
    for (let hours = 0; hours < 24; hours++) await clock.advanceAsync(HOUR);
    expect(isDone()).toBe(false);
    down = false;
    await clock.advanceAsync(HOUR);
    expect(isDone()).toBe(true);
  });

  it('leaves a message out that a store which answers refuses for ever', async () => {
    let tries = 0;
    const store = (): Promise<void> => {
      tries += 1;
      throw new Error('a text that no database takes');
    };
    const { clock, isDone } = storing(store, () => Promise.resolve());
    await clock.advanceAsync(60_000);
    expect(isDone()).toBe(false);
    await clock.advanceAsync(HOUR);
    expect(isDone()).toBe(true);
    expect(tries).toBeGreaterThan(10);
  });

  it('never ends once the timers were stopped', async () => {
    const { clock, timers, isDone } = storing(outOfReach, outOfReach);
    await clock.advanceAsync(0);
    timers.stop();
    await clock.advanceAsync(HOUR);
    expect(isDone()).toBe(false);
  });
});
