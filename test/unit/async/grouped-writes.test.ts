import { setImmediate as nextTurn } from 'node:timers/promises';
import { deferred, type Deferred } from '../../../engine/async/deferred';
import { GroupedWrites } from '../../../engine/async/grouped-writes';

describe('GroupedWrites', () => {
  let groups: string[][];
  let writes: Deferred<void>[];
  let grouped: GroupedWrites<string>;

  beforeEach(() => {
    groups = [];
    writes = [];
    grouped = new GroupedWrites((items) => {
      groups.push(items);
      const write = deferred();
      writes.push(write);
      return write.promise;
    }, 3);
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
