import { setTimeout as wait } from 'node:timers/promises';
import { deferred } from '../../../engine/async/deferred';
import { editMessage } from '../../../engine/messages/edit-message';
import { findMessages } from '../../../engine/messages/message-queries';
import { SearchIndex } from '../../../engine/upkeep/search-index';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { newId } from '../../../engine/domain/ids';
import { rowsLookedAt } from '../../support/servers/rows-looked-at';
import { silentLog } from '../../support/servers/silent-log';
import { StoreWorld } from '../sequences/store-world';
import { oldRows, PENDING } from './old-rows';

jest.setTimeout(120_000);

const TEXTS = [
  'Your appointment is tomorrow at 9',
  'Ihr Termin ist übermorgen',
  '请明天来医院',
  'Danke 👍🏽',
  'Order 4711-0815: 100% paid_',
];

describe.each(DATABASE_KINDS)('searching texts, on %s,', (kind) => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
    // Many are the same, as in life. Every hundredth has a number of its own.
    await world.database.query(
      `INSERT INTO messages (id, mode, session_id, recipient, chat_id, type, text, priority, status, wire_id, due_at, created_at, who)
       SELECT 'msg_' || lpad(n::text, 26, '0'), CASE n % 7 WHEN 0 THEN 'live' ELSE 'test' END, $1, 'x', 'x', 'text',
         ($2::text[])[n % 5 + 1] || CASE n % 100 WHEN 0 THEN ' nr ' || n ELSE '' END,
         1, CASE n % 2 WHEN 0 THEN 'read' ELSE 'failed' END, n::text, now(), now(), 'per_' || n % 50
       FROM generate_series(1, 5000) AS n`,
      [world.session.id, TEXTS],
    );
    await index().run();
    if (kind === 'postgres') await world.database.query('ANALYZE');
  });
  afterAll(() => world.close());

  const { message } = oldRows(() => world);
  const index = () =>
    new SearchIndex({
      ...{ database: world.database, clock: world.clock, log: silentLog },
      settledMs: -1,
      segmentMessages: 1024,
    });
  const search = (q: string, limit = 20, before: string | null = null, more: object = {}) =>
    findMessages(world.database, 'test', { q, ...more }, limit, before);

  /** What the whole table has. */
  const expected = async (q: string, limit: number, before: string | null, status: string | null) =>
    world.database.query<{ id: string }>(
      `SELECT id FROM messages WHERE mode = 'test' AND text ILIKE $1 AND ($2::text IS NULL OR id < $2) AND ($4::text IS NULL OR status = $4)
       ORDER BY id DESC LIMIT $3`,
      [`%${q.replace(/[\\%_]/g, '\\$&')}%`, before, limit, status],
    );

  it.each([
    'pointm',
    'TERMIN',
    'Über',
    '明天',
    '天',
    '👍🏽',
    '👍',
    '11-08',
    '00%',
    'd_',
    'nr 4200',
    'nr 49',
    'r',
    'nowhere',
    '_',
  ])('finds %j, the newest first, page by page', async (q) => {
    for (const status of q === 'TERMIN' ? [undefined, 'failed'] : [undefined]) {
      let before: string | null = null;
      for (let page = 0; page < 2; page += 1) {
        const found = await search(q, 20, before, { status });
        const all = await expected(q, 20, before, status ?? null);
        expect(found.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
        before = found.at(-1)?.id ?? before;
      }
    }
  });

  it.each(['nr 3200', 'nowhere', 'zzz'])('looks at few messages to find %j', async (q) => {
    let rows = 0;
    const query = async <Row>(text: string, params?: readonly unknown[]): Promise<Row[]> => {
      rows += await rowsLookedAt(world.database, 'messages', (sql) => sql.query(text, params));
      return world.database.query<Row>(text, params);
    };
    await findMessages({ query }, 'test', { q }, 20, null);
    // Those that are not indexed yet, and a block or two.
    expect(rows).toBeLessThan(5000 - 4 * 1024 + 3 * 64);
  });

  const addMessages = (): Promise<unknown> =>
    world.database.query(
      `INSERT INTO messages (id, mode, session_id, recipient, chat_id, type, text, priority, status, wire_id, due_at, created_at, who)
       SELECT $1 || n, 'test', 'x', 'x', 'x', 'text', 'between', 1, 'read', $1 || n, now(), now(), 'x' FROM generate_series(1, 1100) AS n`,
      [newId('message')],
    );
  const fillSegment = async (): Promise<void> => {
    await addMessages();
    await wait(5);
    await index().run();
  };

  it('finds a text that was changed, at once and later, and no longer the old one', async () => {
    const id = await message(0, { ...PENDING, text: 'first wording' });
    await fillSegment();
    await world.transact((work) => editMessage(work, 'test', id, { text: 'second version' } as never, false));
    const found = async (q: string): Promise<string[]> => (await search(q)).map((row) => row.id);
    expect([await found('t wording'), await found('d vers')]).toEqual([[], [id]]);
    const changed = () => world.database.query('SELECT FROM search_changes');
    expect(await changed()).toHaveLength(1);
    await index().run();
    expect(await changed()).toHaveLength(0);
    expect([await found('t wording'), await found('d vers')]).toEqual([[], [id]]);
  });

  it('does not miss a change that is made while a block is filled', async () => {
    if (kind === 'pglite') return;
    const id = await message(0, { ...PENDING, text: 'as it was' });
    await addMessages();
    // Outside the transaction, although it begins during it.
    const begun = deferred();
    const filling = begun.promise.then(() => wait(5)).then(() => index().run());
    await world.transact(async (work) => {
      await editMessage(work, 'test', id, { text: 'as it is' } as never, false);
      await work.sql.query('SELECT 1');
      begun.resolve();
      await wait(50);
    });
    await filling;
    await index().run();
    expect((await search('as it is')).map((row) => row.id)).toEqual([id]);
  });

  it('forgets what it has of messages that are gone', async () => {
    await world.database.query('DELETE FROM messages');
    await index().run();
    expect(
      await world.database.query('SELECT FROM search_segments UNION ALL SELECT FROM search_grams'),
    ).toEqual([]);
    const id = await message(0, { text: 'again' });
    expect((await search('again')).map((row) => row.id)).toEqual([id]);
  });
});

it('finishes what a process has begun that died', async () => {
  const world = await StoreWorld.open('pglite');
  const { message } = oldRows(() => world);
  const ids: string[] = [];
  for (let n = 0; n < 130; n += 1) ids.push(await message(0, { text: `text ${n}.` }));
  await wait(5);
  await world.database.query(`INSERT INTO search_segments (number, first_id, last_id) VALUES (1, '', $1)`, [
    ids[127],
  ]);
  await world.database.query(`INSERT INTO search_grams VALUES (1, 7, '\\x00')`);
  const found = async (q: string) =>
    (await findMessages(world.database, 'test', { q }, 9, null)).map(({ id }) => id);
  expect(await found('text 100.')).toEqual([ids[100]]);
  await new SearchIndex({ database: world.database, clock: world.clock, log: silentLog }).run();
  expect(await world.database.query('SELECT FROM search_segments WHERE block_ids IS NOT NULL')).toHaveLength(
    1,
  );
  expect(await found('text 100.')).toEqual([ids[100]]);
  expect(await found('text 129.')).toEqual([ids[129]]);
  await world.close();
});
