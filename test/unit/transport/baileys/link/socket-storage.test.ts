import { AsyncLocalStorage } from 'node:async_hooks';
import { socketStorage } from '../../../../../engine/transport/baileys/link/socket-storage';

describe('finding the AsyncLocalStorage of a socket', () => {
  it('finds the storage that is read, and reading still works', () => {
    const { getStore } = AsyncLocalStorage.prototype;
    const [one, other] = [new AsyncLocalStorage<number>(), new AsyncLocalStorage<number>()];
    one.run(1, () => {
      let read: number | undefined;
      expect(socketStorage(() => (read = one.getStore()))).toBe(one);
      expect(read).toBe(1);
      expect(socketStorage(() => other.getStore())).toBe(other);
    });
    expect(AsyncLocalStorage.prototype.getStore).toBe(getStore);
  });

  it('finds none if none is read or the read fails', () => {
    const { getStore } = AsyncLocalStorage.prototype;
    expect(socketStorage(() => undefined)).toBeUndefined();
    expect(() =>
      socketStorage(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(AsyncLocalStorage.prototype.getStore).toBe(getStore);
  });
});
