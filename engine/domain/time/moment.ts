import { Faults } from '../../errors';
import { addDuration, addToCalendar, instantOn, parseDuration, type IsoDuration } from './iso-duration';
import {
  LAST_INSTANT,
  offsetOf,
  parseInstant,
  SEND_AT_LEAST_AHEAD_MS,
  SEND_AT_MOST_AHEAD_MS,
} from './send-at';
import { isTimeZone, minuteOfDay, TIME_OF_DAY_FAULT, wallClock } from './time-zone';

/** What happens to a message whose time has passed when it is created or moved. */
export const IF_PAST = ['refuse', 'skip', 'send_now'] as const;
export type IfPast = (typeof IF_PAST)[number];

/** A time relative to a moment, as the client wrote it. In a change, what is absent stays as it is. */
export interface RelativeTime {
  /** ISO 8601 duration. */
  before?: string;
  after?: string;
  /** RFC 3339 with offset. */
  of?: string;
  /** `HH:MM`, the time of that day. */
  at?: string | null;
  /** IANA name. */
  timezone?: string | null;
  if_past?: IfPast;
}

/**
 * The moment that a message hangs on: it is sent `before` or `after` it (the other one is null), at `at` o'clock of that
 * day if `at` is given. Days are those of `timezone`, and without one those of the offset that `of` has.
 */
export interface Moment {
  before: string | null;
  after: string | null;
  of: string;
  at: string | null;
  timezone: string | null;
  if_past: IfPast;
  /** The message is canceled because its time had passed. Moved to a later moment, it is scheduled again. */
  skipped: boolean;
}

export type WhenToSend =
  | { do: 'wait'; /** Epoch ms. */ at: number }
  | { do: 'send_now' }
  | { do: 'skip'; /** Epoch ms. */ at: number }
  /** `path` is relative to `send_at`, and `message` continues a sentence that begins with it. */
  | { do: 'refuse'; path: string; code: string; message: string };

const DAY = 86_400_000;
const MINUTE = 60_000;

/**
 * Reads a time relative to a moment and notes the fault of each field.
 * @param current for a change: what the message hangs on
 * @returns null if there are faults
 */
export function readMoment(
  given: RelativeTime,
  faults: Faults,
  current: Moment | null = null,
): Moment | null {
  const before = faults.details.length;
  const of = given.of ?? current?.of;
  if (of === undefined) faults.add('of', 'required', 'is required. Send the moment, RFC 3339 with offset.');
  else faults.read('of', parseInstant(of));
  const isGiven = given.before !== undefined || given.after !== undefined;
  const moment: Moment = {
    before: isGiven ? (given.before ?? null) : (current?.before ?? null),
    after: isGiven ? (given.after ?? null) : (current?.after ?? null),
    of: of ?? '',
    at: given.at === undefined ? (current?.at ?? null) : given.at,
    timezone: given.timezone === undefined ? (current?.timezone ?? null) : given.timezone,
    if_past: given.if_past ?? current?.if_past ?? 'refuse',
    skipped: false,
  };
  const duration = readDuration(moment, faults);
  if (moment.timezone !== null && !isTimeZone(moment.timezone)) {
    const message = 'is not a known time zone. Use an IANA name such as Europe/Rome.';
    faults.add('timezone', 'unknown_timezone', message);
  }
  if (moment.at !== null) checkTimeOfDay(moment.at, moment, duration, faults);
  return faults.details.length > before ? null : moment;
}

/** Reads whichever of `before` and `after` is given. */
function readDuration({ before, after }: Moment, faults: Faults): IsoDuration | null {
  if (before !== null && after !== null) {
    faults.add('after', 'given_twice', 'cannot be combined with before. Use only one of them.');
    return null;
  }
  if (before === null && after === null) {
    const message =
      'is required, or after. Use P1D for a day before the moment, or PT0S for the moment itself.';
    faults.add('before', 'required', message);
    return null;
  }
  const name = before === null ? 'after' : 'before';
  const parsed = parseDuration(before ?? after ?? '');
  if (parsed.ok) return parsed.duration;
  const isNegative = parsed.code === 'negative_duration';
  faults.add(name, parsed.code, isNegative ? NEGATIVE[name] : parsed.message);
  return null;
}

const NEGATIVE = {
  before: 'is negative. Leave out the minus: before counts back from of.',
  after: 'is negative. Use before for a time before of.',
};

function checkTimeOfDay(at: string, moment: Moment, duration: IsoDuration | null, faults: Faults): void {
  if (minuteOfDay(at) === null) faults.add('at', 'invalid_time', TIME_OF_DAY_FAULT);
  if (moment.timezone === null) {
    const message = `is required with at. Name the time zone that ${at.slice(0, 5)} is in, such as Europe/Rome.`;
    faults.add('timezone', 'required', message);
  }
  if (duration && duration.timeMs > 0) {
    const message =
      'has hours, minutes or seconds, but at sets the time of day. Use whole days such as P1D, or leave out at.';
    faults.add(moment.before === null ? 'after' : 'before', 'not_whole_days', message);
  }
}

/** The instant of a moment itself, in epoch ms. @param moment one that `readMoment` returned */
export function instantOfMoment({ of }: Pick<Moment, 'of'>): number {
  const parsed = parseInstant(of);
  return parsed.ok ? parsed.at : NaN;
}

/**
 * When (epoch ms) a message is due that hangs on a moment. Years, months, weeks and days are counted on the calendar of its
 * zone, as in `addDuration`. A time of day that the clocks skip is the first instant after the gap, one that comes twice is
 * the first of the two. Infinite or NaN beyond any calendar.
 */
export function dueAt(moment: Moment): number {
  const of = instantOfMoment(moment);
  const parsed = parseDuration(moment.before ?? moment.after ?? '');
  if (!parsed.ok) return NaN;
  const direction = moment.before === null ? 1 : -1;
  const { timezone: zone } = moment;
  if (zone === null) {
    const offset = offsetOf(moment.of);
    return addDuration(of + offset, parsed.duration, 'UTC', direction) - offset;
  }
  const minutes = moment.at === null ? null : minuteOfDay(moment.at);
  if (minutes === null) return addDuration(of, parsed.duration, zone, direction);
  const wall = addToCalendar(wallClock(zone, of), parsed.duration, direction);
  return instantOn(zone, Math.floor(wall / DAY) * DAY + minutes * MINUTE);
}

/**
 * When to send a message that hangs on `moment`, at `now` (epoch ms). It must be due from 10 seconds to 365 days ahead, and
 * on its side of the moment; `if_past` says what happens to one that is late, or whose time of day would put it on the
 * other side (nine o'clock of the same day, for an appointment at eight). One `before` a moment is never sent after it.
 */
export function whenToSend(moment: Moment, now: number): WhenToSend {
  const at = dueAt(moment);
  const of = instantOfMoment(moment);
  const isBefore = moment.before !== null;
  const name = isBefore ? 'before' : 'after';
  if (!(at >= 0 && at <= LAST_INSTANT))
    return refuse(name, 'too_long', 'is longer than any calendar. Use a shorter duration.');
  const due = new Date(at).toISOString();
  if (at - now > SEND_AT_MOST_AHEAD_MS) {
    const message = `would be ${due}, which is too far ahead. Use a time at most 365 days ahead of now (${new Date(now).toISOString()}).`;
    return refuse('', 'too_late', message);
  }
  const isOnItsSide = isBefore ? at <= of : at >= of;
  const isLate = at - now < SEND_AT_LEAST_AHEAD_MS;
  if (isOnItsSide && !isLate) return { do: 'wait', at };
  if (moment.if_past === 'skip') return { do: 'skip', at };
  if (!isOnItsSide) {
    const [side, fix] = isBefore ? ['after', 'an earlier'] : ['before', 'a later'];
    return refuse(
      'at',
      'out_of_order',
      `would be ${due}, ${side} the moment itself. Use ${fix} time or day.`,
    );
  }
  const passed = at < now ? 'in the past' : 'less than 10 seconds ahead';
  if (moment.if_past === 'refuse')
    return refuse('', 'too_soon', `would be ${due}, which is ${passed}. ${LATER_OR_IF_PAST}`);
  if (isBefore && of <= now)
    return refuse(
      'of',
      'too_soon',
      'is in the past, and nothing is sent before it any more. Use a later time.',
    );
  return { do: 'send_now' };
}

const LATER_OR_IF_PAST = 'Use a later moment in of, or set if_past to skip or send_now.';

const refuse = (path: string, code: string, message: string): WhenToSend => ({
  do: 'refuse',
  path,
  code,
  message,
});
