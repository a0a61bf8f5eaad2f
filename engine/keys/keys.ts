import { randomBytes } from 'node:crypto';
import { hashKey, KEY_PREFIXES, keyPrefix } from '../domain/access/api-key';
import { newId } from '../domain/ids';
import type { Mode } from '../domain/mode';
import { notFound } from '../errors';
import type { Sql } from '../store/sql/database';
import { insertKey, type KeyRow, renewLocalKey, revokeKey } from '../store/tables/api-keys';

export interface NewKey {
  mode: Mode;
  name: string | null;
  scopes: string[];
}

/** Creates a key. Only now is the key itself known: the database stores just its hash. */
export async function createKey(sql: Sql, input: NewKey, now: Date): Promise<{ row: KeyRow; key: string }> {
  const made = makeKey(input, 'created', now);
  await insertKey(sql, made.row);
  return made;
}

/** Creates the key for the n8n on this machine, or replaces the secret of the one that an earlier process created. */
export async function createLocalKey(sql: Sql, input: NewKey, now: Date): Promise<string> {
  const { row, key } = makeKey(input, 'local', now);
  if (!(await renewLocalKey(sql, row))) await insertKey(sql, row);
  return key;
}

function makeKey(input: NewKey, origin: KeyRow['origin'], now: Date): { row: KeyRow; key: string } {
  const key = `${KEY_PREFIXES[input.mode]}${randomBytes(32).toString('base64url').replace(/[-_]/g, 'x')}`;
  const row: KeyRow = {
    id: newId('key'),
    mode: input.mode,
    name: input.name,
    prefix: keyPrefix(key),
    hash: hashKey(key),
    scopes: input.scopes,
    origin,
    created_at: now,
    revoked_at: null,
  };
  return { row, key };
}

/** Revokes a key. @throws EngineError `not_found`, also if it is already revoked */
export async function revoke(sql: Sql, id: string, now: Date): Promise<KeyRow> {
  const row = await revokeKey(sql, id, now);
  if (!row) throw notFound('key', id);
  return row;
}

/** A key as lists show it: without the key itself or its hash. */
export function presentKey(row: KeyRow) {
  return {
    id: row.id,
    mode: row.mode,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    created_at: row.created_at.toISOString(),
    revoked_at: row.revoked_at?.toISOString() ?? null,
  };
}
