import { AsyncLocalStorage } from 'node:async_hooks';

/** Which database's transaction the caller is in. */
let inside: AsyncLocalStorage<{ database: object; open: boolean }> | undefined;

/**
 * From now on a query on the database itself is refused while its caller's transaction is open: it would wait for that
 * transaction for ever on the embedded database, and miss its changes on a server. All tests run with it. Not an
 * engine, which it would cost a tenth of every request: until Node 24 it watches each promise of the process.
 */
export function guardNestedQueries(): void {
  inside ??= new AsyncLocalStorage();
}

/** Runs `work`, which is a transaction's of this database. */
export async function insideTransaction<T>(database: object, work: () => Promise<T>): Promise<T> {
  if (!inside) return work();
  const state = { database, open: true };
  return inside.run(state, () => work().finally(() => (state.open = false)));
}

/** @throws Error where the caller's transaction is open, and that is watched. */
export function refuseInsideTransaction(database: object): void {
  const state = inside?.getStore();
  if (state?.open && state.database === database) {
    throw new Error('The database was queried inside a transaction: use the transaction that was handed in.');
  }
}
