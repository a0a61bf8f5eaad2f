import { WriteBehind, type PendingChange } from '../../../../../engine/transport/baileys/keys/write-behind';
import type { MemoryChange } from '../../../../../engine/transport/session-memory';
import { Timers } from '../../../../../engine/async/timers';
import { FakeClock } from '../../../../support/clock/fake-clock';
import { until } from '../../../../support/engine/until';
import { silentLog } from '../../../../support/servers/silent-log';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const change = (id: string, text: string | null): PendingChange => ({
  type: 'session',
  id,
  bytes: text === null ? null : () => Buffer.from(text),
});

function behind(write: (changes: MemoryChange[]) => Promise<void> = () => Promise.resolve()) {
  const clock = new FakeClock();
  const written: [string, string | null][][] = [];
  const memory = {
    async write(changes: MemoryChange[]) {
      await write(changes);
      written.push(changes.map(({ id, value }) => [id, value && Buffer.from(value).toString()]));
    },
  };
  return { clock, written, writes: new WriteBehind(memory, new Timers(clock), silentLog) };
}

describe('keys written behind', () => {
  it('are written together, with the last change of each key', async () => {
    const { written, writes } = behind();
    writes.add([change('a', '1')]);
    writes.add([change('b', '1'), change('a', '2')]);
    writes.add([change('c', null)]);
    await writes.flushed();
    expect(written).toEqual([
      [
        ['b', '1'],
        ['a', '2'],
        ['c', null],
      ],
    ]);
  });

  it('are written in parts if there are many, in order, and those added together at once', async () => {
    const { written, writes } = behind();
    const many = (name: string, count: number): PendingChange[] =>
      Array.from({ length: count }, (_, index) => change(`${name}${index}`, '1'));
    for (const one of many('session', 600)) writes.add([one]);
    writes.add(many('name', 400));
    for (const one of many('later', 10)) writes.add([one]);
    writes.add([change('session0', '2')]);
    await writes.flushed();
    expect(written.map((part) => part.length)).toEqual([250, 250, 499, 11]);
    expect(written.flat().map(([id]) => id)).toEqual(
      [
        ...many('session', 600).slice(1),
        ...many('name', 400),
        ...many('later', 10),
        change('session0', '2'),
      ].map(({ id }) => id),
    );
    expect(written.at(-1)!.at(-1)).toEqual(['session0', '2']);
  });

  it('are collected for a moment after a write unless a caller waits for them', async () => {
    const { clock, written, writes } = behind();
    const gathers = () => until('it collects what comes', () => clock.pending === 1);
    writes.add([change('a', '1')]);
    await gathers();
    writes.add([change('a', '2')]);
    await turn();
    writes.add([change('a', '3'), change('b', '1')]);
    await clock.advanceAsync(499);
    expect(written).toEqual([[['a', '1']]]);
    await clock.advanceAsync(1);
    await gathers();
    expect(written.slice(1)).toEqual([
      [
        ['a', '3'],
        ['b', '1'],
      ],
    ]);
    writes.add([change('a', '4')]);
    await writes.flushed();
    expect(written.slice(2)).toEqual([[['a', '4']]]);
    // After a quiet moment, the next one is written at once again.
    await gathers();
    await clock.advanceAsync(500);
    await turn();
    writes.add([change('a', '5')]);
    await until('it is written without the clock going on', () => written.length === 4);
    expect(written.slice(3)).toEqual([[['a', '5']]]);
  });

  it('are encoded when they are written', async () => {
    const { written, writes } = behind();
    const creds = { step: 1 };
    writes.add([{ type: 'creds', id: 'device', bytes: () => Buffer.from(String(creds.step)) }]);
    creds.step = 2;
    await writes.flushed();
    expect(written).toEqual([[['device', '2']]]);
  });

  it('are retried in order while the store is unreachable', async () => {
    let failures = 3;
    const { clock, written, writes } = behind(async () => {
      if (failures-- > 0) throw new Error('unreachable');
    });
    writes.add([change('a', '1')]);
    await turn();
    writes.add([change('a', '2')]);
    const stored = writes.flushed();
    let isStored = false;
    void stored.then(() => (isStored = true));
    await until('both are stored', async () => {
      await clock.advanceAsync(5_000);
      return isStored;
    });
    expect(written).toEqual([[['a', '1']], [['a', '2']]]);
  });

  it('count as pending until they are stored', async () => {
    let store: (() => void) | undefined;
    const { writes } = behind(() => new Promise((resolve) => (store = resolve)));
    writes.add([change('a', '1')]);
    expect(writes.has('session', 'a')).toBe(true);
    await until('it is being written', () => store);
    expect(writes.has('session', 'a')).toBe(true);
    store!();
    await writes.flushed();
    await turn();
    expect(writes.has('session', 'a')).toBe(false);
  });

  it('wait for earlier holds but not for later ones', async () => {
    const { written, writes } = behind();
    const release = writes.hold();
    writes.add([change('a', '1')]);
    await turn();
    await turn();
    const later = writes.hold();
    writes.add([change('b', '1')]);
    expect(written).toEqual([]);
    release();
    await until('the earlier one is written', () => written.length > 0);
    expect(written).toEqual([[['a', '1']]]);
    later();
    await writes.flushed();
    expect(written).toHaveLength(2);
  });

  it('block further encryption until the store has caught up', async () => {
    const stores: (() => void)[] = [];
    const { writes } = behind(() => new Promise((resolve) => stores.push(resolve)));
    const begun = async (count: number): Promise<void> => {
      while (stores.length < count) await turn();
    };
    writes.add([change('first', '1')]);
    await begun(1);
    writes.add(Array.from({ length: 6_000 }, (_, index) => change(`${index}`, '1')));
    let isReady = false;
    void writes.ready().then(() => (isReady = true));
    stores[0]!();
    await begun(2);
    expect(isReady).toBe(false);
    stores[1]!();
    await turn();
    expect(isReady).toBe(true);
    await expect(writes.ready()).resolves.toBeUndefined();
  });

  it('are not written after abandon', async () => {
    const { written, writes } = behind();
    const release = writes.hold();
    writes.add([change('a', '1')]);
    await turn();
    writes.abandon();
    release();
    await turn();
    await turn();
    expect(written).toEqual([]);
  });
});
