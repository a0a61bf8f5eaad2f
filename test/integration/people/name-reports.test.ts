import { deferred } from '../../../engine/async/deferred';
import type { Transact } from '../../../engine/events/transact';
import { NameReports } from '../../../engine/people/name-reports';
import { findNames } from '../../../engine/store/tables/person-names';
import { FakeClock } from '../../support/clock/fake-clock';
import { until } from '../../support/engine/until';
import { silentLog } from '../../support/servers/silent-log';
import { StoreWorld } from '../sequences/store-world';

describe('reports of names', () => {
  let world: StoreWorld;
  let transactions: number;
  let failures: number;
  let reports: NameReports;
  const clock = new FakeClock();
  const transact: Transact = async (change) => {
    transactions += 1;
    if (failures > 0) {
      failures -= 1;
      throw new Error('the store is unreachable');
    }
    return world.transact(change);
  };
  const person = async (name: string): Promise<string | undefined> =>
    (await findNames(world.database, 'test', { names: [name] })).find((one) => one.name === name)?.person_id;

  beforeAll(async () => {
    world = await StoreWorld.open('pglite');
  });
  afterAll(() => world.close());
  beforeEach(() => {
    [transactions, failures] = [0, 0];
    reports = new NameReports('test', transact, clock, silentLog);
  });
  afterEach(() => reports.close());

  it('are stored together, and what is known already is not stored again', async () => {
    const pairs = Array.from({ length: 50 }, (_, i) => ({
      same: [`${100 + i}@lid`, `1415555${1000 + i}@c.us`],
    }));
    await Promise.all(pairs.map((pair) => reports.add(pair)));
    expect(transactions).toBe(1);
    for (const pair of pairs) await reports.add(pair);
    expect(transactions).toBe(1);
    expect(await person('100@lid')).toBe(await person('14155551000@c.us'));
    expect(await person('100@lid')).not.toBe(await person('101@lid'));
  });

  it('say that forms of a number are different people', async () => {
    await reports.add({ different: ['5511987650001@c.us', '551187650001@c.us'] });
    expect(await person('551187650001@c.us')).toBeDefined();
    expect(await person('551187650001@c.us')).not.toBe(await person('5511987650001@c.us'));
  });

  it('are tried again until the store takes them, and each call waits that long', async () => {
    failures = 3;
    const added = reports.add({ same: ['1@lid', '14155552001@c.us'] });
    const again = reports.add({ same: ['1@lid', '14155552001@c.us'] });
    let isDone = false;
    void again.then(() => (isDone = true));
    await until('it has failed', () => failures === 2);
    expect(isDone).toBe(false);
    await until('it is stored', async () => {
      await clock.advanceAsync(1_000);
      return isDone;
    });
    await added;
    expect(transactions).toBe(4);
    expect(await person('1@lid')).toBe(await person('14155552001@c.us'));
  });

  it('are forgotten when there are too many, and then stored again', async () => {
    await reports.close();
    reports = new NameReports('test', transact, clock, silentLog, 2);
    const pair = (n: number) => ({ same: [`${n}@lid`, `1415555${3000 + n}@c.us`] });
    for (const n of [1, 2, 3]) await reports.add(pair(n));
    transactions = 0;
    await reports.add(pair(3));
    expect(transactions).toBe(0);
    await reports.add(pair(1));
    expect(transactions).toBe(1);
  });

  it('wait for what is being stored when they close', async () => {
    const stored = deferred();
    const slow: Transact = async (change) => {
      await stored.promise;
      return world.transact(change);
    };
    const closing = new NameReports('test', slow, clock, silentLog);
    void closing.add({ same: ['5@lid', '14155554005@c.us'] });
    const closed = closing.close();
    stored.resolve();
    await closed;
    expect(await person('5@lid')).toBeDefined();
  });
});
