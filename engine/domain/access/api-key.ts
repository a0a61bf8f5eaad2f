import { createHash } from 'node:crypto';
import type { Mode } from '../mode';

/** The beginning of each mode's keys. */
export const KEY_PREFIXES: Record<Mode, string> = { live: 'bt_live_', test: 'bt_test_' };

const KEY = /^bt_(live|test)_[A-Za-z0-9_-]{32,200}$/;
/** The scheme is case-insensitive and can be followed by several spaces (RFC 9110, 11.1 and 11.4). */
const BEARER = /^bearer +(\S+) *$/i;
const SHOWN = 12;

/** The token of an `Authorization: Bearer …` header; null if it is absent or malformed. */
export function parseBearer(header: string | undefined): string | null {
  return BEARER.exec(header ?? '')?.[1] ?? null;
}

/** Whether the text looks like a key: `bt_live_` or `bt_test_` and at least 32 characters. */
export function isKeyFormat(key: string): boolean {
  return KEY.test(key);
}

/** The mode of a key; null if the text does not look like one. */
export function keyMode(key: string): Mode | null {
  return (KEY.exec(key)?.[1] as Mode | undefined) ?? null;
}

/** The first 12 characters, the only part of a key that is shown again. */
export function keyPrefix(key: string): string {
  return key.slice(0, SHOWN);
}

/** SHA-256 in hex, the only part of a key that is stored. It needs no salt, because keys are long and random. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}
