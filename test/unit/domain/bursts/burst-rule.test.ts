import fc from 'fast-check';
import { CLOCKS_DIFFER_MS, divideBurst, type OpenBurst } from '../../../../engine/domain/bursts/burst-rule';
import { burstsOf, writing, type Told, type Writing } from '../../../support/burst-model';

const settings = { quiet_s: 8, most_s: 60, most_messages: 20 };
const open = (arrivals: number[], more: Partial<OpenBurst> = {}): OpenBurst => ({
  openedAt: arrivals[0] ?? 0,
  lastAt: arrivals.at(-1) ?? 0,
  arrivals,
  ...more,
});

it('tells a burst after its silence, and before that says when', () => {
  const burst = open([1_000, 3_000]);
  expect(divideBurst(burst, settings, 10_999)).toEqual({
    told: [],
    rest: { openedAt: 1_000, lookAt: 11_000 },
  });
  expect(divideBurst(burst, settings, 11_000)).toEqual({ told: [2], rest: null });
});

it('tells somebody who does not stop writing at the end of the time', () => {
  const burst = open([0, 7_000, 14_000, 21_000, 28_000, 35_000, 42_000, 49_000, 56_000]);
  expect(divideBurst(burst, settings, 59_999).rest).toEqual({ openedAt: 0, lookAt: 60_000 });
  expect(divideBurst(burst, settings, 60_000)).toEqual({ told: [9], rest: null });
});

it('tells as many messages as there may be at once, and the others later', () => {
  const arrivals = Array.from({ length: 45 }, (_, nth) => nth * 10);
  expect(divideBurst(open(arrivals), settings, 440)).toEqual({
    told: [20, 20],
    rest: { openedAt: 400, lookAt: 8_440 },
  });
  expect(divideBurst(open(arrivals), settings, 8_440)).toEqual({ told: [20, 20, 5], rest: null });
});

it('tells a burst right before its webhook expires', () => {
  const burst = open([0, 4_000]);
  expect(divideBurst(burst, settings, 4_000, 9_000)).toEqual({
    told: [],
    rest: { openedAt: 0, lookAt: 8_000 },
  });
  expect(divideBurst(burst, settings, 8_000, 9_000)).toEqual({ told: [2], rest: null });
  expect(divideBurst(burst, settings, 4_000, 60_000).rest?.lookAt).toBe(12_000);
});

it('tells nothing of a burst whose messages were all deleted', () => {
  expect(divideBurst(open([], { lastAt: 500 }), settings, 600)).toEqual({ told: [], rest: null });
});

it('is not held up by a clock that is set back', () => {
  const burst = open([1_000_000]);
  expect(divideBurst(burst, settings, 1_000_000 - CLOCKS_DIFFER_MS).told).toEqual([]);
  expect(divideBurst(burst, settings, 1_000_000 - CLOCKS_DIFFER_MS - 1).told).toEqual([1]);
});

/** The bursts by the engine's rule, which is asked after each message and whenever it wants to look again. */
function toldByRule({ settings: chosen, arrivals }: Writing): Told[] {
  const told: Told[] = [];
  const waiting: number[] = [];
  let openedAt = 0;
  const look = (now: number): number => {
    if (waiting.length === 0) return Infinity;
    const times = waiting.map((nth) => arrivals[nth]!);
    const { told: counts, rest } = divideBurst(
      { openedAt, lastAt: times.at(-1)!, arrivals: times },
      chosen,
      now,
    );
    for (const count of counts) told.push([now, waiting.splice(0, count)]);
    openedAt = rest?.openedAt ?? 0;
    return rest?.lookAt ?? Infinity;
  };
  let lookAt = Infinity;
  arrivals.forEach((at, nth) => {
    while (lookAt <= at) lookAt = look(lookAt);
    if (waiting.length === 0) openedAt = at;
    waiting.push(nth);
    lookAt = look(at);
  });
  while (lookAt < Infinity) lookAt = look(lookAt);
  return told;
}

it('makes the bursts that a plain model makes, at the same time', () => {
  fc.assert(
    fc.property(writing, (given) => expect(toldByRule(given)).toEqual(burstsOf(given))),
    {
      numRuns: 200,
    },
  );
});
