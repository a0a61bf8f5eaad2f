import { AsyncLocalStorage } from 'node:async_hooks';
import { socketStorage } from '../../../../../engine/transport/baileys/link/socket-storage';

describe('the storage behind something', () => {
  it('is the one that is read, and reading works as before', () => {
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

  it('is none where none is read, also where that fails', () => {
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
