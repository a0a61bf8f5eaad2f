import type { SignalKeyStore } from '../baileys';

/**
 * A key store in memory. Its transactions just run the work, because calls never overlap. Baileys' own store has an
 * AsyncLocalStorage, and one for each contact would slow down all promises of the process.
 */
export function memoryKeys(): SignalKeyStore {
  const values = new Map<string, unknown>();
  const store = {
    get: async (type: string, ids: string[]): Promise<Record<string, unknown>> => {
      const found: Record<string, unknown> = {};
      for (const id of ids) {
        const value = values.get(`${type}:${id}`);
        if (value !== undefined) found[id] = value;
      }
      return found;
    },
    set: async (data: Record<string, Record<string, unknown> | undefined>): Promise<void> => {
      for (const [type, entries] of Object.entries(data)) {
        for (const [id, value] of Object.entries(entries ?? {})) {
          if (value === null || value === undefined) values.delete(`${type}:${id}`);
          else values.set(`${type}:${id}`, value);
        }
      }
    },
    isInTransaction: () => false,
    transaction: <T>(work: () => Promise<T>): Promise<T> => work(),
  };
  return store as unknown as SignalKeyStore;
}
