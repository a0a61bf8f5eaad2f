import { KeyedMutex } from '../../../engine/async/keyed-mutex';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a mutex with keys', () => {
  it('runs what has the same key one after the other, also after a failure, and other keys beside it', async () => {
    const mutex = new KeyedMutex();
    const log: string[] = [];
    const work =
      (name: string, fails = false) =>
      async () => {
        log.push(`${name} begins`);
        await turn();
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
