import fc from 'fast-check';
import { DateTime, Duration } from 'luxon';
import {
  dueAt,
  readMoment,
  whenToSend,
  type Moment,
  type RelativeTime,
} from '../../../../engine/domain/time/moment';
import { Faults } from '../../../../engine/errors';

const ROME = 'Europe/Rome';
/** With changes of an hour and of half an hour, in both hemispheres, and with offsets of 45 minutes and none at all. */
const ZONES = [
  ...[ROME, 'America/New_York', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Chatham'],
  ...['Asia/Kathmandu', 'Africa/Casablanca', 'America/Havana', 'UTC'],
];
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function momentOf(given: RelativeTime): Moment {
  const faults = new Faults();
  const moment = readMoment(given, faults);
  if (!moment) throw new Error(JSON.stringify(faults.details));
  return moment;
}

/** When it is due, as the clocks of a zone show it. */
const shown = (given: RelativeTime, zone = given.timezone ?? ROME): string | null =>
  DateTime.fromMillis(dueAt(momentOf(given)), { zone }).toISO({ suppressMilliseconds: true });

describe('the time before or after a moment', () => {
  const timezone = ROME;
  const of = '2026-12-24T10:00:00+01:00';
  const inMarch = '2026-03-29T10:00:00+02:00';
  const inOctober = '2026-10-25T10:00:00+01:00';
  it.each<[string, RelativeTime, string]>([
    ['a day before', { before: 'P1D', of, timezone }, '2026-12-23T10:00:00+01:00'],
    ['a day before at nine', { before: 'P1D', of, at: '09:00', timezone }, '2026-12-23T09:00:00+01:00'],
    [
      'a day before at nine, of a moment at eight',
      { before: 'P1D', of: '2026-12-24T08:00:00+01:00', at: '09:00', timezone },
      '2026-12-23T09:00:00+01:00',
    ],
    ['at nine of the same day', { before: 'P0D', of, at: '09:00', timezone }, '2026-12-24T09:00:00+01:00'],
    ['at the moment itself', { before: 'PT0S', of, timezone }, '2026-12-24T10:00:00+01:00'],
    ['two hours after', { after: 'PT2H', of, timezone }, '2026-12-24T12:00:00+01:00'],
    ['a week after at six', { after: 'P1W', of, at: '18:00', timezone }, '2026-12-31T18:00:00+01:00'],
    [
      'a day and an hour before: the day first',
      { before: 'P1DT1H', of, timezone },
      '2026-12-23T09:00:00+01:00',
    ],
    [
      'a month before the 31st',
      { before: 'P1M', of: '2026-03-31T10:00:00+02:00', timezone },
      '2026-02-28T10:00:00+01:00',
    ],
    [
      'a year before a leap day',
      { before: 'P1Y', of: '2028-02-29T10:00:00+01:00', timezone },
      '2027-02-28T10:00:00+01:00',
    ],
    [
      'a month after January 31 of a leap year',
      { after: 'P1M', of: '2028-01-31T10:00:00+01:00', timezone },
      '2028-02-29T10:00:00+01:00',
    ],
    [
      'the day is that of the zone, whatever offset the moment is written with',
      { before: 'P1D', of: '2026-12-24T00:30:00+01:00', at: '09:00', timezone },
      '2026-12-23T09:00:00+01:00',
    ],
    [
      'the same moment in UTC, where it is the day before',
      { before: 'P1D', of: '2026-12-23T23:30:00Z', at: '09:00', timezone },
      '2026-12-23T09:00:00+01:00',
    ],
    [
      'a day before the morning when summer time began: at the same local time',
      { before: 'P1D', of: inMarch, timezone },
      '2026-03-28T10:00:00+01:00',
    ],
    [
      '24 hours before it: an hour earlier',
      { before: 'PT24H', of: inMarch, timezone },
      '2026-03-28T09:00:00+01:00',
    ],
    [
      'at nine the day before it',
      { before: 'P1D', of: inMarch, at: '09:00', timezone },
      '2026-03-28T09:00:00+01:00',
    ],
    [
      'at a time that the clocks skip: right after the gap',
      { before: 'P0D', of: inMarch, at: '02:30', timezone },
      '2026-03-29T03:00:00+02:00',
    ],
    [
      'a day before the morning after summer time ended',
      { before: 'P1D', of: inOctober, timezone },
      '2026-10-24T10:00:00+02:00',
    ],
    [
      'at a time that comes twice: the first',
      { before: 'P0D', of: inOctober, at: '02:30', timezone },
      '2026-10-25T02:30:00+02:00',
    ],
    [
      'without a time zone, days are those of the offset',
      { before: 'P1D', of: inOctober },
      '2026-10-24T11:00:00+02:00',
    ],
    [
      'without a time zone, on a calendar that is half an hour off',
      { before: 'P1M', of: '2026-03-31T00:15:00+05:30' },
      '2026-02-27T19:45:00+01:00',
    ],
  ])('%s', (_name, given, expected) => {
    expect(shown(given)).toBe(expected);
  });

  const zones = fc.constantFrom(...ZONES);
  const instants = fc.integer({ min: Date.UTC(2026, 0, 1) / 60_000, max: Date.UTC(2030, 0, 1) / 60_000 });
  const sides = fc.constantFrom('before' as const, 'after' as const);
  /** A moment as a client would write it, with the offset of its zone. */
  const written = (minute: number, zone: string): string =>
    DateTime.fromMillis(minute * 60_000, { zone }).toISO({ suppressMilliseconds: true })!;

  it('is what another library says, wherever that local time comes once', () => {
    const durations = fc.record({
      months: fc.nat(14),
      weeks: fc.nat(3),
      days: fc.nat(40),
      hours: fc.nat(50),
      minutes: fc.nat(90),
    });
    fc.assert(
      fc.property(zones, instants, sides, durations, (zone, minute, side, parts) => {
        const { months, weeks, days, hours, minutes } = parts;
        const of = DateTime.fromMillis(minute * 60_000, { zone });
        const day = side === 'before' ? of.minus({ months, weeks, days }) : of.plus({ months, weeks, days });
        const isPlain =
          day.toFormat('HH:mm') === of.toFormat('HH:mm') && day.getPossibleOffsets().length === 1;
        fc.pre(isPlain || months + weeks + days === 0);
        const expected = side === 'before' ? day.minus({ hours, minutes }) : day.plus({ hours, minutes });
        const text = Duration.fromObject(parts).toISO()!;
        const due = dueAt(momentOf({ [side]: text, of: written(minute, zone), timezone: zone }));
        expect(due).toBe(expected.toMillis());
      }),
      { numRuns: 200 },
    );
  });

  it('at a time of day is that time on that day of the calendar', () => {
    fc.assert(
      fc.property(zones, instants, sides, fc.nat(400), fc.nat(1439), (zone, minute, side, days, ofDay) => {
        const at = Duration.fromMillis(ofDay * 60_000).toFormat('hh:mm');
        const of = DateTime.fromMillis(minute * 60_000, { zone });
        const due = dueAt(momentOf({ [side]: `P${days}D`, of: written(minute, zone), at, timezone: zone }));
        const local = DateTime.fromMillis(due, { zone });
        const day = of.startOf('day').plus({ days: side === 'before' ? -days : days });
        expect(local.toISODate()).toBe(day.toISODate());
        const isThere = local.toFormat('HH:mm') === at;
        // A time that the clocks skip is the end of the gap: a minute before, it was earlier than that.
        if (!isThere) {
          expect(local.toFormat('HH:mm') > at).toBe(true);
          expect(
            local.minus({ minutes: 1 }).toFormat('HH:mm') < at || local.toFormat('HH:mm') === '01:00',
          ).toBe(true);
        } else expect(Math.min(...local.getPossibleOffsets().map((one) => one.toMillis()))).toBe(due);
      }),
      { numRuns: 200 },
    );
  });

  it('without a time of day is never on the other side of the moment', () => {
    fc.assert(
      fc.property(zones, instants, fc.nat(60), fc.nat(100), (zone, minute, days, hours) => {
        const [of, text] = [written(minute, zone), `P${days}DT${hours}H`];
        for (const timezone of [zone, undefined]) {
          expect(dueAt(momentOf({ before: text, of, timezone }))).toBeLessThanOrEqual(minute * 60_000);
          expect(dueAt(momentOf({ after: text, of, timezone }))).toBeGreaterThanOrEqual(minute * 60_000);
        }
      }),
    );
  });
});

describe('what is wrong with it', () => {
  const of = '2026-12-24T10:00:00+01:00';
  const day = { before: 'P1D', of };
  it.each<[string, RelativeTime, [path: string, code: string, says: string | RegExp][]]>([
    ['neither before nor after', { of }, [['before', 'required', /^is required, or after\. Use P1D/]]],
    [
      'both',
      { ...day, after: 'P1D' },
      [['after', 'given_twice', 'cannot be combined with before. Use only one of them.']],
    ],
    ['no duration', { before: 'a day', of }, [['before', 'invalid_duration', /is not an ISO 8601 duration/]]],
    ['a minus', { before: '-P1D', of }, [['before', 'negative_duration', /Leave out the minus/]]],
    [
      'a minus after',
      { after: '-P1D', of },
      [['after', 'negative_duration', /Use before for a time before of/]],
    ],
    ['no moment', { before: 'P1D' }, [['of', 'required', /^is required\. Send the moment/]]],
    ['no offset', { ...day, of: '2026-12-24T10:00:00' }, [['of', 'missing_offset', /Add Z for UTC/]]],
    [
      'at without a zone',
      { ...day, at: '09:00' },
      [
        [
          'timezone',
          'required',
          'is required with at. Name the time zone that 09:00 is in, such as Europe/Rome.',
        ],
      ],
    ],
    ['no such zone', { ...day, timezone: 'Rome' }, [['timezone', 'unknown_timezone', /Use an IANA name/]]],
    ['no time of day', { ...day, at: '9', timezone: ROME }, [['at', 'invalid_time', /written HH:MM/]]],
    [
      'hours with at',
      { before: 'P1DT2H', of, at: '09:00', timezone: ROME },
      [['before', 'not_whole_days', /Use whole days such as P1D, or leave out at/]],
    ],
    [
      'everything at once',
      { before: 'x', of: 'x', at: 'x', timezone: 'x' },
      [
        ['of', 'invalid_time', /RFC 3339/],
        ['before', 'invalid_duration', /ISO 8601/],
        ['timezone', 'unknown_timezone', /IANA/],
        ['at', 'invalid_time', /HH:MM/],
      ],
    ],
  ])('%s', (_name, given, expected) => {
    const faults = new Faults();
    expect(readMoment(given, faults)).toBeNull();
    expect(faults.details.map(({ path, code }) => [path, code])).toEqual(
      expected.map(([path, code]) => [path, code]),
    );
    for (const [index, [, , says]] of expected.entries())
      expect(faults.details[index]!.message).toMatch(says);
  });
});

describe('a change', () => {
  const current = momentOf({
    ...{ before: 'P1D', of: '2026-12-24T10:00:00+01:00', at: '09:00', timezone: ROME, if_past: 'skip' },
  });
  const changed = (given: RelativeTime) => readMoment(given, new Faults(), current);

  it('of the moment keeps everything else', () => {
    const of = '2026-12-31T10:00:00+01:00';
    expect(changed({ of })).toEqual({ ...current, of });
  });
  it('of before to after takes the other side', () => {
    expect(changed({ after: 'P2D' })).toEqual({ ...current, before: null, after: 'P2D' });
  });
  it('can take the time of day away', () => {
    expect(changed({ at: null, timezone: null, before: 'PT2H' })).toEqual({
      ...{ ...current, before: 'PT2H', at: null, timezone: null },
    });
  });
});

describe('when to send', () => {
  const now = Date.UTC(2026, 5, 10, 12);
  const iso = (ms: number): string => new Date(now + ms).toISOString();
  const when = (given: RelativeTime) => whenToSend(momentOf(given), now);

  it('waits for its time if that is at least 10 seconds ahead', () => {
    expect(when({ before: 'PT1H', of: iso(HOUR + 10_000) })).toEqual({ do: 'wait', at: now + 10_000 });
    expect(when({ after: 'P1D', of: iso(-HOUR) })).toEqual({ do: 'wait', at: now - HOUR + DAY });
  });

  it.each([
    [
      10_000 - 1,
      /^would be 2026-06-10T12:00:09\.999Z, which is less than 10 seconds ahead\. Use a later moment/,
    ],
    [-1, /^would be 2026-06-10T11:59:59\.999Z, which is in the past\. .* set if_past to skip or send_now\.$/],
  ])('refuses a time %p ms ahead, unless told otherwise', (ahead, says) => {
    const late = { before: 'PT1H', of: iso(HOUR + ahead) };
    expect(when(late)).toEqual({
      do: 'refuse',
      path: '',
      code: 'too_soon',
      message: expect.stringMatching(says),
    });
    expect(when({ ...late, if_past: 'skip' })).toEqual({ do: 'skip', at: now + ahead });
    expect(when({ ...late, if_past: 'send_now' })).toEqual({ do: 'send_now' });
  });

  it('never sends before a moment that is over, and does send after it', () => {
    const over = { of: iso(-1), if_past: 'send_now' as const };
    expect(when({ before: 'P1D', ...over })).toMatchObject({ do: 'refuse', path: 'of', code: 'too_soon' });
    expect(when({ after: 'PT0S', ...over })).toEqual({ do: 'send_now' });
  });

  it('does not send on the other side of the moment', () => {
    const eight = { of: '2026-07-01T08:00:00+02:00', timezone: ROME };
    const reminder = { ...eight, before: 'P0D', at: '09:00' };
    expect(when(reminder)).toEqual({
      ...{ do: 'refuse', path: 'at', code: 'out_of_order' },
      message: 'would be 2026-07-01T07:00:00.000Z, after the moment itself. Use an earlier time or day.',
    });
    expect(when({ ...reminder, if_past: 'send_now' })).toMatchObject({ do: 'refuse', code: 'out_of_order' });
    expect(when({ ...reminder, if_past: 'skip' })).toMatchObject({ do: 'skip' });
    expect(when({ ...eight, after: 'P0D', at: '07:00' })).toMatchObject({ code: 'out_of_order' });
  });

  it('refuses more than 365 days ahead, whatever if_past says', () => {
    const far = { before: 'P1D', of: iso(366 * DAY + 1), if_past: 'skip' as const };
    expect(when(far)).toMatchObject({ do: 'refuse', path: '', code: 'too_late' });
    expect(when({ ...far, of: iso(366 * DAY) })).toMatchObject({ do: 'wait' });
  });

  it.each(['P999999999Y', 'P999999999M', 'PT999999999H'])('refuses %s, which no calendar has', (text) => {
    const of = iso(DAY);
    for (const timezone of [undefined, ROME]) {
      for (const side of ['before', 'after']) {
        const moment = { [side]: text, of, timezone, if_past: 'send_now' as const };
        expect(when(moment)).toMatchObject({ do: 'refuse', path: side, code: 'too_long' });
      }
    }
  });
});
