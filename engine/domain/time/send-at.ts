/** A message is scheduled at least this far ahead, in milliseconds. */
export const SEND_AT_LEAST_AHEAD_MS = 10_000;
/** A message is scheduled at most this far ahead, in milliseconds: 365 days of 24 hours. */
export const SEND_AT_MOST_AHEAD_MS = 365 * 86_400_000;

export type InstantFault = 'invalid_time' | 'missing_offset';
export type SendAtFault = InstantFault | 'too_soon' | 'too_late';

export type ParsedInstant = { ok: true; at: number } | { ok: false; code: InstantFault; message: string };
export type ParsedSendAt = { ok: true; at: number } | { ok: false; code: SendAtFault; message: string };

const EXAMPLE = '2026-07-01T09:00:00+02:00';
const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:([Zz])|([+-])(\d{2}):(\d{2}))?$/;
/** Later years have five digits, which RFC 3339 cannot write. */
export const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const fault = <Code>(code: Code, message: string): { ok: false; code: Code; message: string } => ({
  ok: false,
  code,
  message,
});

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function calendarFault(year: number, month: number, day: number): string | null {
  if (month < 1 || month > 12) return `has month ${month}, but months are 01 to 12.`;
  const days = daysInMonth(year, month);
  if (day < 1 || day > days) return `has day ${day}, but month ${month} of ${year} has days 01 to ${days}.`;
  return null;
}

function clockFault(hour: number, minute: number, second: number): string | null {
  if (hour > 23)
    return `has hour ${hour}, but hours are 00 to 23. Write midnight as 00:00:00 of the next day.`;
  if (minute > 59) return `has minute ${minute}, but minutes are 00 to 59.`;
  if (second === 60) return 'is a leap second (:60), which is not supported. Use :59 or the next minute.';
  if (second > 59) return `has second ${second}, but seconds are 00 to 59.`;
  return null;
}

/**
 * Reads an RFC 3339 date-time as epoch milliseconds. Seconds and an offset (`Z` or `±hh:mm`) are required, and the date
 * must exist: nothing is rolled over or guessed. As RFC 3339 (5.6) allows, `t` and `z` may be lower case, and `-00:00`
 * means UTC. A space in place of the `T` is refused, since RFC 3339 leaves it to the application. Digits below the
 * millisecond are cut off. A leap second (:60) is refused, since epoch milliseconds cannot express it.
 */
export function parseInstant(value: string): ParsedInstant {
  const match = RFC3339.exec(value);
  if (!match) return fault('invalid_time', `is not an RFC 3339 time with seconds. Write it like ${EXAMPLE}.`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [fraction = '', zulu, sign, offsetHours = '0', offsetMinutes = '0'] = match.slice(7);
  const wrong = calendarFault(year, month, day) ?? clockFault(hour, minute, second);
  if (wrong) return fault('invalid_time', wrong);
  if (!zulu && !sign)
    return fault('missing_offset', `has no offset. Add Z for UTC or ±hh:mm, as in ${EXAMPLE}.`);
  if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59)
    return fault(
      'invalid_time',
      `has the offset ${sign}${offsetHours}:${offsetMinutes}, which does not exist. Use ±hh:mm.`,
    );

  const local = new Date(0);
  // Not Date.UTC, which reads the years 0 to 99 as 1900 to 1999.
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute, second, Number(fraction.slice(0, 3).padEnd(3, '0')));
  const at = local.getTime() - offsetOf(value);
  if (at < 0 || at > LAST_INSTANT)
    return fault('invalid_time', 'is not between the years 1970 and 9999. Check the year.');
  return { ok: true, at };
}

/** The offset of a time that `parseInstant` accepts, in milliseconds, east of Greenwich positive. */
export function offsetOf(value: string): number {
  const [sign, hours = '0', minutes = '0'] = RFC3339.exec(value)?.slice(9) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** `parseInstant`, and from 10 seconds to 365 days after `nowMs`, both included. */
export function parseSendAt(value: string, nowMs: number): ParsedSendAt {
  const parsed = parseInstant(value);
  if (!parsed.ok) return parsed;
  const ahead = parsed.at - nowMs;
  const now = new Date(nowMs).toISOString();
  if (ahead < SEND_AT_LEAST_AHEAD_MS)
    return fault(
      'too_soon',
      `is ${ahead < 0 ? 'in the past' : 'too soon'}. Use a time at least 10 seconds ahead of now (${now}), or leave it out to send at once.`,
    );
  if (ahead > SEND_AT_MOST_AHEAD_MS)
    return fault('too_late', `is too far ahead. Use a time at most 365 days ahead of now (${now}).`);
  return parsed;
}
