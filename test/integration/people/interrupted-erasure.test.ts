import { newMessageRow } from '../../../engine/changes/new-message-row';
import { storeNewMessages } from '../../../engine/changes/message-changes';
import { whoOf } from '../../../engine/domain/people/person-id';
import { erasePerson, finishErasures } from '../../../engine/people/erase-person';
import { showPerson } from '../../../engine/people/show-people';
import { saveErasure } from '../../../engine/store/tables/erasures';
import type { MessageRow } from '../../../engine/store/tables/messages';
import { rememberMet, savePeople } from '../../../engine/store/tables/people';
import { startEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { DATABASE_KINDS, freshDatabase } from '../../support/servers/fresh-database';
import { StoreWorld } from '../sequences/store-world';
import { rowsWith } from './stored-anywhere';

jest.setTimeout(90_000);

const PHONE = '+5511987650001';
const NUMBER = '5511987650001@c.us';
const GROUP = '120363000000000001@g.us';
const WHO = whoOf('test', NUMBER);
const NAME = 'Ana Quaresma';
const PERSONAL = ['5511987650001', NAME, WHO];
/** Messages that are erased in one transaction. */
const AT_ONCE = 500;

describe.each(DATABASE_KINDS)('erasing a person in several transactions, on %s,', (kind) => {
  let world: StoreWorld;
  beforeEach(async () => {
    world = await StoreWorld.open(kind);
  });
  afterEach(() => world.close());

  /** A message to the person, or where the fields say. */
  const message = (fields: Partial<MessageRow> = {}): MessageRow =>
    newMessageRow({
      ...{ mode: 'test', session_id: world.session.id, from_phone: null, type: 'text', text: 'x' },
      ...{ recipient: PHONE, chat_id: NUMBER, who: WHO, priority: 1 },
      ...{ created_at: new Date(world.clock.now()), due_at: new Date(world.clock.now()) },
      ...fields,
    });
  const planned = (): Partial<MessageRow> => ({ send_at: new Date(world.clock.now() + 60_000) });

  it('removes the name that only messages had, when the last of them is gone before the rest', async () => {
    await world.transact(async (work) => {
      storeNewMessages(
        work,
        Array.from({ length: AT_ONCE }, () => message(planned())),
      );
      const mentions = { ids: [PHONE] };
      storeNewMessages(work, [message({ recipient: GROUP, chat_id: GROUP, who: GROUP, mentions })]);
    });
    const erased = await erasePerson(world.transact, 'test', PHONE);
    expect(erased).toMatchObject({ messages_erased: AT_ONCE });
    expect(await rowsWith(world.database, PERSONAL)).toEqual([]);
  });

  it('goes on a minute after a crash, and first cancels what could still be sent', async () => {
    await world.transact(async (work) => {
      storeNewMessages(
        work,
        Array.from({ length: 1_100 }, (_, index) =>
          message(index % 3 === 0 ? planned() : { status: 'read' }),
        ),
      );
      rememberMet(work.sql, world.session.id, [{ mode: 'test', who: WHO, chat_id: NUMBER }], work.now);
    });
    let left = 1;
    const crashing: typeof world.transact = (job) =>
      left-- > 0 ? world.transact(job) : Promise.reject(new Error('the process was killed'));
    await expect(erasePerson(crashing, 'test', PHONE)).rejects.toThrow('killed');
    const pending = await world.database.query("SELECT 1 FROM messages WHERE status = 'scheduled'");
    expect(pending).toEqual([]);
    const goOn = () => finishErasures(world.database, world.transact, world.clock);
    // A process may still be at it.
    await goOn();
    expect((await showPerson(world.database, 'test', PHONE)).phone).toBe(PHONE);
    world.clock.jump(60_000);
    await goOn();
    expect(await rowsWith(world.database, PERSONAL)).toEqual([]);
    const rows = await world.database.query(
      'SELECT status, count(*)::int AS n FROM messages GROUP BY 1 ORDER BY 1',
    );
    expect(rows).toEqual([
      { status: 'canceled', n: 367 },
      { status: 'read', n: 733 },
    ]);
    expect(await world.database.query('SELECT * FROM erasures')).toEqual([]);
  });
});

it('finishes the other erasures if one cannot be finished now', async () => {
  const world = await StoreWorld.open('pglite');
  const other = whoOf('test', '5511987650002@c.us');
  await world.database.transaction(async (tx) => {
    for (const [who, phone] of [
      [WHO, NUMBER],
      [other, '5511987650002@c.us'],
    ] as const)
      saveErasure(tx, { mode: 'test', who, names: [phone], resume_at: new Date(0) });
  });
  let first = true;
  const failing: typeof world.transact = (job) => {
    const fails = first;
    first = false;
    return fails ? Promise.reject(new Error('cannot be done')) : world.transact(job);
  };
  await expect(finishErasures(world.database, failing, world.clock)).rejects.toThrow('cannot be done');
  expect(await world.database.query('SELECT * FROM erasures')).toHaveLength(1);
  await finishErasures(world.database, world.transact, world.clock);
  expect(await world.database.query('SELECT * FROM erasures')).toEqual([]);
  await world.close();
});

it('an engine that starts finishes an erasure that another process was killed in', async () => {
  const { database, url, cleanup } = await freshDatabase('postgres');
  await database.transaction(async (tx) => {
    savePeople(tx, [
      {
        ...{ id: WHO, mode: 'test', phone: NUMBER, name: NAME, username: null, is_business: false },
        created_at: new Date(0),
      },
    ]);
    saveErasure(tx, { mode: 'test', who: WHO, names: [NUMBER], resume_at: new Date(0) });
  });
  const engine = await startEngine({ flags: { DATABASE_URL: url! } });
  await until('nothing is left', async () => (await rowsWith(database, PERSONAL)).length === 0);
  await engine.close();
  await cleanup();
});
