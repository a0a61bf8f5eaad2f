import type { Sql } from '../store/sql/database';
import { findStoreMove, type StoreMove } from '../store/tables/store-moves';

/** The message says where the store is now, or what to finish first. */
export class StoreMoved extends Error {
  override readonly name = 'StoreMoved';
}

/** What to say about a store that is being moved. */
const REFUSALS: Record<StoreMove['state'], (place: string) => string> = {
  leaving: (place) =>
    `This store is being moved to ${place}. Run "blueticks-engine move --to DATABASE_URL" again to finish, or ` +
    '"blueticks-engine move --undo" to stay here.',
  left: (place) =>
    `This store was moved to ${place}. Start the engine there (DATABASE_URL), or it would send everything twice. To come ` +
    'back, and lose what happened there: blueticks-engine move --undo',
  arriving: (place) =>
    `The move from ${place} to this store is not finished. Run "blueticks-engine move --to DATABASE_URL" there again.`,
};

/** @throws StoreMoved if the store was moved to another one, or is only half here: two engines would send everything twice */
export async function refuseMoved(sql: Sql): Promise<void> {
  const move = await findStoreMove(sql);
  if (move) throw new StoreMoved(REFUSALS[move.state](move.place));
}
