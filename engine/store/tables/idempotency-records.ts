import type { Sql, Transaction } from '../sql/database';

/** How long a key is remembered. */
export const IDEMPOTENCY_LIFE_MS = 24 * 3_600_000;

export type IdempotencyClaim = { claimed: true } | { claimed: false; requestHash: string; response: string };

/**
 * Claims an idempotency key inside the transaction that does the work. A second request with the same key waits here
 * until the first has committed, then sees its record; if the first rolled back, the second does the work.
 */
export async function claimIdempotencyKey(
  tx: Sql,
  record: { keyId: string; key: string; requestHash: string; now: Date },
): Promise<IdempotencyClaim> {
  const tooOld = new Date(record.now.getTime() - IDEMPOTENCY_LIFE_MS);
  const won = await tx.query(
    `INSERT INTO idempotency_records AS r (key_id, key, request_hash, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (key_id, key) DO UPDATE SET request_hash = $3, created_at = $4, response = NULL
       WHERE r.created_at <= $5
     RETURNING 1 AS won`,
    [record.keyId, record.key, record.requestHash, record.now, tooOld],
  );
  if (won.length > 0) return { claimed: true };
  const [found] = await tx.query<{ request_hash: string; response: string }>(
    'SELECT request_hash, response FROM idempotency_records WHERE key_id = $1 AND key = $2',
    [record.keyId, record.key],
  );
  if (!found) throw new Error('An idempotency record disappeared while it was claimed.');
  return { claimed: false, requestHash: found.request_hash, response: found.response };
}

/** Whether a request with this key was answered, and is still remembered. */
export async function knowsIdempotencyKey(sql: Sql, keyId: string, key: string, now: Date): Promise<boolean> {
  const tooOld = new Date(now.getTime() - IDEMPOTENCY_LIFE_MS);
  const rows = await sql.query(
    'SELECT 1 AS one FROM idempotency_records WHERE key_id = $1 AND key = $2 AND created_at > $3',
    [keyId, key, tooOld],
  );
  return rows.length > 0;
}

/** Stores the answer, encrypted, that a repeated request will get. */
export function keepResponse(tx: Transaction, keyId: string, key: string, response: string): void {
  tx.write('UPDATE idempotency_records SET response = $3 WHERE key_id = $1 AND key = $2', [
    keyId,
    key,
    response,
  ]);
}

export async function deleteOldIdempotencyRecords(sql: Sql, now: Date): Promise<void> {
  await sql.query('DELETE FROM idempotency_records WHERE created_at <= $1', [
    new Date(now.getTime() - IDEMPOTENCY_LIFE_MS),
  ]);
}
