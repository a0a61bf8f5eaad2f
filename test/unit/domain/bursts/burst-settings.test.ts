import fc from 'fast-check';
import { completeBurst, MOST_BURST } from '../../../../engine/domain/bursts/burst-settings';

it.each([
  [{}, { quiet_s: 8, most_s: 60, most_messages: 20 }],
  [{ quiet_s: 30 }, { quiet_s: 30, most_s: 120, most_messages: 20 }],
  [
    { quiet_s: 1, most_messages: 3 },
    { quiet_s: 1, most_s: 60, most_messages: 3 },
  ],
  [{ most_s: 5 }, { quiet_s: 5, most_s: 5, most_messages: 20 }],
  [
    { quiet_s: 9, most_s: 5 },
    { quiet_s: 9, most_s: 5, most_messages: 20 },
  ],
])('%j becomes %j', (given, complete) => {
  expect(completeBurst(given)).toEqual(complete);
});

it('fills in what fits to what was given, within the limits', () => {
  const seconds = (most: number) => fc.option(fc.integer({ min: 1, max: most }), { nil: undefined });
  fc.assert(
    fc.property(seconds(MOST_BURST.quiet_s), seconds(MOST_BURST.most_s), (quiet_s, most_s) => {
      fc.pre(quiet_s === undefined || most_s === undefined || quiet_s <= most_s);
      const complete = completeBurst({ quiet_s, most_s });
      expect(complete).toMatchObject({
        quiet_s: quiet_s ?? complete.quiet_s,
        most_s: most_s ?? complete.most_s,
      });
      expect(complete.quiet_s).toBeLessThanOrEqual(complete.most_s);
      expect(complete.most_s).toBeLessThanOrEqual(MOST_BURST.most_s);
    }),
  );
});
