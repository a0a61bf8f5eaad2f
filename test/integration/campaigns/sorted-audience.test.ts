import { insertCampaign, type CampaignRow } from '../../../engine/store/tables/campaigns';
import type { Wanted } from '../../../engine/store/tables/lane-messages';
import type { MessageRow } from '../../../engine/store/tables/messages';
import { countToDraw, lockShared } from '../../../engine/store/tables/messages-to-draw';
import { rememberMet } from '../../../engine/store/tables/people';
import { WaitingReasons } from '../../../engine/waiting/waiting-reasons';
import { DATABASE_KINDS, freshDatabase, type FreshDatabase } from '../../support/servers/fresh-database';
import { costOf } from '../../support/servers/rows-looked-at';

jest.setTimeout(90_000);

// AUDIENCE_ROWS=50000 npm run jest -- test/integration/campaigns/sorted-audience
const ROWS = Number(process.env.AUDIENCE_ROWS ?? 3_000);
const NUMBERS = ['ses_a', 'ses_b', 'ses_c'] as const;
const AT_ONCE = 8;
/** A few for each group, and one to find each group. */
const FEW = 100;

describe.each(DATABASE_KINDS)(
  `${ROWS} contacts in the order of the numbers that know them, on %s,`,
  (kind) => {
    let world: FreshDatabase;
    const now = new Date('2026-06-01T12:00:00Z');
    const anybody: Wanted = { exceptWhos: [], exceptCampaigns: [], lowest: 2, lowestOfNew: 2 };

    /** A first 45 % belong to one number, the next 45 % to the second, then some to both, and the rest to nobody. */
    const OWNERS = `CASE WHEN n <= $1::int * 0.45 THEN ARRAY['ses_a'] WHEN n <= $1::int * 0.9 THEN ARRAY['ses_b']
    WHEN n <= $1::int * 0.95 THEN ARRAY['ses_a','ses_b'] END`;

    beforeAll(async () => {
      world = await freshDatabase(kind);
      const { database } = world;
      for (const id of NUMBERS)
        await database.query(
          `INSERT INTO sessions (id, mode, state, created_at) VALUES ($1, 'live', 'connected', now())`,
          [id],
        );
      await insertCampaign(database, campaign);
      await database.query(
        `INSERT INTO known_contacts (session_id, who, since)
       SELECT owner, 'per_' || n, now() FROM generate_series(1, $1::int) AS n CROSS JOIN unnest(${OWNERS}) AS owner`,
        [ROWS],
      );
      await database.query(
        `INSERT INTO messages SELECT m.* FROM generate_series(1, $1::int) AS n, LATERAL jsonb_populate_record(
         NULL::messages, $2::jsonb || jsonb_build_object(
           'id', 'msg_' || lpad(n::text, 26, '0'), 'wire_id', 'W' || n, 'who', 'per_' || n, 'chat_id', n || '@c.us',
           'known_to', ${OWNERS})) AS m`,
        [ROWS, JSON.stringify({ ...SAMPLE, session_id: campaign.id, campaign_id: campaign.id })],
      );
      if (kind === 'postgres') await database.query('ANALYZE');
    }, 300_000);
    afterAll(() => world.cleanup());

    /** What a number would draw, and how many rows it looked at. */
    const draw = async (number: string, wanted: Partial<Wanted> = {}) => {
      const { database } = world;
      const found = await database.transaction((tx) =>
        lockShared(tx, number, [campaign.id], now, AT_ONCE, { ...anybody, ...wanted }),
      );
      const cost = await costOf(database, 'messages', (sql) =>
        lockShared(sql, number, [campaign.id], now, AT_ONCE, { ...anybody, ...wanted }),
      );
      return { places: found.map(({ who }) => Number(who.slice(4))), rows: cost.rows };
    };
    const from = (share: number): number => Math.floor(ROWS * share) + 1;
    const places = (first: number): number[] => Array.from({ length: AT_ONCE }, (_, index) => first + index);

    it('are drawn by each number in turn, whose looks cost the same wherever its own begin', async () => {
      const drawn = [await draw('ses_a'), await draw('ses_b'), await draw('ses_c')];
      expect(drawn.map((one) => one.places)).toEqual([places(1), places(from(0.45)), places(from(0.95))]);
      for (const { rows } of drawn) expect(rows).toBeLessThanOrEqual(FEW);
    });

    it('cost no more when new contacts must wait', async () => {
      const none = await draw('ses_c', { lowestOfNew: null });
      expect(none.places).toEqual([]);
      expect(none.rows).toBeLessThanOrEqual(3 * FEW);
      const own = await draw('ses_b', { lowestOfNew: null });
      expect(own.places).toEqual(places(from(0.45)));
      expect(own.rows).toBeLessThanOrEqual(3 * FEW);
    });

    it('are counted as far as it matters, and explained, at the same cost', async () => {
      const { database } = world;
      const counted = await costOf(database, 'messages', async (sql) => {
        const groups = await countToDraw(sql, campaign.id, 20);
        const shown = groups.map(({ numbers, n }) => `${numbers.sort().join(' ')} ${n}`).sort();
        expect(shown).toEqual([' 20', 'ses_a 20', 'ses_a ses_b 20', 'ses_b 20']);
      });
      expect(counted.rows).toBeLessThanOrEqual(FEW);
      const waiting = new WaitingReasons({ live: 1, test: 1 });
      const explained = await costOf(database, 'messages', (sql) =>
        waiting.ofCampaigns(sql, [campaign], now),
      );
      expect(explained.rows).toBeLessThanOrEqual(3 * FEW);
      expect(explained.statements).toBeLessThanOrEqual(9);
    });

    it('go to the number that somebody has just written to, wherever in the audience they are', async () => {
      const last = `per_${ROWS}`;
      await world.database.transaction(async (tx) =>
        rememberMet(tx, 'ses_c', [{ mode: 'live', who: last, chat_id: `${ROWS}@c.us` }], now),
      );
      expect(await draw('ses_c', { lowestOfNew: null })).toMatchObject({ places: [ROWS] });
    });

    it('are for all when the only number that knows them is logged out', async () => {
      const { database } = world;
      await database.query(`UPDATE sessions SET state = 'logged_out' WHERE id = 'ses_a'`);
      const { places: drawn, rows } = await draw('ses_c');
      expect(drawn).toEqual(places(1));
      expect(rows).toBeLessThanOrEqual(FEW);
      expect((await draw('ses_a')).rows).toBeLessThanOrEqual(FEW);
    });
  },
);

const TIME = new Date('2026-06-01T11:00:00Z');

const campaign: CampaignRow = {
  ...{ id: 'cmp_1', mode: 'live', name: 'all', audience_id: 'aud_1', session_id: 'ses_a' },
  ...{ from_phone: null, session_ids: [...NUMBERS], from_phones: ['+1', '+2', '+3'], status: 'running' },
  ...{ text: 'Hello', media: null, on_missing_variable: 'fail', footer: null },
  ...{ send_at: null, send_window: null, pacing: null, variants: null, reply_days: null },
  ...{ only_while_bot: false, cancel_on_takeover: false, last_contact_id: null, expanded_through: null },
  ...{ expanded_all: true, total_count: ROWS, paused_reason: null, created_at: TIME, started_at: TIME },
  ...{ completed_at: null, aborted_at: null, aborted_reason: null, recurrence_id: null, start_by: null },
};

const SAMPLE: Partial<MessageRow> = {
  mode: 'live',
  from_phone: null,
  recipient: '+14155550100',
  type: 'text',
  text: 'Hello',
  status: 'queued',
  priority: 2,
  cancel_on_reply: false,
  only_while_bot: false,
  cancel_on_takeover: false,
  held: false,
  new_contact: false,
  revision: 1,
  attempts: 0,
  unacknowledged: 0,
  due_at: TIME,
  created_at: TIME,
};
