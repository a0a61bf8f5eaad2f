import fc from 'fast-check';
import { DateTime } from 'luxon';
import { atWords, untilWords } from '../../../../engine/domain/time/moment-words';

const NOW = Date.parse('2026-12-31T22:30:00Z');

it.each([
  ['today', '2026-12-31T22:45:00Z', 'UTC', 'at 22:45 UTC', 'until 22:45 UTC'],
  ['rounded up to a minute', '2026-12-31T22:45:01Z', 'UTC', 'at 22:46 UTC', 'until 22:46 UTC'],
  ['soon, to the second', '2026-12-31T22:31:02.300Z', 'UTC', 'at 22:31:03 UTC', 'until 22:31:03 UTC'],
  [
    'today in its zone',
    '2026-12-31T22:45:00Z',
    'Europe/Rome',
    'at 23:45 (Europe/Rome)',
    'until 23:45 (Europe/Rome)',
  ],
  [
    'next year',
    '2027-01-01T09:00:00Z',
    'UTC',
    'on Fri, Jan 1, 2027 at 09:00 UTC',
    'until Fri, Jan 1, 2027 at 09:00 UTC',
  ],
  [
    'this year in one zone and the next in another',
    '2026-12-31T23:00:00Z',
    'Europe/Rome',
    'on Fri, Jan 1, 2027 at 00:00 (Europe/Rome)',
    'until Fri, Jan 1, 2027 at 00:00 (Europe/Rome)',
  ],
])('names a moment: %s', (_what, moment, zone, at, until) => {
  expect([atWords(Date.parse(moment), NOW, zone), untilWords(Date.parse(moment), NOW, zone)]).toEqual([
    at,
    until,
  ]);
});

it('leaves out the year of a day in this one', () => {
  const now = Date.parse('2026-11-28T13:05:00Z');
  expect(atWords(Date.parse('2026-11-30T08:00:00Z'), now, 'Europe/Rome')).toBe(
    'on Mon, Nov 30 at 09:00 (Europe/Rome)',
  );
});

it('names days as luxon does, in any zone', () => {
  const YEAR = 365 * 86_400_000;
  const zones = fc.constantFrom('UTC', 'Europe/Rome', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia');
  fc.assert(
    fc.property(zones, fc.integer({ min: NOW, max: NOW + YEAR }), (zone, at) => {
      const minute = DateTime.fromMillis(Math.ceil(at / 60_000) * 60_000, { zone, locale: 'en-US' });
      const zoned = zone === 'UTC' ? ' UTC' : ` (${zone})`;
      // From a time that is on another day of another year.
      expect(atWords(at, NOW - 2 * YEAR, zone)).toBe(
        `on ${minute.toFormat("ccc, LLL d, yyyy 'at' HH:mm")}${zoned}`,
      );
    }),
  );
});
