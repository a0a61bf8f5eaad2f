import { learnNames } from '../../../engine/people/learn-names';
import { erasePerson } from '../../../engine/people/erase-person';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { ADA, ADA_LID, BOB, BurstWorld, GROUP } from './burst-world';

jest.setTimeout(90_000);

describe.each(DATABASE_KINDS)('bursts of one person, on %s,', (kind) => {
  let world: BurstWorld;
  beforeAll(async () => {
    world = await BurstWorld.open(kind);
  });
  beforeEach(() => world.empty());
  afterAll(() => world.close());

  it('are joined with those of the same person under another name', async () => {
    await world.webhook({ quiet_s: 8, most_s: 60 });
    await world.webhook({ quiet_s: 30 }, { filter: { from: '+14155551234' } });
    await world.receives(ADA, 'one');
    await world.passes(2);
    await world.receives(ADA_LID, 'two', { from: null });
    await world.receives(GROUP, 'three', { names: [ADA_LID], author: ADA_LID, from: null });
    await world.transact((work) => learnNames(work, 'test', [[ADA_LID, ADA]]));
    await world.receives(ADA_LID, 'four', { from: null });
    await world.passes(30);
    expect((await world.texts()).sort()).toEqual(['one\nfour', 'one\ntwo\nfour', 'three']);
    expect(await world.database.query('SELECT * FROM burst_messages')).toEqual([]);
  });

  it('are joined if WhatsApp has reported the same message under both names', async () => {
    await world.webhook({ quiet_s: 8 });
    const id = await world.receives(ADA, 'one');
    await world.receives(ADA_LID, 'one', { id, from: null });
    await world.receives(ADA_LID, 'two', { from: null });
    await world.transact((work) => learnNames(work, 'test', [[ADA_LID, ADA]]));
    await world.passes(8);
    expect(await world.texts()).toEqual(['one\ntwo']);
    expect(await world.database.query('SELECT * FROM burst_messages')).toEqual([]);
  });

  it('go with the person who is erased', async () => {
    await world.webhook({});
    await world.receives(ADA, 'secret');
    await world.receives(GROUP, 'secret too', { names: [ADA], author: ADA });
    await world.receives(BOB, 'hello');
    await erasePerson(world.transact, 'test', ADA);
    const left = await world.database.query<{ data: string }>('SELECT data FROM burst_messages');
    expect(left.map(({ data }) => JSON.parse(data).text)).toEqual(['hello']);
    await world.passes(8);
    expect(await world.texts()).toEqual(['hello']);
  });
});
