import { IANAZone } from 'luxon';
import { isTimeZone, minuteOfDay, offsetChange, TIME_OF_DAY_FAULT } from './time-zone';

/**
 * The hours when a message may be sent: from `start` until just before `end` (`HH:MM`), local time in `timezone`
 * (IANA). `days` are the days on which the window starts, 1 (Monday) to 7 (Sunday); every day if absent. If `start` is
 * after `end`, the window crosses midnight and belongs to the day on which it starts.
 */
export interface SendWindow {
  start: string;
  end: string;
  timezone: string;
  days?: number[];
}

/** What is wrong with one field of a send window. `path` is relative to the window; '' is the window itself. */
export interface SendWindowFault {
  path: string;
  code: string;
  message: string;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Every window opens within two weeks, even if a DST gap swallows it on its only day. */
const HORIZON_DAYS = 40;

const fault = (path: string, code: string, message: string): SendWindowFault => ({ path, code, message });

function daysFaults(days: unknown): SendWindowFault[] {
  if (days === undefined) return [];
  if (!Array.isArray(days))
    return [
      fault(
        'days',
        'wrong_type',
        'must be a list of days from 1 (Monday) to 7 (Sunday). Leave it out for every day.',
      ),
    ];
  if (days.length === 0)
    return [
      fault(
        'days',
        'empty',
        'is empty, so the window would never open. Add a day, or leave days out for every day.',
      ),
    ];
  return days.flatMap((day: unknown, at) => {
    if (!Number.isInteger(day) || Number(day) < 1 || Number(day) > 7)
      return [fault(`days.${at}`, 'invalid_day', 'must be a whole number from 1 (Monday) to 7 (Sunday).')];
    return days.indexOf(day) < at
      ? [fault(`days.${at}`, 'duplicate', `repeats day ${day}. List each day once.`)]
      : [];
  });
}

/** Everything wrong with `value` as a `SendWindow`, in the order of the fields; empty if it is valid. */
export function checkSendWindow(value: unknown): SendWindowFault[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [
      fault(
        '',
        'wrong_type',
        'must be an object such as {"start":"09:00","end":"20:00","timezone":"Europe/Rome"}.',
      ),
    ];
  const { start, end, timezone, days } = value as Record<string, unknown>;
  const faults: SendWindowFault[] = [];
  for (const [path, time] of Object.entries({ start, end }))
    if (typeof time !== 'string' || minuteOfDay(time) === null)
      faults.push(fault(path, 'invalid_time', TIME_OF_DAY_FAULT));
  if (faults.length === 0 && start === end)
    faults.push(
      fault(
        'end',
        'same_as_start',
        'is the same as start, so the window would never open. Use another time.',
      ),
    );
  if (typeof timezone !== 'string' || !isTimeZone(timezone))
    faults.push(
      fault(
        'timezone',
        'unknown_timezone',
        'is not a known time zone. Use an IANA name such as Europe/Rome.',
      ),
    );
  return [...faults, ...daysFaults(days)];
}

interface Rule {
  startMinute: number;
  endMinute: number;
  opensOn(localDay: number): boolean;
}

/** ISO weekday (1 = Monday) of a day counted from January 1, 1970, which was a Thursday. */
const weekday = (localDay: number): number => ((((localDay + 3) % 7) + 7) % 7) + 1;

function ruleOf({ start, end, days }: SendWindow): Rule {
  if (days?.some((day) => day >= 1 && day <= 7) === false)
    throw new RangeError('A send window without days never opens.');
  const [startMinute, endMinute] = [minuteOfDay(start), minuteOfDay(end)];
  if (startMinute === null || endMinute === null)
    throw new RangeError(`"${start}" to "${end}" is not a send window.`);
  return {
    startMinute,
    endMinute,
    opensOn: (localDay) => days?.includes(weekday(localDay)) ?? true,
  };
}

function isOpenAt(rule: Rule, localMs: number): boolean {
  const localDay = Math.floor(localMs / DAY);
  const minute = Math.floor((localMs - localDay * DAY) / MINUTE);
  const { startMinute, endMinute } = rule;
  if (startMinute < endMinute) return minute >= startMinute && minute < endMinute && rule.opensOn(localDay);
  return (
    (minute >= startMinute && rule.opensOn(localDay)) || (minute < endMinute && rule.opensOn(localDay - 1))
  );
}

/** The first start of the window after `localMs`, as if the local clock never jumped. */
function nextStart(rule: Rule, localMs: number): number {
  let localDay = Math.floor(localMs / DAY);
  while (localDay * DAY + rule.startMinute * MINUTE <= localMs || !rule.opensOn(localDay)) localDay += 1;
  return localDay * DAY + rule.startMinute * MINUTE;
}

/** The first instant after `from` when the zone's offset differs; `until` if it does not change before then. */
function nextOffsetChange(zone: IANAZone, from: number, until: number): number {
  const offset = zone.offset(from);
  let before = from;
  let after = Math.min(from + DAY, until);
  while (zone.offset(after) === offset) {
    if (after >= until) return until;
    before = after;
    after = Math.min(after + DAY, until);
  }
  return offsetChange(zone, before, after);
}

/**
 * `atMs` if the window is open then, else the next instant when it opens (epoch ms).
 * The window is open exactly while the local clock shows a time within it. So if it starts inside a DST gap, it opens at
 * the first instant after the gap, unless `end` is in the gap too: then it does not open that day. An hour that occurs
 * twice is inside, or outside, both times.
 * `window` must have passed `checkSendWindow`. @throws RangeError if it never opens
 */
export function nextOpening(window: SendWindow, atMs: number): number {
  const rule = ruleOf(window);
  const zone = IANAZone.create(window.timezone);
  const horizon = atMs + HORIZON_DAYS * DAY;
  // Between two changes of the offset the local clock runs evenly, so plain arithmetic works.
  for (let at = atMs; at < horizon;) {
    const offsetMs = zone.offset(at) * MINUTE;
    if (Number.isNaN(offsetMs)) throw new RangeError(`"${window.timezone}" is not a known time zone.`);
    if (isOpenAt(rule, at + offsetMs)) return at;
    const opening = Math.min(nextStart(rule, at + offsetMs) - offsetMs, horizon);
    const change = nextOffsetChange(zone, at, opening);
    if (change === opening && opening < horizon && isOpenAt(rule, opening + zone.offset(opening) * MINUTE))
      return opening;
    at = change;
  }
  throw new RangeError('The send window never opens.');
}
