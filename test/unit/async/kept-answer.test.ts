import { KeptAnswer, type Keeping } from '../../../engine/async/kept-answer';
import { FakeClock } from '../../support/clock/fake-clock';

describe('KeptAnswer', () => {
  let clock: FakeClock;
  let asked: { answer(value: number): void; fail(): void }[];
  beforeEach(() => {
    clock = new FakeClock();
    asked = [];
  });

  const open = (keeping: Keeping) =>
    new KeptAnswer(
      clock,
      keeping,
      () =>
        new Promise<number>((answer, fail) => asked.push({ answer, fail: () => fail(new Error('away')) })),
    );

  it('asks once for all who ask meanwhile and soon after', async () => {
    const kept = open({ forMs: 5_000 });
    const all = [kept.get(), kept.get(), kept.get()];
    expect(asked).toHaveLength(1);
    asked[0]!.answer(7);
    expect(await Promise.all(all)).toEqual([7, 7, 7]);
    clock.advance(4_999);
    expect(await kept.get()).toBe(7);
    expect(asked).toHaveLength(1);
  });

  it('asks again when the answer is old, and after a clock that was set back', async () => {
    const kept = open({ forMs: 5_000 });
    for (const [step, value] of [5_000, -60_000].entries()) {
      const first = kept.get();
      asked.at(-1)!.answer(step);
      await first;
      clock.advance(value);
    }
    void kept.get();
    expect(asked).toHaveLength(3);
    expect(kept.last).toBe(1);
  });

  it('keeps what took long for longer, so that asking takes no more than its share', async () => {
    const kept = open({ forMs: 5_000, share: 0.02 });
    const first = kept.get();
    clock.advance(1_000);
    asked[0]!.answer(1);
    await first;
    clock.advance(49_999);
    void kept.get();
    expect(asked).toHaveLength(1);
    clock.advance(1);
    void kept.get();
    expect(asked).toHaveLength(2);
  });

  it('keeps no failure, and still has the answer before it', async () => {
    const kept = open({ forMs: 5_000 });
    const first = kept.get();
    asked[0]!.answer(1);
    await first;
    clock.advance(5_000);
    const second = kept.get();
    asked[1]!.fail();
    await expect(second).rejects.toThrow('away');
    expect(kept.last).toBe(1);
    void kept.get();
    expect(asked).toHaveLength(3);
  });
});
