import type { Mode } from '../../domain/mode';
import type { Sql, Transaction } from '../sql/database';

/** A row of `erasures`: a person who is partly erased. */
export interface ErasureRow {
  mode: Mode;
  /** The person's id when it began. */
  who: string;
  /** All their names, as the rows that had them may be gone. */
  names: string[];
  /** When to go on if the process that began it has not. */
  resume_at: Date;
}

/** Stores how far an erasure has got, so that it can be resumed. */
export function saveErasure(tx: Transaction, row: ErasureRow): void {
  tx.write(
    `INSERT INTO erasures (mode, who, names, resume_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (mode, who) DO UPDATE SET names = excluded.names, resume_at = excluded.resume_at`,
    [row.mode, row.who, JSON.stringify(row.names), row.resume_at],
  );
}

/** The erasures of a person, who may have had several ids when they began. */
export async function findErasures(sql: Sql, mode: Mode, whos: readonly string[]): Promise<ErasureRow[]> {
  return sql.query<ErasureRow>('SELECT * FROM erasures WHERE mode = $1 AND who = ANY($2::text[])', [
    mode,
    whos,
  ]);
}

export async function findInterruptedErasures(sql: Sql, now: Date): Promise<ErasureRow[]> {
  return sql.query<ErasureRow>('SELECT * FROM erasures WHERE resume_at <= $1 ORDER BY resume_at', [now]);
}

export function deleteErasures(tx: Transaction, mode: Mode, whos: readonly string[]): void {
  tx.write('DELETE FROM erasures WHERE mode = $1 AND who = ANY($2::text[])', [mode, whos]);
}
