import type { Mode } from '../../domain/mode';
import type { Sql, Transaction } from '../sql/database';

/*
 * The opt-outs of erased people. They hold like any other, but only a hash of each id of the person is left. It is made
 * with a salt, and with a key that is not in the database: with the database alone, nobody can try all numbers.
 */

/** The setting of each connection that has the key, see `openDatabase`. */
export const ERASURE_KEY = 'blueticks.erasure_key';

const sha256 = (text: string): string => `encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`;

/** SQL: the hash under which the opt-out of an erased person with this id is kept. Null without the key. */
const hashOf = (id: string): string =>
  sha256(`current_setting('${ERASURE_KEY}', true) || (SELECT salt FROM erasure_salt) || ${id}`);

/** SQL: as it was made before there was a key. */
const hashWithoutKey = (id: string): string => sha256(`(SELECT salt FROM erasure_salt) || ${id}`);

/** SQL: every hash under which the opt-out of one of the ids `$2` may be kept. */
const HASHES = `
  SELECT hashes.hash FROM unnest($2::text[]) AS given (id)
  CROSS JOIN LATERAL (VALUES (${hashOf('given.id')}), (${hashWithoutKey('given.id')})) AS hashes (hash)`;

/** SQL: whether an erased person with this id had opted out. */
export const isErasedOptOut = (mode: string, id: string): string =>
  `EXISTS (SELECT FROM erased_opt_outs AS e
     WHERE e.mode = ${mode} AND e.hash IN (${hashOf(id)}, ${hashWithoutKey(id)}))`;

/**
 * Keeps the opt-out of a person who is being erased.
 * @param ids every id of the person
 * @param erasure a random id
 */
export function keepErasedOptOut(tx: Transaction, mode: Mode, ids: readonly string[], erasure: string): void {
  tx.write(
    `UPDATE erased_opt_outs SET erasure = $3 WHERE mode = $1 AND erasure IN (
       SELECT erasure FROM erased_opt_outs
       WHERE mode = $1 AND hash IN (${HASHES}))`,
    [mode, ids, erasure],
  );
  tx.write(
    `INSERT INTO erased_opt_outs (mode, hash, erasure) SELECT $1, ${hashOf('id')}, $3 FROM unnest($2::text[]) AS given (id)
     ON CONFLICT DO NOTHING`,
    [mode, ids, erasure],
  );
}

/** Ends the opt-outs of erased people with these ids, under all ids that they had. @returns whether any existed. */
export async function deleteErasedOptOuts(sql: Sql, mode: Mode, ids: readonly string[]): Promise<boolean> {
  const rows = await sql.query(
    `DELETE FROM erased_opt_outs WHERE mode = $1 AND erasure IN (
       SELECT erasure FROM erased_opt_outs
       WHERE mode = $1 AND hash IN (${HASHES}))
     RETURNING hash`,
    [mode, ids],
  );
  return rows.length > 0;
}

/** Two names that were thought to be one person's are not: the opt-out of the erased person holds for both. */
export function copyErasedOptOut(tx: Transaction, mode: Mode, from: string, to: string): void {
  tx.write(
    `INSERT INTO erased_opt_outs (mode, hash, erasure)
     SELECT mode, ${hashOf('$3::text')}, erasure FROM erased_opt_outs WHERE mode = $1 AND hash IN (${hashOf('$2::text')}, ${hashWithoutKey('$2::text')})
     ON CONFLICT DO NOTHING`,
    [mode, from, to],
  );
}
