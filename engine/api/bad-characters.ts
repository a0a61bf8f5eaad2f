import type { ErrorDetail } from '../errors';

/**
 * Faults of texts that no store keeps and no phone shows: U+0000, which PostgreSQL refuses, and halves of surrogate
 * pairs, which are left where a text was cut in the middle of an emoji.
 * @param value what was parsed from JSON or from a query, whatever its shape.
 */
export function badCharacters(value: unknown, path = ''): ErrorDetail[] {
  if (typeof value === 'string') return faultOf(value, path);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => badCharacters(inner, path ? `${path}.${key}` : key));
}

function faultOf(text: string, path: string): ErrorDetail[] {
  const fault = (message: string): ErrorDetail[] => [{ path, code: 'invalid_character', message }];
  if (text.includes('\0')) return fault('holds the character U+0000, which no message can have; remove it');
  if (!isWellFormed(text))
    return fault('holds half of a character (a lone surrogate); send whole characters');
  return [];
}

const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);
