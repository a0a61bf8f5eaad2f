import { createAudience } from '../../../engine/audiences/audiences';
import { addContacts, lockExisting, readContacts } from '../../../engine/audiences/contacts';
import { deferred } from '../../../engine/async/deferred';
import { whoOf } from '../../../engine/domain/people/person-id';
import { EngineError } from '../../../engine/errors';
import { cancelMatching } from '../../../engine/messages/cancel-messages';
import { createOptOut } from '../../../engine/opt-outs/opt-outs';
import { erasePerson } from '../../../engine/people/erase-person';
import { lockTakeover, saveTakeover, withHolder } from '../../../engine/store/tables/takeovers';
import { tellTakenOver } from '../../../engine/takeovers/chat-events';
import { until } from '../../support/engine/until';
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

it('erases a person while the owner takes their chat over, without a deadlock', async () => {
  const world = await StoreWorld.open('postgres');
  try {
    await world.receive(PHONE, 'hello', { names: [NUMBER] });
    const who = whoOf('test', NUMBER);
    // Erasing removes it, and an event that is about to be told locks it.
    await world.database.query(
      `INSERT INTO webhooks (id, mode, url, events, types, filter, status, sealed_secret, created_at)
       VALUES ('wh_1', 'test', 'https://example.com', '{chat.taken_over}', '{chat.taken_over}', $1, 'enabled', '', now())`,
      [JSON.stringify({ chat_id: NUMBER, chat_who: who })],
    );
    const [isHeld, gate] = [deferred(), deferred()];
    const chat = { who, session_id: world.session.id, mode: 'test', chat_id: NUMBER } as const;
    await world.transact((work) => lockTakeover(work.sql, chat));
    const takenOver = world.transact(async (work) => {
      const before = await lockTakeover(work.sql, chat);
      isHeld.resolve();
      await gate.promise;
      const row = withHolder(before, { humanSince: work.now, humanUntil: null, givenBackAt: null });
      saveTakeover(work.sql, row);
      await tellTakenOver(work, before, row, 'phone');
    });
    await isHeld.promise;
    const erased = erasePerson(world.transact, 'test', PHONE);
    await until('erasing waits for the takeover', async () => {
      const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (await world.database.query(sql)).length === 1;
    });
    gate.resolve();
    await Promise.all([takenOver, erased]);
    expect(await world.database.query('SELECT FROM takeovers')).toEqual([]);
  } finally {
    await world.close();
  }
});
