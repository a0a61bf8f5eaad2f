import type { Sql, Transaction } from '../sql/database';

/** How long a key is remembered. */
export const IDEMPOTENCY_LIFE_MS = 24 * 3_600_000;

export type IdempotencyClaim =
  | { claimed: true }
  | {
      claimed: false;
      requestHash: string;
      /** When the first request with this key came. */
      since: Date;
      /** Encrypted; null: no answer is stored yet. */
      response: string | null;
    };

/**
 * Claims idempotency keys inside the transaction that does the work. A second request with the same key waits here until
 * the first has committed, then sees its record; if the first rolled back, the second does the work.
 * @param records each key once
 * @returns the claim of each key
 */
export async function claimIdempotencyKeys(
  tx: Sql,
  keyId: string,
  records: ReadonlyArray<{ key: string; requestHash: string }>,
  now: Date,
): Promise<Map<string, IdempotencyClaim>> {
  if (records.length === 0) return new Map();
  const keys = records.map(({ key }) => key);
  const tooOld = new Date(now.getTime() - IDEMPOTENCY_LIFE_MS);
  // In the order of the keys, so that two requests with several in common do not wait for each other.
  const won = await tx.query<{ key: string }>(
    `INSERT INTO idempotency_records AS r (key_id, key, request_hash, created_at)
       SELECT $1, key, request_hash, $4 FROM unnest($2::text[], $3::text[]) AS n (key, request_hash) ORDER BY key
     ON CONFLICT (key_id, key) DO UPDATE SET request_hash = EXCLUDED.request_hash, created_at = $4, response = NULL
       WHERE r.created_at <= $5
     RETURNING key`,
    [keyId, keys, records.map(({ requestHash }) => requestHash), now, tooOld],
  );
  const claims = new Map<string, IdempotencyClaim>(won.map(({ key }) => [key, { claimed: true }]));
  if (won.length === records.length) return claims;
  const found = await tx.query<{
    key: string;
    request_hash: string;
    created_at: Date;
    response: string | null;
  }>(
    'SELECT key, request_hash, created_at, response FROM idempotency_records WHERE key_id = $1 AND key = ANY($2::text[])',
    [keyId, keys.filter((key) => !claims.has(key))],
  );
  for (const { key, request_hash: requestHash, created_at: since, response } of found)
    claims.set(key, { claimed: false, requestHash, since, response });
  if (claims.size < records.length)
    throw new Error('An idempotency record disappeared while it was claimed.');
  return claims;
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

/** Stores the answers, encrypted, that repeated requests will get. */
export function keepResponses(
  tx: Transaction,
  keyId: string,
  answers: ReadonlyArray<{ key: string; response: string }>,
): void {
  if (answers.length === 0) return;
  tx.write(
    `UPDATE idempotency_records AS r SET response = n.response
     FROM unnest($2::text[], $3::text[]) AS n (key, response) WHERE r.key_id = $1 AND r.key = n.key`,
    [keyId, answers.map(({ key }) => key), answers.map(({ response }) => response)],
  );
}

/** Forgets a key whose request has no answer: nothing was done. */
export function forgetIdempotencyKey(tx: Transaction, keyId: string, key: string): void {
  tx.write('DELETE FROM idempotency_records WHERE key_id = $1 AND key = $2 AND response IS NULL', [
    keyId,
    key,
  ]);
}
