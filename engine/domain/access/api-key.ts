import { createHash } from 'node:crypto';
import type { Mode } from '../mode';

/** How the keys of each mode begin. */
export const KEY_PREFIXES: Record<Mode, string> = { live: 'bt_live_', test: 'bt_test_' };

const KEY = /^bt_(live|test)_[A-Za-z0-9_-]{32,200}$/;
/** The scheme's name is matched without case and may be followed by several spaces (RFC 9110, 11.1 and 11.4). */
const BEARER = /^bearer +(\S+) *$/i;
const SHOWN = 12;

/** The token of an `Authorization: Bearer …` header, or null when it is absent or of another form. */
export function parseBearer(header: string | undefined): string | null {
  return BEARER.exec(header ?? '')?.[1] ?? null;
}

/** Whether the text has the form of a key: `bt_live_` or `bt_test_` and at least 32 characters. */
export function isKeyFormat(key: string): boolean {
  return KEY.test(key);
}

/** The mode that a key names, or null when it has not the form of one. */
export function keyMode(key: string): Mode | null {
  return (KEY.exec(key)?.[1] as Mode | undefined) ?? null;
}

/** The first 12 characters: all of a key that is ever shown again. */
export function keyPrefix(key: string): string {
  return key.slice(0, SHOWN);
}

/** SHA-256 in hex: all of a key that is stored. Enough without salt, since a key is long and random. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}
