import { createAudience } from '../../../engine/audiences/audiences';
import { addContacts, lockExisting, readContacts } from '../../../engine/audiences/contacts';
import { EngineError } from '../../../engine/errors';
import { cancelMatching } from '../../../engine/messages/cancel-messages';
import { createOptOut } from '../../../engine/opt-outs/opt-outs';
import { erasePerson } from '../../../engine/people/erase-person';
import { StoreWorld } from '../sequences/store-world';
import { rowsWith } from './stored-anywhere';

jest.setTimeout(90_000);

const PHONE = '+5511987650001';
const NUMBER = '5511987650001@c.us';
const LID = '123456789012345@lid';
const PERSONAL = ['5511987650001', '551187650001', '123456789012345', 'secret-'];
const ROUNDS = 16;
const CONTACTS = readContacts([{ to: PHONE }]);

// The embedded database has one connection, so nothing happens at once there.
it('erases a person while everything else happens to them, and then nothing is left', async () => {
  const world = await StoreWorld.open('postgres');
  try {
    const audience = await world.transact((work) =>
      createAudience(work, 'test', { name: 'a', contacts: [] }),
    );
    const erase = async (id: string): Promise<void> => {
      await erasePerson(world.transact, 'test', id).catch((error: unknown) => {
        if (!(error instanceof EngineError) || error.code !== 'not_found') throw error;
      });
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      await Promise.all([
        world.create(PHONE, ['PT0S', 'P1D'], { reference: 'secret-sequence' }),
        world.create(LID, ['P1D']),
        world.receive(PHONE, 'secret-answer', { name: 'secret-name', names: [NUMBER, LID] }),
        world.learn(LID, NUMBER),
        erase(PHONE),
        erase(LID),
        world.transact(async (work) =>
          addContacts(work, await lockExisting(work, 'test', audience.id, CONTACTS), CONTACTS),
        ),
        world.transact((work) => cancelMatching(work, 'test', { to: PHONE })),
        world.claim(),
      ]);
    }
    await world.transact((work) => createOptOut(work, 'test', PHONE));
    for (const id of [PHONE, LID]) await erase(id);
    expect(await rowsWith(world.database, PERSONAL)).toEqual([]);
    expect(await world.database.query('SELECT contact_count FROM audiences')).toEqual([{ contact_count: 0 }]);
    await expect(world.create(PHONE, ['P1D'])).rejects.toMatchObject({ status: 422 });
  } finally {
    await world.close();
  }
});
