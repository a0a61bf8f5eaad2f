import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Finds the `AsyncLocalStorage` that Baileys keeps for a socket's key transactions, so that it can be disabled with
 * the socket. Baileys never does, and before Node 24 every enabled one slows down all promises of the process: after a
 * hundred reconnects a send takes three times as long.
 * @param touch something that reads the storage synchronously
 */
export function socketStorage(touch: () => unknown): AsyncLocalStorage<unknown> | undefined {
  let found: AsyncLocalStorage<unknown> | undefined;
  const { getStore } = AsyncLocalStorage.prototype;
  const spy = (storage: AsyncLocalStorage<unknown>): unknown => {
    found = storage;
    return getStore.call(storage);
  };
  AsyncLocalStorage.prototype.getStore = function (this: AsyncLocalStorage<unknown>) {
    return spy(this);
  };
  try {
    touch();
  } finally {
    AsyncLocalStorage.prototype.getStore = getStore;
  }
  return found;
}
