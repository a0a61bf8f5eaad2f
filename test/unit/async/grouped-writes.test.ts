import { setImmediate as nextTurn } from 'node:timers/promises';
import { deferred, type Deferred } from '../../../engine/async/deferred';
import { GroupedWrites } from '../../../engine/async/grouped-writes';
import { FakeClock } from '../../support/clock/fake-clock';

describe('GroupedWrites', () => {
  let groups: string[][];
  let writes: Deferred<void>[];
  let grouped: GroupedWrites<string>;

  beforeEach(() => {
    groups = [];
    writes = [];
    grouped = new GroupedWrites(
      (items) => {
        groups.push(items);
        const write = deferred();
        writes.push(write);
        return write.promise;
      },
      { most: 3 },
    );
  });

  it('writes together what comes in during a write, but not more than fits', async () => {
    const first = grouped.add('a');
    await nextTurn();
    const others = ['b', 'c', 'd', 'e'].map((item) => grouped.add(item));
    writes[0]!.resolve();
    await first;
    await nextTurn();
    expect(groups).toEqual([['a'], ['b', 'c', 'd']]);
    writes[1]!.resolve();
    await nextTurn();
    writes[2]!.resolve();
    await Promise.all(others);
    expect(groups[2]).toEqual(['e']);
  });

  it('tells a failure to everyone in the group, and goes on', async () => {
    const failed = Promise.allSettled([grouped.add('a'), grouped.add('b')]);
    await nextTurn();
    writes[0]!.reject(new Error('away'));
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = grouped.add('c');
    await nextTurn();
    writes[1]!.resolve();
    await expect(next).resolves.toBeUndefined();
  });

  describe('with a least time between two writes', () => {
    const clock = new FakeClock();

    beforeEach(() => {
      grouped = new GroupedWrites(
        (items) => {
          groups.push(items);
          return Promise.resolve();
        },
        { apart: { clock, ms: 100 } },
      );
    });

    it('writes a lone item at once, and the next ones together when their time has come', async () => {
      await grouped.add('a');
      const others = ['b', 'c'].map((item) => grouped.add(item));
      await nextTurn();
      await nextTurn();
      expect(groups).toEqual([['a']]);
      clock.advance(100);
      await Promise.all(others);
      expect(groups).toEqual([['a'], ['b', 'c']]);
      clock.advance(100);
      await grouped.add('d');
      expect(groups[2]).toEqual(['d']);
    });

    it('does not wait once it is flushed, or is to be settled', async () => {
      await grouped.add('a');
      const second = grouped.add('b');
      await nextTurn();
      grouped.flush();
      await second;
      void grouped.add('c');
      await nextTurn();
      await grouped.settled();
      expect(groups).toEqual([['a'], ['b'], ['c']]);
    });
  });

  it('is settled when nothing is being written', async () => {
    let isSettled = false;
    void grouped.add('a');
    const settled = grouped.settled().then(() => (isSettled = true));
    await nextTurn();
    expect(isSettled).toBe(false);
    writes[0]!.resolve();
    await settled;
    await grouped.settled();
  });
});
