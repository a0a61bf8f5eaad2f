import { DateTime } from 'luxon';
import { toRfc3339 } from '../../nodes/Blueticks/actions/date-time';

/** The first offset is Rome's, the workflow's time zone in these tests. */
const read = (value: unknown): string => toRfc3339(value, 'Europe/Rome', 'Send At');

test.each([
  [
    'what the date-time field gives, in the workflow’s time zone',
    '2026-07-01T09:00:00',
    '2026-07-01T09:00:00.000+02:00',
  ],
  ['the same in winter', '2026-01-01T09:00:00', '2026-01-01T09:00:00.000+01:00'],
  ['an offset of its own', '2026-07-01T09:00:00-05:00', '2026-07-01T09:00:00.000-05:00'],
  ['UTC', '2026-07-01T09:00:00.000Z', '2026-07-01T09:00:00.000Z'],
  ['a day', '2026-07-01', '2026-07-01T00:00:00.000+02:00'],
  ['a database’s form', ' 2026-07-01 09:00:00 ', '2026-07-01T09:00:00.000+02:00'],
  ['an hour that the clock skips, an hour later', '2026-03-29T02:30:00', '2026-03-29T03:30:00.000+02:00'],
])('reads %s', (_, value, text) => {
  expect(read(value)).toBe(text);
});

test('reads $now, which comes from another copy of luxon, and a Date', () => {
  const now = DateTime.fromISO('2026-07-01T09:00:00', { zone: 'Asia/Kathmandu' });
  expect(read({ toISO: () => now.toISO() })).toBe('2026-07-01T09:00:00.000+05:45');
  expect(read(now)).toBe('2026-07-01T09:00:00.000+05:45');
  expect(read(new Date('2026-07-01T07:00:00Z'))).toBe('2026-07-01T09:00:00.000+02:00');
});

test.each([['tomorrow'], ['09:00'], ['2026-13-01'], [1782889200000], [null], [{}], ['']])(
  'refuses %p',
  (value) => {
    expect(() => read(value)).toThrow(/^Send At: .* is not a date and time/);
  },
);
