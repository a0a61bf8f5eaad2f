import { DateTime } from 'luxon';

/**
 * A date and time from n8n, as RFC 3339 with an offset. Without an offset it is in `zone`, the workflow's time zone.
 * Accepts what a date-time field, `$now` or another node returns.
 * @throws Error that names `field`
 */
export function toRfc3339(value: unknown, zone: string, field: string): string {
  const parsed = parse(value, zone);
  const text = parsed?.isValid ? parsed.toISO() : null;
  if (text) return text;
  throw new Error(
    `${field}: "${String(value)}" is not a date and time. Use one like 2026-07-01T09:00:00 or {{ $now.plus({ days: 3 }) }}.`,
  );
}

function parse(value: unknown, zone: string): DateTime | undefined {
  if (value instanceof Date) return DateTime.fromJSDate(value, { zone });
  // n8n's expressions use their own copy of luxon, so instanceof does not work here.
  if (typeof value === 'object' && value !== null && 'toISO' in value && typeof value.toISO === 'function') {
    return DateTime.fromISO(String(value.toISO()), { setZone: true });
  }
  if (typeof value !== 'string' || !value.includes('-')) return undefined;
  const iso = DateTime.fromISO(value.trim(), { zone, setZone: true });
  return iso.isValid ? iso : DateTime.fromSQL(value.trim(), { zone, setZone: true });
}
