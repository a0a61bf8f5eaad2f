/**
 * What WhatsApp reports, without NUL characters in any of its texts. A sender may put one anywhere, and PostgreSQL can
 * store none, neither as text nor in JSON (its manual, 8.3 and 8.14), so the whole message would be refused.
 */
export function withoutNul<T>(told: T): T {
  if (typeof told === 'string') return (told.includes('\0') ? told.replaceAll('\0', '') : told) as T;
  if (Array.isArray(told)) return told.map(withoutNul) as T;
  if (typeof told !== 'object' || told === null || ArrayBuffer.isView(told)) return told;
  return Object.fromEntries(
    Object.entries(told).map(([name, value]) => [withoutNul(name), withoutNul(value)]),
  ) as T;
}
