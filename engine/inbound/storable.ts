/** What no text in PostgreSQL can have: NUL, and half of a character. */
const NOT_STORED = /\0|\p{Surrogate}/gu;

/**
 * What WhatsApp reports, with texts that can be stored. A sender may put a NUL anywhere, and half of a character into the
 * JSON of a button or form. PostgreSQL can store neither as text or in JSON (its manual, 8.3 and 8.14), so the whole message
 * would be refused. NUL is left out, and U+FFFD stands for half of a character, as everywhere else.
 */
export function storable<T>(told: T): T {
  if (typeof told === 'string') return told.replace(NOT_STORED, (bad) => (bad === '\0' ? '' : '\uFFFD')) as T;
  if (Array.isArray(told)) return told.map(storable) as T;
  if (typeof told !== 'object' || told === null || ArrayBuffer.isView(told)) return told;
  return Object.fromEntries(
    Object.entries(told).map(([name, value]) => [storable(name), storable(value)]),
  ) as T;
}
