import fc from 'fast-check';
import { DateTime } from 'luxon';
import { momentOf, type StepTime } from '../../../../engine/domain/time/step-times';

const ROME = 'Europe/Rome';
const ZONES = [ROME, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'];
const DAY = 86_400_000;
const YEAR = 365 * DAY;

const at = (iso: string): number => DateTime.fromISO(iso, { setZone: true }).toMillis();
/** The moment as the zone's clocks show it; null: at once. */
function shown(step: StepTime, start: string, zone = ROME): string | null {
  const moment = momentOf(step, at(start), zone);
  if (!moment.ok) throw new Error(`${moment.path}: ${moment.message}`);
  return moment.at === null
    ? null
    : DateTime.fromMillis(moment.at, { zone }).toISO({ suppressMilliseconds: true });
}

describe('examples', () => {
  const start = '2026-06-01T10:30:00+02:00';
  it.each<[string, StepTime, string, string | null]>([
    ['nothing: at once', {}, start, null],
    ['no time at all: at once', { after: 'PT0S' }, start, null],
    ['no day at all: at once', { after: 'P0D' }, start, null],
    ['ten seconds', { after: 'PT10S' }, start, '2026-06-01T10:30:10+02:00'],
    ['three days', { after: 'P3D' }, start, '2026-06-04T10:30:00+02:00'],
    ['a week', { after: 'P1W' }, start, '2026-06-08T10:30:00+02:00'],
    ['two hours', { after: 'PT2H' }, start, '2026-06-01T12:30:00+02:00'],
    ['a day and a half', { after: 'P1DT12H' }, start, '2026-06-02T22:30:00+02:00'],
    ['weeks beside days', { after: 'P1W1D' }, start, '2026-06-09T10:30:00+02:00'],
    ['a month', { after: 'P1M' }, start, '2026-07-01T10:30:00+02:00'],
    ['a month with fewer days', { after: 'P1M' }, '2026-01-31T10:30:00+01:00', '2026-02-28T10:30:00+01:00'],
    ['a year of 365 days', { after: 'P1Y' }, start, '2027-06-01T10:30:00+02:00'],
    ['at', { at: '2026-07-01T09:00:00+09:00' }, start, '2026-07-01T02:00:00+02:00'],
    ['at nine, which has passed today', { local_time: '09:00' }, start, '2026-06-02T09:00:00+02:00'],
    ['at eleven, which comes', { local_time: '11:00' }, start, '2026-06-01T11:00:00+02:00'],
    ['at this very moment: at once', { local_time: '10:30' }, start, null],
    [
      'five seconds before nine it is still today',
      { local_time: '09:00' },
      '2026-06-01T08:59:55+02:00',
      '2026-06-01T09:00:00+02:00',
    ],
    ['in three days at nine', { after: 'P3D', local_time: '09:00' }, start, '2026-06-05T09:00:00+02:00'],
    ['in three days at noon', { after: 'P3D', local_time: '12:00' }, start, '2026-06-04T12:00:00+02:00'],
    ['at, moved', { at: '2026-07-01T22:00:00Z', local_time: '09:00' }, start, '2026-07-02T09:00:00+02:00'],
    [
      'days keep the time of day over a change',
      { after: 'P2D' },
      '2026-03-28T10:00:00+01:00',
      '2026-03-30T10:00:00+02:00',
    ],
    ['hours do not', { after: 'PT48H' }, '2026-03-28T10:00:00+01:00', '2026-03-30T11:00:00+02:00'],
    ['hours after days', { after: 'P1DT1H' }, '2026-03-28T01:30:00+01:00', '2026-03-29T03:30:00+02:00'],
    [
      'a time that the clocks leap over: right after the leap',
      { after: 'PT1H', local_time: '02:30' },
      '2026-03-28T20:00:00+01:00',
      '2026-03-29T03:00:00+02:00',
    ],
    ['the same for days', { after: 'P1D' }, '2026-03-28T02:30:00+01:00', '2026-03-29T03:00:00+02:00'],
    [
      'a time that comes twice: the first',
      { after: 'PT1H', local_time: '02:30' },
      '2026-10-24T20:00:00+02:00',
      '2026-10-25T02:30:00+02:00',
    ],
    [
      'the first has passed: not the second, but the next day',
      { local_time: '02:30' },
      '2026-10-25T02:45:00+02:00',
      '2026-10-26T02:30:00+01:00',
    ],
  ])('%s', (_name, step, from, moment) => {
    expect(shown(step, from)).toBe(moment);
  });

  it('handles a DST change of half an hour', () => {
    const lordHowe = (step: StepTime, from: string) => shown(step, from, 'Australia/Lord_Howe');
    expect(lordHowe({ local_time: '02:15' }, '2026-10-03T20:00:00+10:30')).toBe('2026-10-04T02:30:00+11:00');
    expect(lordHowe({ local_time: '01:45' }, '2026-04-04T20:00:00+11:00')).toBe('2026-04-05T01:45:00+11:00');
  });
});

const DURATION =
  'is not an ISO 8601 duration in whole numbers. Write P3D for three days, PT2H for two hours, or P1DT12H.';
const NEGATIVE = 'is negative. Use P0D or more.';
const TIME = 'must be a time from 00:00 to 23:59, written HH:MM. Midnight is 00:00.';
const TOO_FAR = 'must be at most 365 days after the start. Use an earlier time.';
it.each<[StepTime, string, string, string | RegExp]>([
  ...[
    '',
    'P',
    'PT',
    'P1DT',
    '3D',
    'p3d',
    'P3',
    'P 3D',
    'P3D ',
    'P1.5D',
    'PT0,5H',
    'PT1D',
    'P1H',
    'P1D1W',
    '3 days',
  ].map((after): [StepTime, string, string, string] => [{ after }, 'after', 'invalid_duration', DURATION]),
  ...['-P3D', 'P-3D', 'PT-1H'].map((after): [StepTime, string, string, string] => [
    { after },
    'after',
    'negative_duration',
    NEGATIVE,
  ]),
  ...['P366D', 'P53W', 'P13M', 'P2Y', 'PT8761H', 'P999999999Y', 'P999999999D', 'P300000M'].map(
    (after): [StepTime, string, string, string] => [{ after }, 'after', 'too_late', TOO_FAR],
  ),
  [
    { after: 'PT9S' },
    'after',
    'too_soon',
    'must be at least 10 seconds after the start. Use a later time, or PT0S to send at once.',
  ],
  [
    { after: 'P1D', at: '2026-07-01T09:00:00Z' },
    'at',
    'given_twice',
    'cannot be combined with after. Use only one of them.',
  ],
  [{ at: '2026-07-01T09:00:00' }, 'at', 'missing_offset', /has no offset. Add Z/],
  [{ at: '2026-06-01T12:00:05Z' }, 'at', 'too_soon', /at least 10 seconds ahead/],
  [{ at: '2027-06-01T12:00:01Z' }, 'at', 'too_late', /at most 365 days ahead/],
  ...['9:00', '24:00', '09:00:00', '09:60', '', '9am', '09:00\n'].map(
    (local): [StepTime, string, string, string] => [
      { local_time: local },
      'local_time',
      'invalid_time',
      TIME,
    ],
  ),
  [
    { after: 'P365D', local_time: '11:00' },
    'local_time',
    'too_late',
    'moves the step more than 365 days ahead. Use an earlier day.',
  ],
])('refuses %j', (step, path, code, message) => {
  expect(momentOf(step, Date.UTC(2026, 5, 1, 12), ROME)).toEqual({
    ok: false,
    path,
    code,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
});

describe('in every zone, at any start,', () => {
  const zones = fc.constantFrom(...ZONES);
  /** Half of them near a change of some zone's clocks. */
  const starts = fc.oneof(
    fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2029, 0) }),
    fc
      .constantFrom('2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01')
      .chain((day) => fc.integer({ min: Date.parse(day) - DAY, max: Date.parse(day) + 2 * DAY })),
  );
  const minutes = fc.nat(24 * 60 - 1);
  const two = (number: number): string => String(number).padStart(2, '0');
  const clock = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
  const moment = (step: StepTime, start: number, zone: string): number => {
    const answer = momentOf(step, start, zone);
    if (!answer.ok) throw new Error(answer.message);
    return answer.at ?? start;
  };
  const wall = (ms: number, zone: string) => DateTime.fromMillis(ms, { zone });
  /** Whether the zone's clocks show this time on that day. */
  const exists = (day: DateTime, minute: number): boolean =>
    day.set({ hour: Math.floor(minute / 60), minute: minute % 60 }).toFormat('HH:mm') === clock(minute);

  it('days keep the local time, unless DST skips it', () => {
    fc.assert(
      fc.property(zones, starts, fc.integer({ min: 1, max: 200 }), (zone, start, days) => {
        const from = wall(start, zone);
        const to = wall(moment({ after: `P${days}D` }, start, zone), zone);
        const day = DateTime.utc(from.year, from.month, from.day).plus({ days });
        expect(to.toISODate()).toBe(day.toISODate());
        if (exists(to.startOf('day'), from.hour * 60 + from.minute))
          expect(to.toFormat('HH:mm:ss.SSS')).toBe(from.toFormat('HH:mm:ss.SSS'));
        else expect(to.offset).not.toBe(wall(to.toMillis() - 1, zone).offset);
      }),
      { numRuns: 300 },
    );
  });

  it('hours and minutes are exact', () => {
    fc.assert(
      fc.property(zones, starts, fc.integer({ min: 1, max: 500_000 }), (zone, start, count) => {
        expect(moment({ after: `PT${count}M` }, start, zone)).toBe(start + count * 60_000);
      }),
    );
  });

  it('local_time is the next such time: never earlier than asked for, at most a day and a DST change later', () => {
    fc.assert(
      fc.property(zones, starts, fc.nat(100), minutes, (zone, start, days, minute) => {
        const base = moment({ after: `P${days}D` }, start, zone);
        const ms = moment({ after: `P${days}D`, local_time: clock(minute) }, start, zone);
        expect(ms).toBeGreaterThanOrEqual(base);
        expect(ms - base).toBeLessThanOrEqual(DAY + 3_600_000);
        const time = wall(ms, zone);
        if (exists(time.startOf('day'), minute)) {
          expect(time.toFormat('HH:mm:ss.SSS')).toBe(`${clock(minute)}:00.000`);
          // The first of two: an hour or half an hour before, the clocks did not show the same.
          for (const back of [30, 60])
            expect(wall(ms - back * 60_000, zone).toFormat('yyyy-MM-dd HH:mm')).not.toBe(
              time.toFormat('yyyy-MM-dd HH:mm'),
            );
        } else {
          // The first instant after the leap.
          expect(time.offset).not.toBe(wall(ms - 1, zone).offset);
        }
        // The time of the day before had passed.
        const dayBefore = time.minus({ days: 1 }).startOf('day');
        if (exists(dayBefore, minute))
          expect(
            dayBefore.set({ hour: Math.floor(minute / 60), minute: minute % 60 }).toMillis(),
          ).toBeLessThan(base);
      }),
      { numRuns: 300 },
    );
  });

  it('accepts now, or 10 s to 365 days ahead; closer only with local_time', () => {
    const part = (letter: string, max: number) =>
      fc.oneof(
        fc.constant(''),
        fc.nat(max).map((n) => `${n}${letter}`),
      );
    const after = fc
      .tuple(part('M', 14), part('W', 60), part('D', 400), part('H', 100), part('S', 30))
      .filter((parts) => parts.some((text) => text !== ''))
      .map(([m, w, d, h, s]) => `P${m}${w}${d}${h || s ? `T${h}${s}` : ''}`);
    fc.assert(
      fc.property(zones, starts, after, fc.option(minutes), (zone, start, duration, minute) => {
        const step = { after: duration, ...(minute === null ? {} : { local_time: clock(minute) }) };
        const answer = momentOf(step, start, zone);
        if (!answer.ok) return expect(['too_late', 'too_soon']).toContain(answer.code);
        if (answer.at === null) return;
        expect(answer.at - start).toBeLessThanOrEqual(YEAR);
        expect(answer.at - start).toBeGreaterThanOrEqual(minute === null ? 10_000 : 1);
      }),
      { numRuns: 300 },
    );
  });
});
