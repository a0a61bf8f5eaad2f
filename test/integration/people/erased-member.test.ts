import { newId } from '../../../engine/domain/ids';
import { erasePerson } from '../../../engine/people/erase-person';
import { insertWebhook } from '../../../engine/store/tables/webhooks';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { StoreWorld } from '../sequences/store-world';
import { ADMIN, comesIntoGroup } from './comes-into-group';
import { rowsWith } from './stored-anywhere';

const PHONE = '+5511987650001';
const NAMES = ['123456789012345@lid', '5511987650001@c.us'];

describe.each(DATABASE_KINDS)('somebody who is known only from a group, on %s,', (kind) => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
    await insertWebhook(world.database, {
      ...{
        id: newId('webhook'),
        mode: 'test',
        url: 'http://127.0.0.1:9/',
        filter: {},
        description: null,
        burst: null,
      },
      ...{ events: ['group.participants_added'], types: ['group.participants_added'], status: 'enabled' },
      ...{ disabled_by: null, disabled_at: null, expires_at: null, sealed_secret: Buffer.from('x') },
      ...{ max_deliveries: null, delivered_count: 0, last_success_at: null, created_at: new Date() },
    });
  });
  afterAll(() => world.close());

  const told = async () => {
    const rows = await world.database.query<{ data: string }>(
      `SELECT e.data FROM events e JOIN deliveries d ON d.event_id = e.id WHERE d.status = 'pending'`,
    );
    return rows.map(({ data }) => JSON.parse(data));
  };

  it('can be erased, and it is still told who else came into the group', async () => {
    await comesIntoGroup(world, { names: NAMES, phone: PHONE });
    expect(await told()).toMatchObject([{ participants: [{ phone: PHONE }, { phone: ADMIN.phone }] }]);
    await erasePerson(world.transact, 'test', PHONE);
    const nobody = { person_id: null, chat_id: null, phone: null, name: null, is_me: false };
    expect(await told()).toMatchObject([
      { by: { phone: ADMIN.phone }, participants: [nobody, { phone: ADMIN.phone }] },
    ]);
    expect(await rowsWith(world.database, ['5511987650001', '123456789012345'])).toEqual([]);
    await expect(erasePerson(world.transact, 'test', PHONE)).rejects.toMatchObject({ status: 404 });
  });
});
