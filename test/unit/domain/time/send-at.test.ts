import fc from 'fast-check';
import { DateTime, FixedOffsetZone } from 'luxon';
import {
  parseInstant,
  parseSendAt,
  SEND_AT_LEAST_AHEAD_MS,
  SEND_AT_MOST_AHEAD_MS,
} from '../../../../engine/domain/time/send-at';

const NOW = Date.UTC(2026, 5, 1, 12, 0, 0);
const fail = (code: string, message: string) => ({ ok: false, code, message });

/** `at` written by luxon with an offset of so many minutes. */
const written = (at: number, offsetMinutes: number) =>
  DateTime.fromMillis(at)
    .setZone(FixedOffsetZone.instance(offsetMinutes))
    .toFormat("yyyy-MM-dd'T'HH:mm:ss.SSSZZ");

const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 });

describe('parseInstant', () => {
  it.each([
    ['2026-07-01T09:00:00+02:00', Date.UTC(2026, 6, 1, 7)],
    ['2026-07-01T09:00:00Z', Date.UTC(2026, 6, 1, 9)],
    ['2026-07-01t09:00:00z', Date.UTC(2026, 6, 1, 9)],
    ['2026-07-01T09:00:00-00:00', Date.UTC(2026, 6, 1, 9)],
    ['2026-07-01T09:00:00.5+05:45', Date.UTC(2026, 6, 1, 3, 15, 0, 500)],
    ['2026-07-01T09:00:00.123999Z', Date.UTC(2026, 6, 1, 9, 0, 0, 123)],
    ['2026-01-01T00:30:00+01:00', Date.UTC(2025, 11, 31, 23, 30)],
    ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['2026-07-01T09:00:00-23:59', Date.UTC(2026, 6, 2, 8, 59)],
    ['1970-01-01T00:00:00Z', 0],
  ])('%s', (value, at) => {
    expect(parseInstant(value)).toEqual({ ok: true, at });
  });

  const shape = 'is not an RFC 3339 time with seconds. Write it like 2026-07-01T09:00:00+02:00.';
  it.each([
    ...[
      '',
      'tomorrow',
      '1751353200000',
      '2026-07-01',
      '2026-07-01 09:00:00Z',
      '2026-07-01T09:00Z',
      '2026-07-01T09:00:00.Z',
      '2026-07-01T09:00:00+0200',
      '2026-07-01T09:00:00+02',
      '2026-7-1T9:00:00Z',
      '+002026-07-01T09:00:00Z',
      '2026-07-01T09:00:00Z ',
      '2026-07-01T09:00:00Z\n',
      '٢٠٢٦-07-01T09:00:00Z',
    ].map((value) => [value, 'invalid_time', shape]),
    [
      '2026-07-01T09:00:00',
      'missing_offset',
      'has no offset. Add Z for UTC or ±hh:mm, as in 2026-07-01T09:00:00+02:00.',
    ],
    ['2026-02-30T09:00:00Z', 'invalid_time', 'has day 30, but month 2 of 2026 has days 01 to 28.'],
    ['2026-02-29T09:00:00Z', 'invalid_time', 'has day 29, but month 2 of 2026 has days 01 to 28.'],
    ['2100-02-29T09:00:00Z', 'invalid_time', 'has day 29, but month 2 of 2100 has days 01 to 28.'],
    ['2026-04-31T09:00:00Z', 'invalid_time', 'has day 31, but month 4 of 2026 has days 01 to 30.'],
    ['2026-07-00T09:00:00Z', 'invalid_time', 'has day 0, but month 7 of 2026 has days 01 to 31.'],
    ['2026-13-01T09:00:00Z', 'invalid_time', 'has month 13, but months are 01 to 12.'],
    [
      '2026-07-01T24:00:00Z',
      'invalid_time',
      'has hour 24, but hours are 00 to 23. Write midnight as 00:00:00 of the next day.',
    ],
    ['2026-07-01T09:60:00Z', 'invalid_time', 'has minute 60, but minutes are 00 to 59.'],
    [
      '2026-06-30T23:59:60Z',
      'invalid_time',
      'is a leap second (:60), which is not supported. Use :59 or the next minute.',
    ],
    ['2026-07-01T09:00:61Z', 'invalid_time', 'has second 61, but seconds are 00 to 59.'],
    ['2026-07-01T09:00:00+24:00', 'invalid_time', 'has the offset +24:00, which does not exist. Use ±hh:mm.'],
    ['2026-07-01T09:00:00-02:60', 'invalid_time', 'has the offset -02:60, which does not exist. Use ±hh:mm.'],
    ['0026-07-01T09:00:00Z', 'invalid_time', 'is not between the years 1970 and 9999. Check the year.'],
    ['9999-12-31T23:59:59-01:00', 'invalid_time', 'is not between the years 1970 and 9999. Check the year.'],
  ])('refuses %j: %s', (value, code, message) => {
    expect(parseInstant(value)).toEqual(fail(code, message));
  });

  it('reads back every instant, in any offset', () => {
    fc.assert(
      fc.property(fc.integer({ min: 86_400_000, max: Date.UTC(9999, 0) }), offsets, (at, offset) => {
        expect(parseInstant(written(at, offset))).toEqual({ ok: true, at });
      }),
    );
  });

  it('accepts exactly the dates in the calendar', () => {
    const part = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(fc.integer({ min: 1970, max: 2400 }), part(13), part(32), (year, month, day) => {
        const pad = (number: number) => String(number).padStart(2, '0');
        const answer = parseInstant(`${year}-${pad(month)}-${pad(day)}T10:00:00Z`);
        expect(answer.ok).toBe(DateTime.utc(year, month, day).isValid);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('parseSendAt', () => {
  it('accepts 10 s to 365 days ahead, both included, in any offset', () => {
    expect([SEND_AT_LEAST_AHEAD_MS, SEND_AT_MOST_AHEAD_MS]).toEqual([10_000, 31_536_000_000]);
    const near = fc.oneof(
      fc.integer({ min: 9_000, max: 11_000 }),
      fc.integer({ min: 31_536_000_000 - 1000, max: 31_536_000_000 + 1000 }),
      fc.constantFrom(9_999, 10_000, 31_536_000_000, 31_536_000_001),
      fc.integer({ min: -31_536_000_000, max: 63_072_000_000 }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2090, 0) }),
        near,
        offsets,
        (now, ahead, offset) => {
          const answer = parseSendAt(written(now + ahead, offset), now);
          if (ahead < 10_000) expect(answer).toMatchObject({ ok: false, code: 'too_soon' });
          else if (ahead > 31_536_000_000) expect(answer).toMatchObject({ ok: false, code: 'too_late' });
          else expect(answer).toEqual({ ok: true, at: now + ahead });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('counts 365 days even over a leap day', () => {
    const now = Date.UTC(2027, 11, 31, 12);
    expect(parseSendAt('2028-12-30T12:00:00Z', now)).toEqual({ ok: true, at: Date.UTC(2028, 11, 30, 12) });
    expect(parseSendAt('2028-12-31T12:00:00Z', now)).toMatchObject({ ok: false, code: 'too_late' });
  });

  it.each([
    [
      '2026-06-01T12:00:09.999Z',
      'too_soon',
      'is too soon. Use a time at least 10 seconds ahead of now (2026-06-01T12:00:00.000Z), or leave it out to send at once.',
    ],
    [
      '2026-06-01T11:59:59.999Z',
      'too_soon',
      'is in the past. Use a time at least 10 seconds ahead of now (2026-06-01T12:00:00.000Z), or leave it out to send at once.',
    ],
    [
      '2027-06-01T12:00:00.001Z',
      'too_late',
      'is too far ahead. Use a time at most 365 days ahead of now (2026-06-01T12:00:00.000Z).',
    ],
    [
      '2026-06-02T12:00:00',
      'missing_offset',
      'has no offset. Add Z for UTC or ±hh:mm, as in 2026-07-01T09:00:00+02:00.',
    ],
  ])('%s: %s', (value, code, message) => {
    expect(parseSendAt(value, NOW)).toEqual(fail(code, message));
  });
});
