import { DateTime } from 'luxon';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Closer moments are given to the second. */
const SOON_MS = 2 * MINUTE;

/** A zone as it follows a time: ` UTC`, ` (Europe/Rome)`. */
export const zoneWords = (zone: string): string => (zone === 'UTC' ? ' UTC' : ` (${zone})`);

interface Parts {
  /** Null for today. */
  day: string | null;
  time: string;
}

/** Rounded up: at the moment that is named, it has come. */
function partsOf(at: number, now: number, zone: string): Parts {
  const isSoon = at - now < SOON_MS;
  const unit = isSoon ? SECOND : MINUTE;
  const [moment, today] = [Math.ceil(at / unit) * unit, now].map((ms) =>
    DateTime.fromMillis(ms, { zone, locale: 'en-US' }),
  ) as [DateTime, DateTime];
  const time = moment.toFormat(isSoon ? 'HH:mm:ss' : 'HH:mm') + zoneWords(zone);
  if (moment.hasSame(today, 'day')) return { day: null, time };
  return { day: moment.toFormat(moment.hasSame(today, 'year') ? 'ccc, LLL d' : 'ccc, LLL d, yyyy'), time };
}

/** `at 14:05 UTC`, or `on Mon, Nov 30 at 09:00 (Europe/Rome)`. @param at epoch milliseconds, as is `now` */
export function atWords(at: number, now: number, zone: string): string {
  const { day, time } = partsOf(at, now, zone);
  return day === null ? `at ${time}` : `on ${day} at ${time}`;
}

/** `until 14:05 UTC`, or `until Mon, Nov 30 at 09:00 (Europe/Rome)`. */
export function untilWords(at: number, now: number, zone: string): string {
  const { day, time } = partsOf(at, now, zone);
  return day === null ? `until ${time}` : `until ${day} at ${time}`;
}
