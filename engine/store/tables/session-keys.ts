import type { Sql, Transaction } from '../sql/database';

/** A row of `session_keys`, without its session: credentials, a Signal key, an uploaded file, a chat's timer or a history. */
export interface SealedKey {
  type: string;
  id: string;
  /** Encrypted. */
  sealed: Buffer;
}

/** The stored keys of one type with these ids. */
export async function findSessionKeys(
  sql: Sql,
  sessionId: string,
  type: string,
  ids: string[],
): Promise<SealedKey[]> {
  return sql.query<SealedKey>(
    'SELECT type, id, sealed FROM session_keys WHERE session_id = $1 AND type = $2 AND id = ANY($3::text[])',
    [sessionId, type, ids],
  );
}

/** All stored keys of one type, in the order of ids. */
export async function listSessionKeys(sql: Sql, sessionId: string, type: string): Promise<SealedKey[]> {
  return sql.query<SealedKey>(
    'SELECT type, id, sealed FROM session_keys WHERE session_id = $1 AND type = $2 ORDER BY id',
    [sessionId, type],
  );
}

/** Inserts keys, or replaces them. */
export function saveSessionKeys(tx: Transaction, sessionId: string, keys: SealedKey[], now: Date): void {
  if (keys.length === 0) return;
  tx.write(
    `INSERT INTO session_keys (session_id, type, id, sealed, updated_at)
     SELECT $1, type, id, sealed, $5 FROM unnest($2::text[], $3::text[], $4::bytea[]) AS k (type, id, sealed)
     ON CONFLICT (session_id, type, id) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at`,
    [
      sessionId,
      keys.map(({ type }) => type),
      keys.map(({ id }) => id),
      keys.map(({ sealed }) => sealed),
      now,
    ],
  );
}

export function deleteSessionKeys(
  tx: Transaction,
  sessionId: string,
  keys: Pick<SealedKey, 'type' | 'id'>[],
): void {
  if (keys.length === 0) return;
  tx.write(
    `DELETE FROM session_keys AS k USING unnest($2::text[], $3::text[]) AS gone (type, id)
     WHERE k.session_id = $1 AND k.type = gone.type AND k.id = gone.id`,
    [sessionId, keys.map(({ type }) => type), keys.map(({ id }) => id)],
  );
}

export async function deleteAllSessionKeys(sql: Sql, sessionId: string): Promise<void> {
  await sql.query('DELETE FROM session_keys WHERE session_id = $1', [sessionId]);
}
