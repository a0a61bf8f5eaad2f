import { IANAZone } from 'luxon';
import { isTimeZone } from './time-zone';

/**
 * The hours in which a message may go: from `start` up to, not including, `end` (`HH:MM`) on the wall clock of
 * `timezone` (IANA). `days` are those on which the window starts, 1 = Monday to 7 = Sunday; absent means every day.
 * With `start` after `end` it crosses midnight and belongs to the day on which it starts.
 */
export interface SendWindow {
  start: string;
  end: string;
  timezone: string;
  days?: number[];
}

/** One field's fault within a send window; `path` is relative to it, '' being the window itself. */
export interface SendWindowFault {
  path: string;
  code: string;
  message: string;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
/** Every window opens within two weeks, also one that a DST gap swallows on its only day. */
const HORIZON_DAYS = 40;

const fault = (path: string, code: string, message: string): SendWindowFault => ({ path, code, message });

function daysFaults(days: unknown): SendWindowFault[] {
  if (days === undefined) return [];
  if (!Array.isArray(days))
    return [
      fault('days', 'wrong_type', 'Must be a list of days from 1 (Monday) to 7 (Sunday), or left out.'),
    ];
  if (days.length === 0)
    return [
      fault(
        'days',
        'empty',
        'Is empty, so that the window would never open; name a day, or leave days out for all.',
      ),
    ];
  return days.flatMap((day: unknown, at) => {
    if (!Number.isInteger(day) || Number(day) < 1 || Number(day) > 7)
      return [fault(`days.${at}`, 'invalid_day', 'Must be a whole number from 1 (Monday) to 7 (Sunday).')];
    return days.indexOf(day) < at
      ? [fault(`days.${at}`, 'duplicate', `Names day ${day} twice; name each day once.`)]
      : [];
  });
}

/** Every fault of a would-be `SendWindow`, in the order of its fields; none when it can be used. */
export function checkSendWindow(value: unknown): SendWindowFault[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [
      fault(
        '',
        'wrong_type',
        'Must be an object such as {"start":"09:00","end":"20:00","timezone":"Europe/Rome"}.',
      ),
    ];
  const { start, end, timezone, days } = value as Record<string, unknown>;
  const faults: SendWindowFault[] = [];
  for (const [path, time] of Object.entries({ start, end }))
    if (typeof time !== 'string' || !TIME.test(time))
      faults.push(
        fault(path, 'invalid_time', 'Must be a time from 00:00 to 23:59, written HH:MM; midnight is 00:00.'),
      );
  if (faults.length === 0 && start === end)
    faults.push(
      fault(
        'end',
        'same_as_start',
        'Is the same as start, so that the window would never open; give another time.',
      ),
    );
  if (typeof timezone !== 'string' || !isTimeZone(timezone))
    faults.push(
      fault(
        'timezone',
        'unknown_timezone',
        'Is not a time zone that is known; use an IANA name such as Europe/Rome.',
      ),
    );
  return [...faults, ...daysFaults(days)];
}

interface Rule {
  startMinute: number;
  endMinute: number;
  opensOn(localDay: number): boolean;
}

function minuteOfDay(time: string): number {
  const match = TIME.exec(time);
  if (!match) throw new RangeError(`"${time}" is not a time of a send window.`);
  return Number(match[1]) * 60 + Number(match[2]);
}

/** ISO weekday (1 = Monday) of a day counted from 1 January 1970, which was a Thursday. */
const weekday = (localDay: number): number => ((((localDay + 3) % 7) + 7) % 7) + 1;

function ruleOf({ start, end, days }: SendWindow): Rule {
  if (days?.some((day) => day >= 1 && day <= 7) === false)
    throw new RangeError('A send window without days never opens.');
  return {
    startMinute: minuteOfDay(start),
    endMinute: minuteOfDay(end),
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

/** The first start of the window after `localMs`, on a wall clock that never jumps. */
function nextStart(rule: Rule, localMs: number): number {
  let localDay = Math.floor(localMs / DAY);
  while (localDay * DAY + rule.startMinute * MINUTE <= localMs || !rule.opensOn(localDay)) localDay += 1;
  return localDay * DAY + rule.startMinute * MINUTE;
}

/** The first instant after `from` at which the zone's offset differs, or `until` when there is none before it. */
function nextOffsetChange(zone: IANAZone, from: number, until: number): number {
  const offset = zone.offset(from);
  let before = from;
  let after = Math.min(from + DAY, until);
  while (zone.offset(after) === offset) {
    if (after >= until) return until;
    before = after;
    after = Math.min(after + DAY, until);
  }
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (zone.offset(middle) === offset) before = middle;
    else after = middle;
  }
  return after;
}

/**
 * `atMs` when the window is open then, else the next instant at which it is (epoch ms).
 * The window is open whenever the zone's wall clock shows a time within it, and never otherwise. So a start inside
 * a DST gap opens at the first instant after the gap, if that is still before `end` (a window wholly inside the gap
 * is left out that day), and an hour that comes twice is within, or outside, both times.
 * `window` must have passed `checkSendWindow`; throws `RangeError` for one that has no opening.
 */
export function nextOpening(window: SendWindow, atMs: number): number {
  const rule = ruleOf(window);
  const zone = IANAZone.create(window.timezone);
  const horizon = atMs + HORIZON_DAYS * DAY;
  // Between two changes of the offset the wall clock runs evenly, so that plain arithmetic holds.
  for (let at = atMs; at < horizon;) {
    const offsetMs = zone.offset(at) * MINUTE;
    if (Number.isNaN(offsetMs))
      throw new RangeError(`"${window.timezone}" is not a time zone that is known.`);
    if (isOpenAt(rule, at + offsetMs)) return at;
    const opening = Math.min(nextStart(rule, at + offsetMs) - offsetMs, horizon);
    const change = nextOffsetChange(zone, at, opening);
    if (change === opening && opening < horizon && isOpenAt(rule, opening + zone.offset(opening) * MINUTE))
      return opening;
    at = change;
  }
  throw new RangeError('The send window never opens.');
}
