import { deleteExpiredChatMessages } from '../../../engine/store/tables/chat-messages';
import { OLD_CHAT_MESSAGES, OLD_CHATS } from '../../../engine/store/tables/old-records';
import { Retention } from '../../../engine/upkeep/retention';
import { Sweep } from '../../../engine/upkeep/sweep';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { silentLog } from '../../support/servers/silent-log';
import { removeOld } from '../../support/remove-old';
import { StoreWorld } from '../sequences/store-world';
import { chatActs, NUMBER } from './chat-acts';

jest.setTimeout(120_000);

const MINUTE = 60_000;

describe.each(DATABASE_KINDS)('the history of chats, on %s,', (kind) => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
  });
  beforeEach(() =>
    world.database.query(
      'TRUNCATE chat_messages, chats, messages, inbound_messages, awaited_messages, people, person_names, known_contacts, events CASCADE',
    ),
  );
  afterAll(() => world.close());

  const { comesIn, fromPhone, sent, messagesOf, textsOf, chats } = chatActs(() => world);

  it('forgets messages when they disappear, and old ones, a few at a time', async () => {
    await sent(NUMBER, { text: 'in a minute' }, 60);
    await comesIn({ text: 'in an hour', disappearsInS: 3600 });
    await comesIn({ ...fromPhone, text: 'stays' });
    const now = (ms: number): Date => new Date(world.clock.now() + ms);
    const { database } = world;
    expect(await deleteExpiredChatMessages(database, now(0), 10)).toBe(0);
    expect(await deleteExpiredChatMessages(database, now(MINUTE), 10)).toBe(1);
    expect(await textsOf(NUMBER)).toEqual(['in an hour', 'stays']);
    expect(await removeOld(database, OLD_CHAT_MESSAGES, now(1))).toBe(2);
    expect(await messagesOf(NUMBER)).toEqual([]);
    expect(await removeOld(database, OLD_CHATS, now(-MINUTE))).toBe(0);
    expect(await removeOld(database, OLD_CHATS, now(1))).toBe(1);
    expect(await chats()).toEqual([]);
  });

  it('is tidied up by the sweep and by retention', async () => {
    await comesIn({ text: 'disappears', disappearsInS: 60 });
    await comesIn({ text: 'stays' });
    const sweep = async (historyDays: number): Promise<void> => {
      const { database, transact, clock } = world;
      const nothing = async (): Promise<void> => undefined;
      const jobs = { tellOverdue: nothing, giveBackChats: nothing, finishErasures: nothing, rearm: nothing };
      const one = new Sweep({ database, transact, clock, log: silentLog, ...jobs });
      await one.start();
      await one.close();
      await new Retention({ database, clock, log: silentLog, historyDays, retentionDays: null }).run();
    };
    world.clock.jump(MINUTE);
    await sweep(1);
    expect(await textsOf(NUMBER)).toEqual(['stays']);
    world.clock.jump(25 * 60 * MINUTE);
    await sweep(2);
    expect(await textsOf(NUMBER)).toEqual(['stays']);
    await sweep(1);
    expect([await textsOf(NUMBER), await chats()]).toEqual([[], []]);
  });
});
