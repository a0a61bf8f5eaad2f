import type { Mode } from '../../domain/mode';
import type { Sql, Transaction } from '../sql/database';

/*
 * The opt-outs of erased people. They hold like any other, but only a salted hash of each id of the person is left.
 */

/** SQL: the hash under which the opt-out of an erased person with this id is kept. */
const hashOf = (id: string): string =>
  `encode(sha256(convert_to((SELECT salt FROM erasure_salt) || ${id}, 'UTF8')), 'hex')`;

/** SQL: whether an erased person with this id had opted out. */
export const isErasedOptOut = (mode: string, id: string): string =>
  `EXISTS (SELECT FROM erased_opt_outs AS e WHERE e.mode = ${mode} AND e.hash = ${hashOf(id)})`;

/**
 * Keeps the opt-out of a person who is being erased.
 * @param ids every id of the person
 * @param erasure a random id
 */
export function keepErasedOptOut(tx: Transaction, mode: Mode, ids: readonly string[], erasure: string): void {
  tx.write(
    `UPDATE erased_opt_outs SET erasure = $3 WHERE mode = $1 AND erasure IN (
       SELECT erasure FROM erased_opt_outs
       WHERE mode = $1 AND hash IN (SELECT ${hashOf('id')} FROM unnest($2::text[]) AS given (id)))`,
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
       WHERE mode = $1 AND hash IN (SELECT ${hashOf('id')} FROM unnest($2::text[]) AS given (id)))
     RETURNING hash`,
    [mode, ids],
  );
  return rows.length > 0;
}

/** Two names that were thought to be one person's are not: the opt-out of the erased person holds for both. */
export function copyErasedOptOut(tx: Transaction, mode: Mode, from: string, to: string): void {
  tx.write(
    `INSERT INTO erased_opt_outs (mode, hash, erasure)
     SELECT mode, ${hashOf('$3::text')}, erasure FROM erased_opt_outs WHERE mode = $1 AND hash = ${hashOf('$2::text')}
     ON CONFLICT DO NOTHING`,
    [mode, from, to],
  );
}
