import { Faults } from '../../../../../engine/errors';
import { readSeries, type GivenSeries } from '../../../../../engine/domain/time/recurrence/read-series';
import { takingPlace } from '../../../../../engine/domain/time/recurrence/occurrence-times';
import { Occurrences } from '../../../../../engine/domain/time/recurrence/occurrences';

const NOW = Date.UTC(2026, 2, 1, 12);

function faultsOf(given: Partial<GivenSeries>): string[] {
  const faults = new Faults();
  const whole = {
    rrule: 'FREQ=DAILY',
    start: '2026-03-02T09:00',
    timezone: 'Europe/Rome',
    exdates: [],
    ...given,
  };
  const series = readSeries(whole, NOW, faults);
  expect(series === null).toBe(faults.details.length > 0);
  return faults.details.map(({ path, message }) => `${path} ${message}`);
}
const faultOfRule = (rrule: string): string => faultsOf({ rrule }).join(' | ');

describe('a rule', () => {
  it.each([
    'FREQ=WEEKLY;BYDAY=MO,TH',
    'rrule:freq=weekly;byday=mo,th',
    ' FREQ=MONTHLY;BYDAY=-1FR; ',
    'FREQ=MONTHLY;BYMONTHDAY=-1',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29',
    'FREQ=YEARLY;BYDAY=20MO',
    'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO',
    'FREQ=MINUTELY;INTERVAL=15;BYHOUR=9,10',
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
    'FREQ=DAILY;UNTIL=20260401',
    'FREQ=DAILY;COUNT=1000',
    'FREQ=YEARLY;INTERVAL=10000',
  ])('is taken: %s', (rrule) => {
    expect(faultsOf({ rrule })).toEqual([]);
  });

  it.each([
    ['', /has no FREQ/],
    ['FREQ=SECONDLY', /repeats more than once a minute\. The shortest is FREQ=MINUTELY/],
    ['FREQ=DAILY;BYSECOND=0,30', /several numbers in BYSECOND/],
    ['FREQ=HOURLEY', /has FREQ=HOURLEY\. Use one of YEARLY/],
    ['FREQ=DAILY;INTERVAL=0', /INTERVAL with "0"/],
    ['FREQ=DAILY;COUNT=1001', /COUNT with "1001".*Use UNTIL for a longer time/],
    ['FREQ=DAILY;COUNT=3;UNTIL=20270101', /cannot combine COUNT with UNTIL/],
    ['FREQ=DAILY;FREQ=WEEKLY', /has FREQ twice/],
    ['FREQ=DAILY;BYDAYS=MO', /has the part "BYDAYS=MO"/],
    ['FREQ=DAILY;DTSTART=20260101', /Give the first moment in start/],
    ['FREQ=WEEKLY;BYDAY=1MO', /BYDAY with numbers, which need FREQ=MONTHLY/],
    ['FREQ=WEEKLY;BYDAY=Monday', /BYDAY with "MONDAY"/],
    ['FREQ=MONTHLY;BYDAY=6MO', /not 1 to 5 or -1 to -5/],
    ['FREQ=YEARLY;BYDAY=53MO', /not 1 to 52 or -1 to -52/],
    ['FREQ=DAILY;BYHOUR=24', /BYHOUR with "24", which is not a whole number from 0 to 23/],
    ['FREQ=MONTHLY;BYMONTHDAY=32', /BYMONTHDAY with "32".*from 1 to 31 or -1 to -31/],
    ['FREQ=WEEKLY;BYMONTHDAY=1', /cannot combine FREQ=WEEKLY with BYMONTHDAY/],
    ['FREQ=MONTHLY;BYYEARDAY=1', /has BYYEARDAY, which needs FREQ=YEARLY/],
    ['FREQ=DAILY;BYSETPOS=1', /BYSETPOS without another BY part/],
    ['FREQ=DAILY;UNTIL=tomorrow', /has UNTIL=TOMORROW/],
    ['FREQ=DAILY;UNTIL=20261301', /has UNTIL=20261301, which has month 13/],
    ['FREQ=DAILY;UNTIL=20260228', /has no occurrence left/],
    // Rules that never fit end their search soon.
    ['FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30', /never fits, or less often than once in 11 years/],
    ['FREQ=MINUTELY;BYMONTH=4;BYMONTHDAY=31', /never fits/],
    ['FREQ=DAILY;BYHOUR=9;BYSETPOS=366', /never fits/],
    ['FREQ=HOURLY;INTERVAL=48;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;BYHOUR=8', /never fits/],
    ['FREQ=HOURLY;INTERVAL=10000;BYMONTHDAY=31;BYHOUR=15;BYMINUTE=50', /never fits/],
  ])('is refused with its reason: %s', (rrule, message) => {
    expect(faultOfRule(rrule)).toMatch(message);
  });

  it('has every fault named at once', () => {
    expect(
      faultsOf({
        rrule: 'FREQ=DAILY;BYHOUR=99;COUNT=0',
        start: 'Monday',
        timezone: 'Rome',
        exdates: ['2026-02-30T09:00'],
      }),
    ).toEqual([
      expect.stringMatching(/^timezone is not a known time zone/),
      expect.stringMatching(/^start is not a time/),
      expect.stringMatching(/^exdates\.0 has day 30, but month 2/),
      expect.stringMatching(/^rrule has COUNT/),
      expect.stringMatching(/^rrule has BYHOUR/),
    ]);
  });
});

describe('a start', () => {
  const startOf = (start: string, timezone = 'Europe/Rome'): number => {
    const series = readSeries({ rrule: 'FREQ=DAILY', start, timezone, exdates: [] }, NOW, new Faults());
    return new Occurrences(series!).next(NOW)!;
  };
  it('is local, with or without seconds, or an instant with any offset', () => {
    const nine = Date.UTC(2026, 2, 2, 8);
    for (const start of [
      '2026-03-02T09:00',
      '2026-03-02T09:00:00',
      '2026-03-02T08:00:00Z',
      '2026-03-02T03:00:00-05:00',
    ])
      expect(startOf(start)).toBe(nine);
  });

  it('may be past: the next occurrence is the first from now', () => {
    expect(startOf('2001-01-01T09:00')).toBe(Date.UTC(2026, 2, 2, 8));
  });
});

describe('the time of an occurrence', () => {
  const window = { start: '09:00', end: '20:00', timezone: 'UTC' };
  const times = (rrule: string, start: string, count: number) => {
    const series = readSeries({ rrule, start, timezone: 'UTC', exdates: [] }, NOW, new Faults())!;
    const found: string[] = [];
    for (const { moment, deadline, isShut } of takingPlace(new Occurrences(series), NOW, window)) {
      const at = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
      found.push(`${at(moment)} ${isShut ? 'shut' : at(deadline)}`);
      if (found.length === count) return found;
    }
    return found;
  };
  it('is over after an hour, or when the next one comes', () => {
    expect(times('FREQ=DAILY', '2026-03-02T10:00', 1)).toEqual(['10:00 11:00']);
    expect(times('FREQ=MINUTELY;INTERVAL=20', '2026-03-02T10:00', 2)).toEqual(['10:00 10:20', '10:20 10:40']);
    expect(times('FREQ=DAILY;COUNT=1', '2026-03-02T10:00', 2)).toEqual(['10:00 11:00']);
  });

  it('begins when its window opens, unless the next one comes before', () => {
    expect(times('FREQ=DAILY', '2026-03-02T07:00', 1)).toEqual(['07:00 10:00']);
    expect(times('FREQ=HOURLY', '2026-03-02T07:00', 3)).toEqual(['07:00 shut', '08:00 shut', '09:00 10:00']);
  });
});
