import fc from 'fast-check';
import { OpenHours } from '../../../../engine/domain/time/open-hours';
import { nextOpening } from '../../../../engine/domain/time/send-window';

const minute = fc.integer({ min: 0, max: 1439 });
const clock = (at: number): string =>
  `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
const MONTH = 30 * 86_400_000;

describe('OpenHours', () => {
  it('agrees with nextOpening, whatever the order of the questions', () => {
    const window = fc.record({
      at: fc.tuple(minute, minute).filter(([start, end]) => start !== end),
      days: fc.constantFrom<number[] | undefined>(undefined, [1], [6, 7], [1, 2, 3, 4, 5]),
      timezone: fc.constantFrom<string>('UTC', 'Europe/Rome', 'America/St_Johns', 'Australia/Lord_Howe'),
    });
    // Includes the change to daylight saving time in the north.
    const start = Date.parse('2026-03-20T00:00:00Z');
    const asks = fc.array(fc.integer({ min: 0, max: MONTH }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(window, asks, ({ at: [from, to], days, timezone }, moments) => {
        const asked = { start: clock(from), end: clock(to), timezone, ...(days && { days }) };
        const hours = new OpenHours(asked);
        for (const ms of moments) {
          expect(hours.next(start + ms)).toBe(nextOpening(asked, start + ms));
          expect(hours.next(start + ms + 1)).toBe(nextOpening(asked, start + ms + 1));
        }
      }),
      { numRuns: 60 },
    );
  });
});
