import { wallClock } from './time-zone';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Closer moments are given to the second. */
const SOON_MS = 2 * MINUTE;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A zone as it follows a time: ` UTC`, ` (Europe/Rome)`. */
export const zoneWords = (zone: string): string => (zone === 'UTC' ? ' UTC' : ` (${zone})`);

interface Parts {
  /** Null for today. */
  day: string | null;
  time: string;
}

/**
 * Rounded up: at the moment that is named, it has come. Every message that is accepted has such a sentence, so this reads
 * the clock itself: a library's formats take ten times as long.
 */
function partsOf(at: number, now: number, zone: string): Parts {
  const isSoon = at - now < SOON_MS;
  const unit = isSoon ? SECOND : MINUTE;
  const [moment, today] = [clockOf(Math.ceil(at / unit) * unit, zone), clockOf(now, zone)];
  const time = moment.toISOString().slice(11, isSoon ? 19 : 16) + zoneWords(zone);
  if (dayOf(moment) === dayOf(today)) return { day: null, time };
  const day = `${DAYS[moment.getUTCDay()]}, ${MONTHS[moment.getUTCMonth()]} ${moment.getUTCDate()}`;
  const year = moment.getUTCFullYear();
  return { day: year === today.getUTCFullYear() ? day : `${day}, ${year}`, time };
}

const dayOf = (clock: Date): string => clock.toISOString().slice(0, 10);

/** A date that shows in UTC what the clocks of the zone show. */
const clockOf = (at: number, zone: string): Date => new Date(zone === 'UTC' ? at : wallClock(zone, at));

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
