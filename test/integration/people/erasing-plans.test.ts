import { findGroupEventsWith } from '../../../engine/store/tables/erased-people';
import { DATABASE_KINDS, freshDatabase } from '../../support/servers/fresh-database';
import { rowsLookedAt } from '../../support/servers/rows-looked-at';

jest.setTimeout(90_000);

// EVENT_ROWS=1000000 npm run jest -- test/integration/people/erasing-plans checks the same on a million events.
const ROWS = Number(process.env.EVENT_ROWS ?? 20_000);

it.each(DATABASE_KINDS)(
  'finds the events of groups that name a person without reading the others, on %s',
  async (kind) => {
    const { database, cleanup } = await freshDatabase(kind);
    await database.query(
      `INSERT INTO events (id, mode, type, data, created_at)
     SELECT 'evt_' || n, 'test', CASE n % 2 WHEN 0 THEN 'group.participants_added' ELSE 'message.received' END,
       '{"participants":[{"person_id":"per_' || n || '"},{"person_id":"per_' || n % 500 || 'x"}]}', now()
     FROM generate_series(1, $1::int) AS n`,
      [ROWS],
    );
    if (kind === 'postgres') await database.query('ANALYZE');
    const ids = ['per_4000', 'per_5', 'per_nobody'];
    const found = await findGroupEventsWith(database, ids, 500);
    expect(found.map(({ id }) => id)).toEqual(['evt_4000']);
    const looked = await rowsLookedAt(database, 'events', (sql) => findGroupEventsWith(sql, ids, 500));
    expect(looked).toBeLessThanOrEqual(2);
    await cleanup();
  },
  300_000,
);
