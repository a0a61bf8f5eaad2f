import fc from 'fast-check';
import { DateTime } from 'luxon';
import { checkSendWindow, nextOpening, type SendWindow } from '../../../../engine/domain/time/send-window';

const MINUTE = 60_000;
const DAY = 86_400_000;

const at = (iso: string) => DateTime.fromISO(iso, { setZone: true }).toMillis();
const rome = (start: string, end: string, days?: number[]): SendWindow => ({
  start,
  end,
  timezone: 'Europe/Rome',
  days,
});
/** The opening as that zone's clock shows it. */
const opening = (window: SendWindow, iso: string) =>
  DateTime.fromMillis(nextOpening(window, at(iso)), { zone: window.timezone }).toISO({
    suppressMilliseconds: true,
  });

describe('checkSendWindow', () => {
  const good = { start: '09:00', end: '20:00', timezone: 'Europe/Rome' };

  it.each([
    good,
    { ...good, days: [1, 2, 3, 4, 5, 6, 7] },
    { ...good, days: [7, 1] },
    { ...good, days: undefined },
    { ...good, start: '22:00', end: '06:00' },
    { ...good, end: '00:00' },
    { ...good, timezone: 'UTC' },
    { ...good, timezone: 'America/Argentina/Buenos_Aires' },
  ])('accepts %j', (window) => {
    expect(checkSendWindow(window)).toEqual([]);
  });

  const time = 'must be a time from 00:00 to 23:59, written HH:MM. Midnight is 00:00.';
  const zone = 'is not a known time zone. Use an IANA name such as Europe/Rome.';
  const object = 'must be an object such as {"start":"09:00","end":"20:00","timezone":"Europe/Rome"}.';
  const day = 'must be a whole number from 1 (Monday) to 7 (Sunday).';
  it.each<[unknown, string, string, string]>([
    [null, '', 'wrong_type', object],
    ['09:00-20:00', '', 'wrong_type', object],
    [[good], '', 'wrong_type', object],
    [{ ...good, start: '9:00' }, 'start', 'invalid_time', time],
    [{ ...good, start: '09:00:00' }, 'start', 'invalid_time', time],
    [{ ...good, start: '09:60' }, 'start', 'invalid_time', time],
    [{ ...good, start: 900 }, 'start', 'invalid_time', time],
    [{ ...good, start: '09:00\n' }, 'start', 'invalid_time', time],
    [{ ...good, end: '24:00' }, 'end', 'invalid_time', time],
    [{ ...good, end: undefined }, 'end', 'invalid_time', time],
    [
      { ...good, end: '09:00' },
      'end',
      'same_as_start',
      'is the same as start, so the window would never open. Use another time.',
    ],
    [{ ...good, timezone: 'Europe/Atlantis' }, 'timezone', 'unknown_timezone', zone],
    [{ ...good, timezone: '+02:00' }, 'timezone', 'unknown_timezone', zone],
    [{ ...good, timezone: '' }, 'timezone', 'unknown_timezone', zone],
    [{ ...good, timezone: undefined }, 'timezone', 'unknown_timezone', zone],
    [
      { ...good, days: 'Monday' },
      'days',
      'wrong_type',
      'must be a list of days from 1 (Monday) to 7 (Sunday). Leave it out for every day.',
    ],
    [
      { ...good, days: [] },
      'days',
      'empty',
      'is empty, so the window would never open. Add a day, or leave days out for every day.',
    ],
    [{ ...good, days: [0, 1] }, 'days.0', 'invalid_day', day],
    [{ ...good, days: [1, 8] }, 'days.1', 'invalid_day', day],
    [{ ...good, days: [1.5] }, 'days.0', 'invalid_day', day],
    [{ ...good, days: ['1'] }, 'days.0', 'invalid_day', day],
    [{ ...good, days: [1, 2, 1] }, 'days.2', 'duplicate', 'repeats day 1. List each day once.'],
  ])('refuses %j at %j', (window, path, code, message) => {
    expect(checkSendWindow(window)).toEqual([{ path, code, message }]);
  });

  it('reports all faults at once, in the order of the fields', () => {
    const faults = checkSendWindow({ start: 'x', end: 'y', timezone: 'z', days: [9, 9] });
    expect(faults.map((fault) => fault.path)).toEqual(['start', 'end', 'timezone', 'days.0', 'days.1']);
  });
});

describe('nextOpening: examples', () => {
  it.each([
    ['inside stays', rome('09:00', '20:00'), '2026-06-01T12:34:56+02:00', '2026-06-01T12:34:56+02:00'],
    ['start is inside', rome('09:00', '20:00'), '2026-06-01T09:00:00+02:00', '2026-06-01T09:00:00+02:00'],
    ['before start', rome('09:00', '20:00'), '2026-06-01T08:59:59+02:00', '2026-06-01T09:00:00+02:00'],
    ['end is outside', rome('09:00', '20:00'), '2026-06-01T20:00:00+02:00', '2026-06-02T09:00:00+02:00'],
    ['until midnight', rome('09:00', '00:00'), '2026-06-01T23:59:59+02:00', '2026-06-01T23:59:59+02:00'],
    [
      'over a weekend',
      rome('09:00', '20:00', [1, 2, 3, 4, 5]),
      '2026-06-05T21:00:00+02:00',
      '2026-06-08T09:00:00+02:00',
    ],
    ['a week to go', rome('09:00', '20:00', [1]), '2026-06-01T20:00:00+02:00', '2026-06-08T09:00:00+02:00'],
    ['night, evening', rome('22:00', '06:00'), '2026-06-01T21:00:00+02:00', '2026-06-01T22:00:00+02:00'],
    ['night, morning', rome('22:00', '06:00'), '2026-06-02T05:59:00+02:00', '2026-06-02T05:59:00+02:00'],
    [
      'night, Saturday morning is of Friday',
      rome('22:00', '06:00', [5]),
      '2026-06-06T03:00:00+02:00',
      '2026-06-06T03:00:00+02:00',
    ],
    [
      'night, Friday morning is of Thursday',
      rome('22:00', '06:00', [5]),
      '2026-06-05T03:00:00+02:00',
      '2026-06-05T22:00:00+02:00',
    ],
    ['over spring DST', rome('09:00', '20:00'), '2026-03-28T21:00:00+01:00', '2026-03-29T09:00:00+02:00'],
    ['over autumn DST', rome('09:00', '20:00'), '2026-10-24T21:00:00+02:00', '2026-10-25T09:00:00+01:00'],
    ['start in the gap', rome('02:30', '20:00'), '2026-03-29T01:00:00+01:00', '2026-03-29T03:00:00+02:00'],
    ['all in the gap', rome('02:15', '02:45'), '2026-03-29T01:00:00+01:00', '2026-03-30T02:15:00+02:00'],
    [
      'all in the gap, Sundays',
      rome('02:15', '02:45', [7]),
      '2026-03-29T01:00:00+01:00',
      '2026-04-05T02:15:00+02:00',
    ],
    [
      'start comes twice: the first',
      rome('02:30', '20:00'),
      '2026-10-25T01:00:00+02:00',
      '2026-10-25T02:30:00+02:00',
    ],
    [
      'clock is put back before start',
      rome('02:30', '20:00'),
      '2026-10-25T02:00:00+01:00',
      '2026-10-25T02:30:00+01:00',
    ],
    [
      'end comes twice: open again',
      rome('01:00', '02:30'),
      '2026-10-25T02:30:00+02:00',
      '2026-10-25T02:00:00+01:00',
    ],
    [
      '30-minute gap',
      { start: '02:10', end: '20:00', timezone: 'Australia/Lord_Howe' },
      '2026-10-04T01:00:00+10:30',
      '2026-10-04T02:30:00+11:00',
    ],
    [
      'no DST',
      { start: '09:00', end: '10:00', timezone: 'Asia/Kathmandu' },
      '2026-06-01T04:00:00Z',
      '2026-06-01T09:45:00+05:45',
    ],
    [
      'DST at midnight',
      { start: '00:15', end: '08:00', timezone: 'America/Santiago' },
      '2026-09-05T12:00:00-04:00',
      '2026-09-06T01:00:00-03:00',
    ],
  ])('%s', (_name, window, from, expected) => {
    expect(opening(window, from)).toBe(expected);
  });

  it('throws for a window that checkSendWindow refuses', () => {
    expect(() => nextOpening({ ...rome('09:00', '20:00'), timezone: 'Mars/Base' }, 0)).toThrow(RangeError);
    expect(() => nextOpening(rome('9', '20:00'), 0)).toThrow(RangeError);
    expect(() => nextOpening(rome('09:00', '20:00', []), 0)).toThrow(RangeError);
  });
});

/** The wall clock of a zone, minute by minute from `from` on, read through Intl alone. */
interface Wall {
  from: number;
  weekday: number[];
  minute: number[];
}

const WALK_DAYS = 20;
/** Clocks change on full quarters of an hour, so in between they run evenly. */
const QUARTER = 15;

function readWall(timezone: string, around: string): Wall {
  const from = at(around) - 3 * DAY;
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const wall: Wall = { from, weekday: [], minute: [] };
  for (let step = 0; step < WALK_DAYS * 1440; step += QUARTER) {
    const [weekday = '', hours = '', minutes = ''] = clock.format(from + step * MINUTE).split(/[ ,:]+/);
    for (let more = 0; more < QUARTER; more += 1) {
      wall.weekday.push(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(weekday) + 1);
      wall.minute.push(Number(hours) * 60 + Number(minutes) + more);
    }
  }
  return wall;
}

/** The contract's words, for one minute of the wall clock. */
function isOpen(window: SendWindow, weekday: number, minute: number): boolean {
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  const [start, end] = [minutes(window.start), minutes(window.end)];
  const startsOn = (day: number) => !window.days || window.days.includes(day === 0 ? 7 : day);
  if (start < end) return start <= minute && minute < end && startsOn(weekday);
  return (minute >= start && startsOn(weekday)) || (minute < end && startsOn(weekday - 1));
}

describe.each([
  ['Europe/Rome', '2026-03-29T01:00:00Z'],
  ['Europe/Rome', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['America/Santiago', '2026-04-05T03:00:00Z'],
  ['America/Santiago', '2026-09-06T04:00:00Z'],
  ['Asia/Kathmandu', '2026-03-29T00:00:00Z'],
])('nextOpening in %s around %s', (timezone, change) => {
  const wall = readWall(timezone, change);
  const time = fc
    .oneof(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 0, max: 4 * 60 }))
    .map(
      (minute) =>
        `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
    );
  const days = fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), {
    nil: undefined,
  });
  const windows = fc
    .record({ start: time, end: time, timezone: fc.constant(timezone), days })
    .filter((window) => window.start !== window.end);
  // Within three days of the change, and often within hours of it.
  const minutes = fc.oneof(
    fc.integer({ min: 0, max: 6 * 1440 }),
    fc.integer({ min: 3 * 1440 - 300, max: 3 * 1440 + 300 }),
  );

  it('agrees with a walk over the local clock, minute by minute', () => {
    fc.assert(
      fc.property(windows, minutes, fc.integer({ min: 0, max: MINUTE - 1 }), (window, step, withinMinute) => {
        const open = (minute: number) => isOpen(window, wall.weekday[minute] ?? 0, wall.minute[minute] ?? 0);
        let found = step;
        while (!open(found)) {
          found += 1;
          if (found >= wall.minute.length) throw new Error('the walk is too short to find an opening');
        }
        const from = wall.from + step * MINUTE + withinMinute;
        expect(nextOpening(window, from)).toBe(found === step ? from : wall.from + found * MINUTE);
      }),
      { numRuns: 60 },
    );
  });

  it('returns an opening unchanged', () => {
    fc.assert(
      fc.property(windows, minutes, (window, step) => {
        const opens = nextOpening(window, wall.from + step * MINUTE);
        expect(nextOpening(window, opens)).toBe(opens);
      }),
    );
  });
});
