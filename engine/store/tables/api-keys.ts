import type { Mode } from '../../domain/mode';
import type { Sql } from '../sql/database';

export interface KeyRow {
  id: string;
  mode: Mode;
  name: string | null;
  /** The key's first 12 characters, for display. */
  prefix: string;
  hash: string;
  scopes: string[];
  origin: 'created' | 'local';
  created_at: Date;
  revoked_at: Date | null;
}

export async function insertKey(sql: Sql, key: KeyRow): Promise<void> {
  await sql.query(
    `INSERT INTO api_keys (id, mode, name, prefix, hash, scopes, origin, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [key.id, key.mode, key.name, key.prefix, key.hash, key.scopes, key.origin, key.created_at],
  );
}

/** An active key, by the SHA-256 of its text. */
export async function findKeyByHash(sql: Sql, hash: string): Promise<KeyRow | undefined> {
  const rows = await sql.query<KeyRow>('SELECT * FROM api_keys WHERE hash = $1 AND revoked_at IS NULL', [
    hash,
  ]);
  return rows[0];
}

export async function listKeys(sql: Sql): Promise<KeyRow[]> {
  return sql.query<KeyRow>(`SELECT * FROM api_keys WHERE origin = 'created' ORDER BY id`);
}

/** @returns the revoked key, or undefined if no active key has this id. */
export async function revokeKey(sql: Sql, id: string, now: Date): Promise<KeyRow | undefined> {
  const rows = await sql.query<KeyRow>(
    'UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING *',
    [id, now],
  );
  return rows[0];
}

/** Revokes the keys that an earlier process gave, under this name, to the n8n on its machine. */
export async function endLocalKeys(sql: Sql, name: string, now: Date): Promise<void> {
  await sql.query(`UPDATE api_keys SET revoked_at = $2 WHERE origin = 'local' AND name = $1`, [name, now]);
}

/**
 * Gives a local key a new text and keeps its id, so that its idempotency records stay valid after a restart.
 * @returns false if there is no such key.
 */
export async function renewLocalKey(sql: Sql, key: KeyRow): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE api_keys SET hash = $3, prefix = $4, revoked_at = NULL
     WHERE origin = 'local' AND name = $1 AND mode = $2 RETURNING id`,
    [key.name, key.mode, key.hash, key.prefix],
  );
  return rows.length > 0;
}
