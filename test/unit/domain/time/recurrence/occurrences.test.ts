import fc from 'fast-check';
import { Faults } from '../../../../../engine/errors';
import { writeLocalTime } from '../../../../../engine/domain/time/recurrence/local-time';
import { Occurrences } from '../../../../../engine/domain/time/recurrence/occurrences';
import { readSeries } from '../../../../../engine/domain/time/recurrence/read-series';
import { wallClock } from '../../../../../engine/domain/time/time-zone';
import { RFC_5545_EXAMPLES } from './rfc5545-examples';

const NEW_YORK = 'America/New_York';

function seriesOf(rrule: string, start: string, timezone: string, exdates: string[] = []) {
  const faults = new Faults();
  const series = readSeries({ rrule, start, timezone, exdates }, 0, faults);
  if (!series) throw new Error(JSON.stringify(faults.details));
  return series;
}

/** The first moments of a series, as local times. */
function localTimes(
  rrule: string,
  start: string,
  timezone: string,
  count: number,
  exdates?: string[],
): string[] {
  return new Occurrences(seriesOf(rrule, start, timezone, exdates))
    .upcoming(0, count)
    .map((at) => writeLocalTime(wallClock(timezone, at)));
}

/** The same in UTC. */
function instants(rrule: string, start: string, timezone: string, count: number): string[] {
  return new Occurrences(seriesOf(rrule, start, timezone))
    .upcoming(0, count)
    .map((at) => new Date(at).toISOString().slice(0, 16));
}

describe('occurrences of RFC 5545, section 3.8.5.3', () => {
  for (const { title, start, rules, expected, exdates } of RFC_5545_EXAMPLES)
    it.each(rules)(`${title}: %s`, (rrule) => {
      const hasEnd = /COUNT|UNTIL/.test(rrule);
      const count = hasEnd ? expected.length + 1 : expected.length;
      expect(localTimes(rrule, start, NEW_YORK, count, exdates)).toEqual(expected);
    });
});

describe('occurrences when the clocks change', () => {
  // By hand, from the zones' own rules. Gap: Rome skips 02:00 to 03:00 on March 29, 2026; Lord Howe skips 02:00 to 02:30 on
  // October 4. Twice: Rome has 02:00 to 03:00 twice on October 25; Lord Howe 01:30 to 02:00 on April 5.
  const TABLE: [string, string, string, string[]][] = [
    [
      'keep nine o’clock in Rome in spring',
      'Europe/Rome',
      '2026-03-28T09:00',
      ['2026-03-28T08:00', '2026-03-29T07:00', '2026-03-30T07:00'],
    ],
    [
      'keep nine o’clock in Rome in autumn',
      'Europe/Rome',
      '2026-10-24T09:00',
      ['2026-10-24T07:00', '2026-10-25T08:00', '2026-10-26T08:00'],
    ],
    [
      'read 02:30 as 03:30 on the night that skips it',
      'Europe/Rome',
      '2026-03-28T02:30',
      ['2026-03-28T01:30', '2026-03-29T01:30', '2026-03-30T00:30'],
    ],
    [
      'take the first 02:30 of the night that has two',
      'Europe/Rome',
      '2026-10-24T02:30',
      ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    [
      'read 02:30 in New York as RFC 5545 does',
      NEW_YORK,
      '2007-03-10T02:30',
      ['2007-03-10T07:30', '2007-03-11T07:30', '2007-03-12T06:30'],
    ],
    [
      'take the first 01:30 in New York as RFC 5545 does',
      NEW_YORK,
      '2007-11-03T01:30',
      ['2007-11-03T05:30', '2007-11-04T05:30', '2007-11-05T06:30'],
    ],
    [
      'know the gap of half an hour on Lord Howe Island',
      'Australia/Lord_Howe',
      '2026-10-03T02:15',
      ['2026-10-02T15:45', '2026-10-03T15:45', '2026-10-04T15:15'],
    ],
    [
      'know the half hour that comes twice on Lord Howe Island',
      'Australia/Lord_Howe',
      '2026-04-04T01:45',
      ['2026-04-03T14:45', '2026-04-04T14:45', '2026-04-05T15:15'],
    ],
    [
      'know the day that Samoa left out',
      'Pacific/Apia',
      '2011-12-29T09:00',
      ['2011-12-29T19:00', '2011-12-30T19:00', '2011-12-31T19:00'],
    ],
    [
      'stay the same where the clocks never change',
      'Asia/Kolkata',
      '2026-03-28T02:30',
      ['2026-03-27T21:00', '2026-03-28T21:00', '2026-03-29T21:00'],
    ],
  ];
  it.each(TABLE)('%s', (_title, zone, start, expected) => {
    expect(instants('FREQ=DAILY', start, zone, 3)).toEqual(expected);
  });

  it('are in order and once where a skipped time is read as a later one', () => {
    // 02:00, 02:15 … become 03:00, 03:15 …, which the rule has as well.
    expect(instants('FREQ=MINUTELY;INTERVAL=15', '2026-03-29T01:30', 'Europe/Rome', 6)).toEqual(
      ['00:30', '00:45', '01:00', '01:15', '01:30', '01:45'].map((time) => `2026-03-29T${time}`),
    );
    // 02:20 becomes 03:20, which lies between 03:10 and 03:40.
    expect(
      localTimes('FREQ=DAILY;BYHOUR=2,3;BYMINUTE=10,20;COUNT=8', '2026-03-29T00:00', 'Europe/Rome', 9),
    ).toEqual(
      ['29T03:10', '29T03:20', '30T02:10', '30T02:20', '30T03:10', '30T03:20'].map(
        (time) => `2026-03-${time}:00`,
      ),
    );
    const mixed = 'FREQ=DAILY;COUNT=1;BYHOUR=2,3;BYMINUTE=20,50';
    expect(localTimes(mixed.replace('COUNT=1', 'COUNT=3'), '2026-03-29T02:20', 'Europe/Rome', 9)).toEqual([
      '2026-03-29T03:20:00',
      '2026-03-29T03:50:00',
    ]);
  });

  it('pass over the second of two hours', () => {
    expect(instants('FREQ=MINUTELY;INTERVAL=30', '2026-10-25T01:30', 'Europe/Rome', 4)).toEqual([
      '2026-10-24T23:30',
      '2026-10-25T00:00',
      '2026-10-25T00:30',
      '2026-10-25T02:00',
    ]);
  });
});

describe('a search for the next occurrence', () => {
  const RULES = [
    ['FREQ=DAILY', 'Europe/Rome'],
    ['FREQ=HOURLY;INTERVAL=5', 'America/New_York'],
    ['FREQ=MINUTELY;INTERVAL=25', 'Australia/Lord_Howe'],
    ['FREQ=WEEKLY;BYDAY=SU;BYHOUR=1,2,3;BYMINUTE=0,30', 'Europe/Rome'],
    ['FREQ=MONTHLY;BYDAY=-1SU;BYHOUR=2;BYMINUTE=30', 'Europe/London'],
  ] as const;
  it('gives the same from any moment as the list from before it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...RULES),
        // Around both changes of the clocks.
        fc.constantFrom(
          Date.UTC(2026, 2, 8, 6),
          Date.UTC(2026, 2, 29),
          Date.UTC(2026, 9, 25),
          Date.UTC(2026, 9, 3, 14),
        ),
        fc.integer({ min: 0, max: 6 * 3600 }),
        ([rrule, zone], night, seconds) => {
          const occurrences = new Occurrences(seriesOf(rrule, '2026-01-01T02:30', zone));
          const at = night + seconds * 1000;
          const next = occurrences.next(at)!;
          expect(next).toBeGreaterThan(at);
          const listed = occurrences.upcoming(at - 6 * 3_600_000, 40).find((one) => one > at);
          expect(listed).toBe(next);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('leaves out exceptions, which count', () => {
    expect(
      localTimes('FREQ=DAILY;COUNT=4', '2026-03-01T09:00', 'Europe/Rome', 9, [
        '2026-03-02T09:00',
        '2026-03-03T08:00:00Z',
      ]),
    ).toEqual(['2026-03-01T09:00:00', '2026-03-04T09:00:00']);
  });

  it('takes UNTIL as an instant, a local time, or a whole day', () => {
    const last = (until: string) =>
      instants(`FREQ=DAILY;UNTIL=${until}`, '2026-06-01T23:30', 'Europe/Rome', 99).at(-1);
    expect(last('20260603T213000Z')).toBe('2026-06-03T21:30');
    expect(last('20260603T212959Z')).toBe('2026-06-02T21:30');
    expect(last('20260603T233000')).toBe('2026-06-03T21:30');
    expect(last('20260603')).toBe('2026-06-03T21:30');
  });
});
