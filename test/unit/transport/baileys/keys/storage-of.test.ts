import { AsyncLocalStorage } from 'node:async_hooks';
import { storageOf } from '../../../../../engine/transport/baileys/keys/storage-of';

describe('the storage behind something', () => {
  it('is the one that is read, and reading works as before', () => {
    const { getStore } = AsyncLocalStorage.prototype;
    const [one, other] = [new AsyncLocalStorage<number>(), new AsyncLocalStorage<number>()];
    one.run(1, () => {
      let read: number | undefined;
      expect(storageOf(() => (read = one.getStore()))).toBe(one);
      expect(read).toBe(1);
      expect(storageOf(() => other.getStore())).toBe(other);
    });
    expect(AsyncLocalStorage.prototype.getStore).toBe(getStore);
  });

  it('is none where none is read, also where that fails', () => {
    const { getStore } = AsyncLocalStorage.prototype;
    expect(storageOf(() => undefined)).toBeUndefined();
    expect(() =>
      storageOf(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(AsyncLocalStorage.prototype.getStore).toBe(getStore);
  });
});
