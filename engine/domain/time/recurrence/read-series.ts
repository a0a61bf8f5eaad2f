import type { Faults } from '../../../errors';
import { isTimeZone } from '../time-zone';
import { endOfDay, readInZone, readLocalTime } from './local-time';
import { Occurrences, withoutEnd, type Series } from './occurrences';
import { readRuleParts } from './rule-parts';
import { NothingFound, WallTimes } from './wall-times';

/** A series as a client writes it. */
export interface GivenSeries {
  rrule: string;
  /** RFC 3339 with offset, or a local time in `timezone`. */
  start: string;
  timezone: string;
  exdates: readonly string[];
}

/** A rule must still be quick to search so long after its start. */
const PROBED_YEARS = 10;

const FEW = 'never fits, or less often than once in 11 years. Check its parts.';

/**
 * Reads a series and notes everything wrong with it.
 * @param now epoch ms: a series must have an occurrence later than that
 * @returns null if anything is wrong
 */
export function readSeries(given: GivenSeries, now: number, faults: Faults): Series | null {
  const before = faults.details.length;
  if (!isTimeZone(given.timezone))
    faults.add(
      'timezone',
      'unknown_timezone',
      'is not a known time zone. Use an IANA name such as Europe/Rome.',
    );
  const timezone = isTimeZone(given.timezone) ? given.timezone : 'UTC';
  const start = faults.read('start', readLocalTime(given.start, timezone));
  const exdates = given.exdates.map((text, index) =>
    faults.read(`exdates.${index}`, readLocalTime(text, timezone)),
  );
  const { parts, faults: ofRule } = readRuleParts(given.rrule);
  faults.note('rrule', ...ofRule);
  if (!start || faults.details.length > before) return null;
  const rrule = [...parts].map(([name, value]) => `${name}=${value}`).join(';');
  const series: Series = {
    rrule,
    start: start.wall,
    timezone,
    exdates: exdates.flatMap((read) => read?.wall ?? []),
    last: null,
    until: null,
  };
  try {
    series.until = readUntil(parts.get('UNTIL'), timezone, faults);
    if (parts.has('COUNT')) series.last = new WallTimes(rrule, start.wall).last();
    // Otherwise a long search would end the series one day.
    new WallTimes(withoutEnd(rrule), start.wall).next(start.wall + PROBED_YEARS * 366 * 86_400_000);
  } catch (error) {
    if (!(error instanceof NothingFound)) throw error;
    faults.add('rrule', 'never', FEW);
  }
  if (faults.details.length > before) return null;
  if (new Occurrences(series).next(now) === null)
    faults.add(
      'rrule',
      'over',
      'has no occurrence left. Use a later UNTIL, a higher COUNT, or another start.',
    );
  return faults.details.length > before ? null : series;
}

/** UNTIL in epoch ms. A date counts to its end. */
function readUntil(text: string | undefined, timezone: string, faults: Faults): number | null {
  if (text === undefined) return null;
  const [, year, month, day, time = ''] = /^(\d{4})(\d{2})(\d{2})(.*)$/.exec(text)!;
  const clock = time === '' ? '00:00:00' : `${time.slice(1, 3)}:${time.slice(3, 5)}:${time.slice(5, 7)}`;
  const written = `${year}-${month}-${day}T${clock}`;
  const isUtc = time.endsWith('Z');
  const read = readLocalTime(written, isUtc ? 'UTC' : timezone);
  if (!read.ok) {
    faults.add('rrule', read.code, `has UNTIL=${text}, which ${read.message}`);
    return null;
  }
  if (isUtc) return read.wall;
  return readInZone(timezone, time === '' ? endOfDay(read.wall) : read.wall).at;
}
