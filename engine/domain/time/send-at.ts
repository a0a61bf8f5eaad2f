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
/** After this the year takes five digits, which RFC 3339 cannot write. */
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

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
  if (month < 1 || month > 12) return `There is no month ${month}; months are 01 to 12.`;
  const days = daysInMonth(year, month);
  if (day < 1 || day > days)
    return `There is no day ${day} in month ${month} of ${year}; it has days 01 to ${days}.`;
  return null;
}

function clockFault(hour: number, minute: number, second: number): string | null {
  if (hour > 23)
    return `There is no hour ${hour}; hours are 00 to 23, and midnight is 00:00:00 of the next day.`;
  if (minute > 59) return `There is no minute ${minute}; minutes are 00 to 59.`;
  if (second === 60) return 'Leap seconds (:60) are not accepted; write :59 or the next minute.';
  if (second > 59) return `There is no second ${second}; seconds are 00 to 59.`;
  return null;
}

/**
 * Reads an RFC 3339 date-time as epoch milliseconds. Seconds and an offset (`Z` or `±hh:mm`) must be there, and the
 * date must exist: nothing is rolled over or guessed. As RFC 3339 (5.6) lets it, `t` and `z` may be lower case and
 * `-00:00` means UTC; its space in place of the `T` is refused, because it is only an "applications may". Digits
 * below the millisecond are cut off. A leap second (:60) is refused: epoch milliseconds have no name for it.
 */
export function parseInstant(value: string): ParsedInstant {
  const match = RFC3339.exec(value);
  if (!match)
    return fault('invalid_time', `This is not an RFC 3339 time with seconds; write it as in ${EXAMPLE}.`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [fraction = '', zulu, sign, offsetHours = '0', offsetMinutes = '0'] = match.slice(7);
  const wrong = calendarFault(year, month, day) ?? clockFault(hour, minute, second);
  if (wrong) return fault('invalid_time', wrong);
  if (!zulu && !sign)
    return fault('missing_offset', `The time has no offset; add Z for UTC or ±hh:mm, as in ${EXAMPLE}.`);
  if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59)
    return fault('invalid_time', `There is no offset ${sign}${offsetHours}:${offsetMinutes}; write ±hh:mm.`);

  const local = new Date(0);
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute, second, Number(fraction.slice(0, 3).padEnd(3, '0')));
  const offsetMs = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  const at = local.getTime() - (sign === '-' ? -offsetMs : offsetMs);
  if (at < 0 || at > LAST_INSTANT)
    return fault('invalid_time', 'The time lies outside of the years 1970 to 9999; check the year.');
  return { ok: true, at };
}

/** `parseInstant`, and at least 10 s and at most 365 days after `nowMs`; both limits are still allowed. */
export function parseSendAt(value: string, nowMs: number): ParsedSendAt {
  const parsed = parseInstant(value);
  if (!parsed.ok) return parsed;
  const ahead = parsed.at - nowMs;
  if (ahead < SEND_AT_LEAST_AHEAD_MS)
    return fault(
      'too_soon',
      `The time must be at least 10 seconds ahead of now (${new Date(nowMs).toISOString()}); choose a later one, or leave it out to send at once.`,
    );
  if (ahead > SEND_AT_MOST_AHEAD_MS)
    return fault(
      'too_late',
      `The time must be at most 365 days ahead of now (${new Date(nowMs).toISOString()}); choose an earlier one.`,
    );
  return parsed;
}
