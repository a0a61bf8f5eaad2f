import {
  countDeliveries,
  countHeld,
  countLaneDepths,
  listLaneFronts,
  ROWS_A_PAGE,
  watchWebhooks,
} from '../../../engine/store/tables/backlog';
import type { Database, Sql } from '../../../engine/store/sql/database';
import { Metrics } from '../../../engine/observability/metrics';
import { DATABASE_KINDS, freshDatabase, type FreshDatabase } from '../../support/servers/fresh-database';
import { until } from '../../support/engine/until';
import { rowsLookedAt } from '../../support/servers/rows-looked-at';

jest.setTimeout(90_000);

// BACKLOG_ROWS=100000 npm run jest -- test/integration/observability/backlog checks the same on as many pending messages.
const ROWS = Number(process.env.BACKLOG_ROWS ?? 3_000);
const SESSIONS = 5;
const NOW = new Date('2026-03-01T12:00:00Z');

// The embedded database gathers statistics once a minute; before that, a page may be found by sorting.
describe.each(DATABASE_KINDS)(`with ${ROWS} pending messages and as many sent, on %s,`, (kind) => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await freshDatabase(kind);
    const { database } = fresh;
    // Every lane has messages of three priorities. A tenth of them are due, the first for an hour.
    await database.query(
      `INSERT INTO messages (id, mode, session_id, recipient, chat_id, who, type, text, priority, send_window, cancel_on_reply,
         held, new_contact, status, wire_id, revision, attempts, unacknowledged, due_at, created_at)
       SELECT 'msg_' || lpad(n::text, 26, '0'), 'live', 'ses_' || n % $1, '+1', '1@c.us', 'per_' || n, 'text', 'x', n % 3, NULL,
         false, false, false,
         CASE WHEN n > $2 THEN 'sent' WHEN n <= $2 / 10 THEN 'queued' ELSE 'scheduled' END,
         '3EB0' || n, 0, 0, 0, $3::timestamptz + (n - $2 / 10) * interval '1 second' - CASE WHEN n <= 15 THEN interval '1 hour' ELSE interval '0' END,
         $3
       FROM generate_series(1, 2 * $2) AS n`,
      [SESSIONS, ROWS, NOW],
    );
    await database.query(
      `INSERT INTO webhooks (id, mode, url, events, types, status, disabled_by, sealed_secret, created_at)
       SELECT 'wh_' || lpad(n::text, 26, '0'), 'live', 'http://127.0.0.1:1', '{}', '{}',
         CASE n WHEN 3 THEN 'disabled' ELSE 'enabled' END, CASE n WHEN 3 THEN 'failures' END, '', $1
       FROM generate_series(1, 3) AS n`,
      [NOW],
    );
    await database.query(
      `WITH new_events AS (
         INSERT INTO events (id, mode, type, data, is_reply, created_at)
         SELECT 'evt_01KJ' || lpad(n::text, 22, '0'), 'live', 'message.sent', '{}', false, $2
         FROM generate_series(1, $1) AS n RETURNING id)
       INSERT INTO deliveries (id, event_id, webhook_id, status, next_attempt_at, created_at)
       SELECT 'dlv_' || substr(e.id, 5) || right(w.id, 8), e.id, w.id,
         CASE WHEN w.status = 'disabled' THEN 'held' WHEN e.id > 'evt_01KJ' || lpad(($1 / 2)::text, 22, '0') THEN 'delivered' ELSE 'pending' END,
         CASE WHEN w.status = 'enabled' THEN $2::timestamptz - interval '90 seconds' END, $2
       FROM new_events e CROSS JOIN webhooks w`,
      [ROWS, NOW],
    );
    await database.query('ANALYZE');
  }, 300_000);
  afterAll(() => fresh.cleanup());

  const looked = (table: string, run: (sql: Sql) => Promise<unknown>) =>
    rowsLookedAt(fresh.database, table, run);

  it('finds since when each lane has due messages without reading what waits behind them', async () => {
    expect(await looked('messages', (sql) => listLaneFronts(sql, NOW))).toBeLessThanOrEqual(
      SESSIONS * 3 * 2 + 2,
    );
    const fronts = await listLaneFronts(fresh.database, NOW);
    expect(fronts).toHaveLength(SESSIONS * 3);
    const ages = fronts.map(({ due_at }) => (NOW.getTime() - due_at!.getTime()) / 1000);
    expect(Math.max(...ages)).toBe(3600 + ROWS / 10 - 1);
  });

  it('counts a page at a time, and every row once', async () => {
    expect(await looked('messages', (sql) => countLaneDepths(sql, NOW))).toBeLessThanOrEqual(ROWS_A_PAGE + 1);
    const depths = await countLaneDepths(fresh.database, NOW);
    const sum = (of: 'scheduled' | 'queued' | 'due') => depths.reduce((total, depth) => total + depth[of], 0);
    expect([sum('scheduled'), sum('queued')]).toEqual([ROWS - ROWS / 10, ROWS / 10]);
    expect(sum('due')).toBe(ROWS / 10);
    expect(await looked('messages', (sql) => countHeld(sql))).toBe(0);
  });

  it('counts deliveries a page at a time, and finds the oldest', async () => {
    expect(await looked('deliveries', (sql) => watchWebhooks(sql, NOW))).toBeLessThanOrEqual(3);
    const { overdue_since } = await watchWebhooks(fresh.database, NOW);
    expect(NOW.getTime() - overdue_since!.getTime()).toBe(90_000);
    expect(await countDeliveries(fresh.database)).toEqual({
      pending: 2 * (ROWS / 2),
      held: ROWS,
      oldest: `dlv_01KJ${'1'.padStart(22, '0')}${'1'.padStart(8, '0')}`,
    });
  });

  it('answers 30 scrapes at once with one look at the database', async () => {
    let statements = 0;
    const counted: Database = Object.create(fresh.database, {
      query: {
        value: (...args: Parameters<Database['query']>) => {
          statements += 1;
          return fresh.database.query(...args);
        },
      },
    });
    const clock = { now: () => NOW.getTime(), after: () => () => undefined };
    const alone = new Metrics({ database: counted, clock, dataDir: '.' });
    let page = '';
    // Counting very many takes longer than a scrape waits.
    await until(
      'all is counted',
      async () => (page = await alone.page()).includes('blueticks_deliveries_waiting{'),
      30_000,
    );
    expect(page).toContain(`blueticks_deliveries_waiting{status="held"} ${ROWS}`);
    const once = statements;
    statements = 0;
    const many = new Metrics({ database: counted, clock, dataDir: '.' });
    const pages = await Promise.all(Array.from({ length: 30 }, () => many.page()));
    await until('all is counted', () => statements >= once);
    expect(statements).toBe(once);
    expect(new Set(pages).size).toBe(1);
  });
});
