import fc from 'fast-check';
import { OpenHours, openOutside } from '../../../../engine/domain/time/open-hours';
import { nextOpening } from '../../../../engine/domain/time/send-window';

const minute = fc.integer({ min: 0, max: 1439 });
const clock = (at: number): string =>
  `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
const MONTH = 30 * 86_400_000;

describe('hours that are asked again and again', () => {
  it('are those of the window, whoever asks about when', () => {
    const window = fc.record({
      at: fc.tuple(minute, minute).filter(([start, end]) => start !== end),
      days: fc.constantFrom<number[] | undefined>(undefined, [1], [6, 7], [1, 2, 3, 4, 5]),
      timezone: fc.constantFrom<string>('UTC', 'Europe/Rome', 'America/St_Johns', 'Australia/Lord_Howe'),
    });
    // Over the change to summer time in the north.
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

  it('outside of quiet hours are the others', () => {
    const hours = openOutside({ start: '21:00', end: '08:00', timezone: 'Europe/Rome' });
    const at = (time: string): number => Date.parse(`2026-01-10T${time}:00+01:00`);
    expect([hours.next(at('20:59')), hours.next(at('21:00')), hours.next(at('07:59'))]).toEqual([
      at('20:59'),
      at('08:00') + 86_400_000,
      at('08:00'),
    ]);
  });
});
