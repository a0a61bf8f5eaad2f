import { DateTime } from 'luxon';

/**
 * A date and time as n8n gives it, as RFC 3339 with an offset. One without an offset is meant in `zone`
 * (the workflow's time zone). Takes what a date-time field, `$now` or another node yields.
 * @throws Error that names `field`
 */
export function toRfc3339(value: unknown, zone: string, field: string): string {
  const parsed = parse(value, zone);
  const text = parsed?.isValid ? parsed.toISO() : null;
  if (text) return text;
  throw new Error(
    `${field}: "${String(value)}" is not a date and time. Choose one, or give one such as 2026-07-01T09:00:00 or {{ $now.plus({ days: 3 }) }}.`,
  );
}

function parse(value: unknown, zone: string): DateTime | undefined {
  if (value instanceof Date) return DateTime.fromJSDate(value, { zone });
  // n8n's expressions have a luxon of their own, so that instanceof would say no.
  if (typeof value === 'object' && value !== null && 'toISO' in value && typeof value.toISO === 'function') {
    return DateTime.fromISO(String(value.toISO()), { setZone: true });
  }
  if (typeof value !== 'string' || !value.includes('-')) return undefined;
  const iso = DateTime.fromISO(value.trim(), { zone, setZone: true });
  return iso.isValid ? iso : DateTime.fromSQL(value.trim(), { zone, setZone: true });
}
