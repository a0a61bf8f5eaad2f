import fc from 'fast-check';
import {
  factorAt,
  factorHoldsUntil,
  worsened,
  type Evidence,
  type Slowdown,
} from '../../../../engine/domain/pacing/slowdown';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const HOUR = 3_600_000;
const rejections = (count: number, handedOver: number, at = NOW - 1000): Evidence => ({
  handedOver,
  rejectedAt: Array.from({ length: count }, () => at),
  restricted: false,
});
const restricted: Evidence = { handedOver: 0, rejectedAt: [], restricted: true };

describe('a slow-down', () => {
  it.each([
    ['nothing', rejections(0, 100), null],
    ['two rejections: may be the recipients', rejections(2, 2), null],
    ['three of a hundred', rejections(3, 100), null],
    ['three of thirty', rejections(3, 30), 2],
    ['three, an hour ago', rejections(3, 3, NOW - HOUR), null],
    ['a restriction', restricted, 4],
  ])('%s', (_name, seen, factor) => {
    expect(worsened(null, seen, NOW)?.factor ?? null).toBe(factor);
  });

  it('doubles as rejections go on, and pauses `low` at the slowest', () => {
    let slowdown: Slowdown | null = null;
    const factors = [0, 1, 2, 3].map((step) => {
      const now = NOW + step * 60_000;
      slowdown = worsened(slowdown, rejections(3, 10, now - 1), now)!;
      return [slowdown.factor, slowdown.lowPausedUntil && slowdown.lowPausedUntil - now];
    });
    expect(factors).toEqual([
      [2, null],
      [4, null],
      [8, 6 * HOUR],
      [8, 6 * HOUR],
    ]);
  });

  it('counts each rejection once', () => {
    const first = worsened(null, rejections(5, 10), NOW);
    expect(worsened(first, rejections(5, 10), NOW + 1000)).toBeNull();
  });

  it('counts a restriction once, and again if it still holds when the slow-down has worn off', () => {
    const first = worsened(null, restricted, NOW)!;
    expect(first.lowPausedUntil).toBe(NOW + 6 * HOUR);
    expect(worsened(first, restricted, NOW + 11 * HOUR)).toBeNull();
    expect(worsened(first, restricted, NOW + 12 * HOUR)?.since).toBe(NOW + 12 * HOUR);
  });

  it('is never undone by new evidence', () => {
    const slowest: Slowdown = { factor: 8, since: NOW - 1, reason: 'rejections', lowPausedUntil: NOW + HOUR };
    expect(worsened(slowest, restricted, NOW)?.factor).toBe(8);
  });

  it('runs on the time of the sandbox', () => {
    expect(worsened(null, rejections(3, 3, NOW - HOUR / 100), NOW, 100)).toBeNull();
    expect(worsened(null, restricted, NOW, 100)?.lowPausedUntil).toBe(NOW + (6 * HOUR) / 100);
  });
});

describe('recovery', () => {
  it('halves every six quiet hours', () => {
    const slowdown: Slowdown = { factor: 8, since: NOW, reason: 'rejections', lowPausedUntil: null };
    expect([0, 5.9, 6, 12, 18, 24, 1000].map((hours) => factorAt(slowdown, NOW + hours * HOUR))).toEqual([
      8, 8, 4, 2, 1, 1, 1,
    ]);
    expect(factorAt(null, NOW)).toBe(1);
  });

  it('keeps the factor exactly as long as it says', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(2, 4, 8),
        fc.integer({ min: -HOUR, max: 30 * HOUR }),
        fc.constantFrom(1, 50),
        (factor, ms, speed) => {
          const slowdown: Slowdown = { factor, since: NOW, reason: 'rejections', lowPausedUntil: null };
          const [before, until] = [
            factorAt(slowdown, NOW + ms, speed),
            factorHoldsUntil(slowdown, NOW + ms, speed),
          ];
          if (before === 1) return expect(until).toBe(Infinity);
          expect(factorAt(slowdown, until - 1, speed)).toBe(before);
          expect(factorAt(slowdown, until, speed)).toBe(before / 2);
        },
      ),
    );
  });
});
