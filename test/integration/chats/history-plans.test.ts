import { CHAT_HISTORY } from '../../../engine/chats/chat-history';
import {
  deleteExpiredChatMessages,
  findUnread,
  insertChatMessages,
  listChatMessages,
  listLastMessages,
  type ChatMessageRow,
} from '../../../engine/store/tables/chat-messages';
import { findChat, listChats } from '../../../engine/store/tables/chats';
import { findKnownWireIds, findOldest } from '../../../engine/store/tables/older-messages';
import type { Sql } from '../../../engine/store/sql/database';
import type { Inbound } from '../../../engine/transport/transport';
import { startOf, takeStep } from '../../../engine/store/sql/walk';
import { OLD_CHAT_MESSAGES } from '../../../engine/store/tables/old-records';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { rowsLookedAt } from '../../support/servers/rows-looked-at';
import { StoreWorld } from '../sequences/store-world';

jest.setTimeout(90_000);

// HISTORY_ROWS=1000000 npm run jest -- test/integration/chats/history-plans checks the same plans on a million messages.
const ROWS = Number(process.env.HISTORY_ROWS ?? 20_000);

// The embedded database may not have gathered statistics yet.
describe.each(DATABASE_KINDS)(`a history of ${ROWS} messages, on %s,`, (kind) => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
    // One chat has half of them.
    await world.database.query(
      `INSERT INTO chat_messages (wire_id, session_id, chat_id, mode, id, who, direction, source, type, text, at, created_at)
       SELECT '3A' || n, $1, who || '@c.us', 'test', 'inb_' || lpad(n::text, 26, '0'), who, 'in', 'received', 'text',
         'message ' || n, at, at
       FROM generate_series(1, $2::int) AS n,
         LATERAL (SELECT CASE n % 2 WHEN 0 THEN 'per_busy' ELSE 'per_' || n % 1000 END AS who,
           timestamptz '2026-01-01' + n * interval '1 minute' AS at) AS of`,
      [world.session.id, ROWS],
    );
    if (kind === 'postgres') await world.database.query('ANALYZE');
  }, 300_000);
  afterAll(() => world.close());

  const all = { types: null, revoked: false };
  const at = new Date('2026-01-03');

  it.each([
    ['the newest messages of a chat', 'desc', null, all],
    ['the oldest', 'asc', null, all],
    ['a page in the middle', 'desc', { at, key: 'inb_1' }, all],
    ['those since a moment', 'asc', null, { ...all, since: at }],
    ['those of a person under several names', 'desc', null, all],
  ] as const)('shows %s without looking at the others', async (what, order, place, filter) => {
    const whos = what.includes('several') ? ['per_busy', 'per_1', 'per_3'] : ['per_busy'];
    const looked = await rowsLookedAt(world.database, 'chat_messages', (sql) =>
      listChatMessages(sql, 'test', whos, filter, order, 51, place),
    );
    expect(looked).toBeLessThanOrEqual(whos.length * 52);
    expect(await listChatMessages(world.database, 'test', whos, filter, order, 51, place)).toHaveLength(51);
  });

  it('finds what was not read without looking at the others', async () => {
    const chat = { who: 'per_busy', mode: 'test', sessionId: world.session.id } as const;
    const looked = await rowsLookedAt(world.database, 'chat_messages', (sql) =>
      findUnread(sql, chat, 20, 10),
    );
    expect(looked).toBeLessThanOrEqual(21);
    const [first] = await findUnread(world.database, chat, 20, 10);
    expect(first).toBe(`inb_${String(ROWS - 2 * 19).padStart(26, '0')}`);
  });

  it('lists chats without looking at more than it shows', async () => {
    await world.database.query(
      `INSERT INTO chats (who, session_id, mode, chat_id, last_message_at, unread_count)
       SELECT 'per_' || n, $1, 'test', n || '@c.us', timestamptz '2026-01-01' + n * interval '1 minute', 1
       FROM generate_series(1, 3000) AS n`,
      [world.session.id],
    );
    if (kind === 'postgres') await world.database.query('ANALYZE');
    const looked = await rowsLookedAt(world.database, 'chats', (sql) =>
      listChats(sql, 'test', {}, 51, { at, key: 'per_1' }, at),
    );
    // Each is found, asked for in other sessions, and counted.
    expect(looked).toBeLessThanOrEqual(3 * 52);
    const one = await rowsLookedAt(world.database, 'chats', (sql) =>
      findChat(sql, 'test', ['per_busy', 'per_7'], at),
    );
    expect(one).toBeLessThanOrEqual(4);
  });

  it('forgets the oldest without looking at the others', async () => {
    const looked = (run: (sql: Sql) => Promise<unknown>) =>
      rowsLookedAt(world.database, 'chat_messages', run);
    const size = { look: 200, change: 200 };
    // Each is found, and then looked up to be removed.
    expect(
      await looked((sql) =>
        takeStep(sql, OLD_CHAT_MESSAGES, startOf(OLD_CHAT_MESSAGES), size, [at]).catch(() => 0),
      ),
    ).toBeLessThanOrEqual(401);
    expect(await looked((sql) => deleteExpiredChatMessages(sql, at, 200))).toBeLessThanOrEqual(1);
  });

  it('stores older messages, finds the oldest and lists the last ones without looking at the others', async () => {
    const chat = { who: 'per_busy', mode: 'test', sessionId: world.session.id } as const;
    const looked = (run: (sql: Sql) => Promise<unknown>) =>
      rowsLookedAt(world.database, 'chat_messages', run);
    expect(await looked((sql) => findOldest(sql, chat))).toBeLessThanOrEqual(1);
    expect(await looked((sql) => listLastMessages(sql, 'test', ['per_busy', 'per_1']))).toBeLessThanOrEqual(
      2,
    );
    const ids = Array.from({ length: 100 }, (_one, index) => `3A${index + 1}`);
    expect(
      await looked((sql) => findKnownWireIds(sql, world.session.id, 'test', ids, ids)),
    ).toBeLessThanOrEqual(100);
  });

  it('takes another message, and another change of one, without looking at the others', async () => {
    const row: ChatMessageRow = {
      ...{ wire_id: '3B1', session_id: world.session.id, chat_id: 'x', id: 'inb_x', who: 'per_busy' },
      ...{ mode: 'test', direction: 'in', source: 'received', author: null, writer: null },
      ...{ from_name: null, type: 'text', text: 'x', media: null, reply_to: null, at, created_at: at },
      ...{ edited_at: null, revoked_at: null, expires_at: null, own_reaction: null, pinned_until: null },
    };
    const statements: { text: string; params?: readonly unknown[] }[] = [];
    const tx = {
      write: (text: string, params?: readonly unknown[]) => void statements.push({ text, params }),
    };
    insertChatMessages(tx as never, [row], false);
    const message = { session_id: world.session.id, wire_id: '3A10', who: 'per_busy' };
    const inbound = {
      ...{ kind: 'edited', id: 'x', chatId: 'x', targetWireId: '3A10', isGroup: false, type: 'text' },
      ...{ text: 'y', fromName: null, media: null, at: 0 },
    } as Inbound;
    const about = {
      session: world.session,
      inbound,
      id: 'x',
      who: message.who,
      personId: null,
      isToOurs: false,
    };
    for (const change of ['edited', 'revoked'] as const)
      CHAT_HISTORY.received({ sql: tx, now: at } as never, {
        ...about,
        inbound: { ...inbound, kind: change },
      });
    expect(statements).toHaveLength(5);
    for (const { text, params } of statements) {
      const looked = await rowsLookedAt(world.database, 'chat_messages', (sql) => sql.query(text, params));
      // Looked up by its key.
      expect(looked).toBeLessThanOrEqual(2);
    }
  });
});
