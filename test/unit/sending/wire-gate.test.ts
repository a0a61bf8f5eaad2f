import { deferred } from '../../../engine/async/deferred';
import { WireGate } from '../../../engine/sending/wire-gate';
import { FakeClock } from '../../support/clock/fake-clock';

describe('the gate before the wire', () => {
  let clock: FakeClock;
  let gate: WireGate;
  let done: string[];
  beforeEach(() => {
    clock = new FakeClock();
    gate = new WireGate(clock);
    done = [];
  });
  afterEach(() => expect(clock.pending).toBe(0));

  const enter = async (name: string, passage = gate.passage()) => {
    await passage.enter();
    done.push(name);
    return passage;
  };
  const store = (name: string, work: Promise<void> = Promise.resolve()) =>
    gate.whileClosed(async () => {
      done.push(`${name} begins`);
      await work;
      done.push(`${name} ends`);
    });
  const settle = () => clock.advanceAsync(0);

  it('lets messages pass side by side', async () => {
    await Promise.all([enter('A'), enter('B')]);
    expect(done).toEqual(['A', 'B']);
  });

  it('is closed only once those on their way are on the wire', async () => {
    const a = await enter('A');
    const stored = store('owner');
    await settle();
    expect(done).toEqual(['A']);
    a.leave();
    await stored;
    expect(done).toEqual(['A', 'owner begins', 'owner ends']);
  });

  it('holds up others until it is stored', async () => {
    const work = deferred();
    const stored = store('owner', work.promise);
    const entered = enter('A');
    await settle();
    expect(done).toEqual(['owner begins']);
    work.resolve();
    await Promise.all([stored, entered]);
    expect(done).toEqual(['owner begins', 'owner ends', 'A']);
  });

  it('lets what comes in after the owner’s message be stored after it', async () => {
    const a = await enter('A');
    const stored = store('owner');
    const answered = gate.afterOwner().then(() => done.push('answer'));
    await settle();
    expect(done).toEqual(['A']);
    a.leave();
    await Promise.all([stored, answered]);
    expect(done).toEqual(['A', 'owner begins', 'owner ends', 'answer']);
  });

  it('lets a message that is checked again wait outside, so that what waits for it goes first', async () => {
    const a = await enter('A');
    const stored = store('owner');
    const again = enter('A again', a);
    await Promise.all([stored, again]);
    expect(done).toEqual(['A', 'owner begins', 'owner ends', 'A again']);
    a.leave();
    a.leave();
  });

  it('opens again if storing fails', async () => {
    await expect(gate.whileClosed(() => Promise.reject(new Error('down')))).rejects.toThrow('down');
    (await enter('A')).leave();
    await store('owner');
    expect(done).toEqual(['A', 'owner begins', 'owner ends']);
  });

  it('stores after 5 seconds what a stuck message would hold up', async () => {
    await enter('A');
    const stored = store('owner');
    await clock.advanceAsync(4_999);
    expect(done).toEqual(['A']);
    await clock.advanceAsync(1);
    await stored;
    expect(done).toEqual(['A', 'owner begins', 'owner ends']);
  });
});
