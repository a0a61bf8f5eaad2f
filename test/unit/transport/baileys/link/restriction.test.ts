import type { Timelock } from '../../../../../engine/transport/baileys/baileys';
import { Restriction } from '../../../../../engine/transport/baileys/link/restriction';
import { Timers } from '../../../../../engine/async/timers';
import { FakeClock } from '../../../../support/clock/fake-clock';

const HOUR = 3_600_000;

function restricted(answer: () => Timelock | null = () => null) {
  const clock = new FakeClock();
  const changes: (number | null)[] = [];
  let asked = 0;
  const restriction: Restriction = new Restriction(
    clock,
    new Timers(clock),
    async () => {
      asked += 1;
      const lock = answer();
      if (!lock) throw new Error('no answer');
      restriction.told(lock);
    },
    () => changes.push(restriction.until),
  );
  return { clock, restriction, changes, asked: () => asked };
}

const lockUntil = (until: number): Timelock =>
  ({ isActive: true, timeEnforcementEnds: new Date(until), enforcementType: 'BIZ_QUALITY' }) as Timelock;
const free = { isActive: false } as Timelock;

describe('a restriction of the account', () => {
  it('lasts until WhatsApp’s end time, then asks again', async () => {
    const { clock, restriction, changes, asked } = restricted(() => free);
    restriction.told(lockUntil(clock.now() + HOUR));
    expect(restriction.until).toBe(clock.now() + HOUR);
    await clock.advanceAsync(HOUR - 1);
    expect([restriction.until === null, asked()]).toEqual([false, 0]);
    await clock.advanceAsync(1);
    expect([restriction.until, asked()]).toEqual([null, 1]);
    expect(changes).toHaveLength(2);
  });

  it('goes on if WhatsApp has extended it', async () => {
    const world = restricted(() => lockUntil(world.clock.now() + HOUR));
    world.restriction.told(lockUntil(world.clock.now() + HOUR));
    await world.clock.advanceAsync(HOUR);
    expect(world.restriction.until).toBe(world.clock.now() + HOUR);
    expect(world.changes.every((until) => until !== null)).toBe(true);
  });

  it('ends on time even if WhatsApp does not answer', async () => {
    const { clock, restriction } = restricted();
    restriction.told(lockUntil(clock.now() + HOUR));
    await clock.advanceAsync(HOUR);
    expect(restriction.until).toBeNull();
  });

  it('ends when WhatsApp says so', () => {
    const { clock, restriction, changes } = restricted();
    restriction.told(lockUntil(clock.now() + HOUR));
    restriction.told(free);
    expect(changes).toEqual([clock.now() + HOUR, null]);
  });

  it('cools down after a refusal that WhatsApp does not explain', async () => {
    const { clock, restriction, asked } = restricted(() => free);
    restriction.refused();
    restriction.refused();
    await clock.advanceAsync(60_000);
    expect([restriction.until === null, asked()]).toEqual([false, 1]);
    await clock.advanceAsync(HOUR);
    expect(restriction.until).toBeNull();
  });

  it('uses WhatsApp’s end time after a refusal, if given', async () => {
    const world = restricted(() => lockUntil(start + 5 * HOUR));
    const start = world.clock.now();
    world.restriction.refused();
    await world.clock.advanceAsync(0);
    expect(world.restriction.until).toBe(start + 5 * HOUR);
  });

  it('reports the same end once', () => {
    const { clock, restriction, changes } = restricted();
    const until = clock.now() + HOUR;
    restriction.told(lockUntil(until));
    restriction.told(lockUntil(until));
    restriction.told(free);
    restriction.told(free);
    expect(changes).toEqual([until, null]);
  });
});
