import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * The `AsyncLocalStorage` that Baileys keeps for a socket's key transactions, so that it can be switched off with the
 * socket. Baileys leaves it on, and before Node 24 each one that is on slows every promise of the process: a hundred
 * reconnects make a send three times as slow.
 * @param touch something that reads it, at once.
 */
export function storageOf(touch: () => unknown): AsyncLocalStorage<unknown> | undefined {
  let found: AsyncLocalStorage<unknown> | undefined;
  const { getStore } = AsyncLocalStorage.prototype;
  const note = (storage: AsyncLocalStorage<unknown>): unknown => {
    found = storage;
    return getStore.call(storage);
  };
  AsyncLocalStorage.prototype.getStore = function (this: AsyncLocalStorage<unknown>) {
    return note(this);
  };
  try {
    touch();
  } finally {
    AsyncLocalStorage.prototype.getStore = getStore;
  }
  return found;
}
