import { listMessages, type MessageRow } from '../../../engine/store/tables/messages';
import { WaitingReasons } from '../../../engine/waiting/waiting-reasons';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { costOf } from '../../support/servers/rows-looked-at';
import { StoreWorld } from '../sequences/store-world';

jest.setTimeout(90_000);

// WAITING_ROWS=100000 npm run jest -- test/integration/waiting/many-pending
const ROWS = Number(process.env.WAITING_ROWS ?? 20_000);
const PAGE = 200;
/** Of the queue's front, a look reads so many. */
const AHEAD = 200;
const SPEEDS = { live: 1, test: 1 };

describe.each(DATABASE_KINDS)(`${ROWS} pending messages, on %s,`, (kind) => {
  let world: StoreWorld;
  const now = new Date('2026-06-01T12:00:00Z');

  beforeAll(async () => {
    world = await StoreWorld.open(kind);
    const { database, session } = world;
    await database.query(`UPDATE sessions SET state = 'connected', pacing = '{"per_hour": 100}'`);
    // Most are due; every fifth is for tomorrow. Some went a while ago.
    await database.query(
      `INSERT INTO messages SELECT m.* FROM generate_series(1, $3::int) AS n, LATERAL jsonb_populate_record(
         NULL::messages, $2::jsonb || jsonb_build_object(
           'id', 'msg_' || lpad(n::text, 26, '0'), 'wire_id', 'W' || n, 'who', 'per_' || n, 'chat_id', n || '@c.us',
           'session_id', $1::text, 'due_at', CASE WHEN n % 5 = 0 THEN timestamptz '2026-06-02T12:00Z'
             ELSE timestamptz '2026-06-01T11:00Z' + n * interval '1 ms' END,
           'status', CASE WHEN n <= 100 THEN 'delivered' ELSE 'queued' END,
           'handed_over_at', CASE WHEN n <= 100 THEN timestamptz '2026-06-01T11:30Z' + n * interval '1 second' END)) AS m`,
      [session.id, JSON.stringify(SAMPLE), ROWS],
    );
    await database.query(
      `INSERT INTO known_contacts (session_id, who, since) SELECT $1, 'per_' || n, now() FROM generate_series(1, $2::int) AS n`,
      [session.id, ROWS],
    );
    if (kind === 'postgres') await database.query('ANALYZE');
  }, 300_000);
  afterAll(() => world.close());

  it('are explained a page at a time, in a constant number of statements that look at few rows', async () => {
    const { database } = world;
    const waiting = new WaitingReasons(SPEEDS);
    const costs = [];
    const reasons = new Set<string | null>();
    for (const before of [null, `msg_${String(PAGE + 101).padStart(26, '0')}`]) {
      const page = await listMessages(database, 'test', {}, PAGE, before);
      expect(page).toHaveLength(PAGE);
      costs.push(await costOf(database, 'messages', (sql) => waiting.of(sql, page, now)));
      const waitingFor = await waiting.of(database, page, now);
      for (const row of page) reasons.add(waitingFor(row)?.reason ?? null);
    }
    expect([...reasons].sort()).toEqual(['per_hour', 'send_at']);
    for (const { statements, rows } of costs) {
      expect(statements).toBeLessThanOrEqual(6);
      // The front of the queue, and what went in the last day.
      expect(rows).toBeLessThanOrEqual(3 * AHEAD + 100 + 10);
    }
  });

  it('do not make a single one dearer', async () => {
    const { database } = world;
    const waiting = new WaitingReasons(SPEEDS);
    const [row] = await listMessages(database, 'test', {}, 1, null);
    const first = await costOf(database, 'messages', (sql) => waiting.of(sql, [row!], now));
    const again = await costOf(database, 'messages', (sql) => waiting.of(sql, [row!], now));
    const recent = await costOf(database, 'messages', (sql) => waiting.of(sql, [row!], now, 'recent'));
    expect(first.rows).toBeLessThanOrEqual(3 * AHEAD + 100 + 10);
    // What went is remembered, but for the last minute.
    expect(again.rows).toBeLessThanOrEqual(3 * AHEAD + 10);
    expect(recent).toEqual({ statements: 0, rows: 0 });
  });

  it('leave the next of a sequence and of a campaign quick to find', async () => {
    const { database } = world;
    await database.query(
      `UPDATE messages SET sequence_id = 'seq_1' WHERE who IN ('per_500', 'per_501', 'per_502')`,
    );
    const waiting = new WaitingReasons(SPEEDS);
    const sequence = await costOf(database, 'messages', (sql) =>
      waiting.ofSequences(sql, ['seq_1', 'seq_2'], now),
    );
    expect(sequence.rows).toBeLessThanOrEqual(3 * AHEAD + 100 + 10);
    const waitingFor = await waiting.ofSequences(database, ['seq_1', 'seq_2'], now);
    expect([waitingFor('seq_1')?.reason, waitingFor('seq_2')]).toEqual(['per_hour', null]);
  });
});

const SAMPLE: Partial<MessageRow> = {
  mode: 'test',
  from_phone: '+15005550100',
  recipient: '+14155550100',
  type: 'text',
  text: 'Hello',
  priority: 1,
  cancel_on_reply: false,
  only_while_bot: false,
  cancel_on_takeover: false,
  held: false,
  new_contact: false,
  revision: 1,
  attempts: 0,
  unacknowledged: 0,
  created_at: new Date('2026-06-01T11:00:00Z'),
};
