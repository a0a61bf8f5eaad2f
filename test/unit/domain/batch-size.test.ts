import fc from 'fast-check';
import { FIRST_BATCH, LONGEST_HOLD_MS, nextBatchSize } from '../../../engine/domain/batch-size';

describe('the size of a batch', () => {
  /** A table in which looking at a row and changing one take so long, and what a batch in it takes. */
  function run(lookMs: number, changeMs: number, steps: number) {
    let size = FIRST_BATCH;
    const times: number[] = [];
    for (let step = 0; step < steps; step += 1) {
      const batch = { looked: size.look, changed: Math.min(size.look, size.change) };
      const ms = batch.looked * lookMs + batch.changed * changeMs;
      times.push(ms);
      size = nextBatchSize(size, { ...batch, ms });
    }
    return { times, size };
  }

  it('grows while the database is quick, up to a limit', () => {
    expect(run(0.0001, 0.001, 40).size).toEqual({ look: 2000, change: 500 });
  });

  it('stays below the longest time once it knows how long rows take', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.0001, max: 2, noNaN: true }),
        fc.double({ min: 0.0001, max: 8, noNaN: true }),
        (look, change) => {
          const { times } = run(look, change, 60);
          expect(Math.max(...times.slice(8))).toBeLessThanOrEqual(LONGEST_HOLD_MS);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('never is less than one row, so that heavy rows go too', () => {
    expect(nextBatchSize({ look: 1, change: 1 }, { looked: 1, changed: 1, ms: 500 })).toEqual({
      look: 1,
      change: 1,
    });
  });

  it('does not grow after a batch that was not full', () => {
    expect(nextBatchSize(FIRST_BATCH, { looked: 3, changed: 0, ms: 0.1 })).toEqual(FIRST_BATCH);
  });
});
