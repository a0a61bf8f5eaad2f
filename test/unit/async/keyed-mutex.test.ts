import { setImmediate as nextTurn } from 'node:timers/promises';
import { KeyedMutex } from '../../../engine/async/keyed-mutex';

describe('KeyedMutex', () => {
  it('runs work with the same key in turn, also after a failure, and other keys in parallel', async () => {
    const mutex = new KeyedMutex();
    const log: string[] = [];
    const work =
      (name: string, fails = false) =>
      async () => {
        log.push(`${name} begins`);
        await nextTurn();
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const results = await Promise.allSettled([
      mutex.run('a', work('first', true)),
      mutex.run('a', work('second')),
      mutex.run('b', work('other')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(log.indexOf('second begins')).toBeGreaterThan(log.indexOf('first ends'));
    expect(log.indexOf('other begins')).toBeLessThan(log.indexOf('first ends'));
  });
});
