import { DateTime } from 'luxon';
import { toRfc3339 } from '../../../nodes/Blueticks/actions/date-time';

/** The workflow's time zone is Rome. */
const read = (value: unknown): string => toRfc3339(value, 'Europe/Rome', 'Send At');

it.each([
  [
    'the value of the date-time field, in the workflow’s time zone',
    '2026-07-01T09:00:00',
    '2026-07-01T09:00:00.000+02:00',
  ],
  ['the same in winter', '2026-01-01T09:00:00', '2026-01-01T09:00:00.000+01:00'],
  ['a time with its own offset', '2026-07-01T09:00:00-05:00', '2026-07-01T09:00:00.000-05:00'],
  ['UTC', '2026-07-01T09:00:00.000Z', '2026-07-01T09:00:00.000Z'],
  ['a date', '2026-07-01', '2026-07-01T00:00:00.000+02:00'],
  ['the format of databases', ' 2026-07-01 09:00:00 ', '2026-07-01T09:00:00.000+02:00'],
  ['a time the clock skips, one hour later', '2026-03-29T02:30:00', '2026-03-29T03:30:00.000+02:00'],
])('reads %s', (_, value, text) => {
  expect(read(value)).toBe(text);
});

it('reads $now from another copy of luxon, and a Date', () => {
  const now = DateTime.fromISO('2026-07-01T09:00:00', { zone: 'Asia/Kathmandu' });
  expect(read({ toISO: () => now.toISO() })).toBe('2026-07-01T09:00:00.000+05:45');
  expect(read(now)).toBe('2026-07-01T09:00:00.000+05:45');
  expect(read(new Date('2026-07-01T07:00:00Z'))).toBe('2026-07-01T09:00:00.000+02:00');
});

it.each([['tomorrow'], ['09:00'], ['2026-13-01'], [1782889200000], [null], [{}], ['']])(
  'refuses %p',
  (value) => {
    expect(() => read(value)).toThrow(/^Send At: .* is not a date and time/);
  },
);
