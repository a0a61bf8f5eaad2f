import { AsyncLocalStorage } from 'node:async_hooks';

/** The transaction that the caller is in. */
let inside: AsyncLocalStorage<{ database: object; open: boolean }> | undefined;

/**
 * From now on, a query on the database itself is refused while its caller has a transaction open. On the embedded
 * database such a query would wait for the transaction forever; on a server it would miss the transaction's changes.
 * All tests use this. An engine does not: before Node 24 it watches every promise, which costs a tenth of each request.
 */
export function guardNestedQueries(): void {
  inside ??= new AsyncLocalStorage();
}

/** Runs `work`, the body of a transaction on this database. */
export async function insideTransaction<T>(database: object, work: () => Promise<T>): Promise<T> {
  if (!inside) return work();
  const state = { database, open: true };
  return inside.run(state, () => work().finally(() => (state.open = false)));
}

/** @throws Error if the guard is on and the caller has a transaction open on this database. */
export function refuseInsideTransaction(database: object): void {
  const state = inside?.getStore();
  if (state?.open && state.database === database) {
    throw new Error('The database was queried inside a transaction. Query the transaction instead.');
  }
}
