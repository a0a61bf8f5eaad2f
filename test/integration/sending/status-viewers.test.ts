import { newId } from '../../../engine/domain/ids';
import { MOST_VIEWERS } from '../../../engine/domain/messages/status-post';
import { statusViewers } from '../../../engine/sending/status-viewers';
import { insertAudience } from '../../../engine/store/tables/audiences';
import type { MessageRow } from '../../../engine/store/tables/messages';
import { freshDatabase, type FreshDatabase } from '../../support/servers/fresh-database';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase('pglite');
});
afterAll(() => fresh.cleanup());

it('goes to as many people as a status may, and to no larger audience', async () => {
  const { database } = fresh;
  const id = newId('audience');
  await insertAudience(database, {
    ...{ id, mode: 'test', name: 'Everybody', contact_count: MOST_VIEWERS, created_at: new Date() },
  });
  await database.query(
    `INSERT INTO contacts (id, audience_id, recipient, chat_id, added_at, who)
     SELECT 'con_' || n, $1, '+' || n, n || '@c.us', now(), 'per_' || n FROM generate_series(10001, 10000 + $2::int) AS n`,
    [id, MOST_VIEWERS],
  );
  const status = { mode: 'test', chat_id: 'status@broadcast', audience_id: id } as MessageRow;
  expect(await statusViewers(database, status)).toHaveLength(MOST_VIEWERS);
  await database.query(
    `INSERT INTO contacts (id, audience_id, recipient, chat_id, added_at, who) VALUES ('con_x', $1, 'x', 'x', now(), 'per_x')`,
    [id],
  );
  await expect(statusViewers(database, status)).rejects.toMatchObject({
    ...{ reason: 'too_many_viewers', mayPass: false },
  });
});
