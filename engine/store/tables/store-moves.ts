import type { Sql } from '../sql/database';

/** That a store is being moved, or was; see the migration. */
export interface StoreMove {
  id: string;
  state: 'leaving' | 'left' | 'arriving';
  place: string;
  /** By table: the primary key of the last row that is here, as text; null if all are. */
  progress: Record<string, string[] | null>;
}

export async function findStoreMove(sql: Sql): Promise<StoreMove | null> {
  const [row] = await sql.query<StoreMove>('SELECT id, state, place, progress FROM blueticks.store_moves');
  return row ?? null;
}

/** Inserts the mark, or replaces it. */
export async function saveStoreMove(sql: Sql, move: StoreMove): Promise<void> {
  await sql.query(
    `INSERT INTO blueticks.store_moves (id, state, place, progress) VALUES ($1, $2, $3, $4)
     ON CONFLICT (only_one) DO UPDATE
       SET id = excluded.id, state = excluded.state, place = excluded.place, progress = excluded.progress`,
    [move.id, move.state, move.place, JSON.stringify(move.progress)],
  );
}

/** @param after null: all rows of the table are here */
export async function saveProgress(tx: Sql, table: string, after: string[] | null): Promise<void> {
  await tx.query(
    'UPDATE blueticks.store_moves SET progress = progress || jsonb_build_object($1::text, $2::jsonb)',
    [table, JSON.stringify(after)],
  );
}

export async function deleteStoreMove(sql: Sql): Promise<void> {
  await sql.query('DELETE FROM blueticks.store_moves');
}
