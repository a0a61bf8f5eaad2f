import { createHash } from 'node:crypto';
import { whoOf } from '../../../engine/domain/people/person-id';
import { createOptOut, removeOptOut } from '../../../engine/opt-outs/opt-outs';
import { partNames } from '../../../engine/people/learn-names';
import { erasePerson } from '../../../engine/people/erase-person';
import { findOptedOut } from '../../../engine/store/tables/opt-outs';
import type { MessageRow } from '../../../engine/store/tables/messages';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { StoreWorld } from '../sequences/store-world';
import {
  addMessage,
  PHONE,
  NUMBER,
  OTHER_FORM,
  LID,
  PERSONAL,
  SOMEONE,
  storedMessage,
} from './erasable-person';
import { rowsWith } from './stored-anywhere';

jest.setTimeout(90_000);

describe.each(DATABASE_KINDS)('the opt-out of an erased person, on %s,', (kind) => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
  });
  beforeEach(() =>
    world.database.query(
      'TRUNCATE messages, sequences, inbound_messages, chat_messages, chats, events, opt_outs, erased_opt_outs, people, person_names, known_contacts CASCADE',
    ),
  );
  afterAll(() => world.close());

  const erase = (id: string) => erasePerson(world.transact, 'test', id);
  const add = (chatId: string, fields?: Partial<MessageRow>) => addMessage(world, chatId, fields);
  const get = (message: { id: string }) => storedMessage(world, message);

  it('is kept, under every name, until the person or a client ends it', async () => {
    await world.learn(NUMBER, LID);
    await add(NUMBER);
    await world.transact((work) => createOptOut(work, 'test', PHONE));
    await erase(LID);
    expect(await rowsWith(world.database, PERSONAL)).toEqual([]);
    const whos = [NUMBER, LID, SOMEONE].map((name) => whoOf('test', name));
    const optedOut = await findOptedOut(world.database, 'test', whos);
    expect(optedOut).toEqual(new Set(whos.slice(0, 2)));
    expect(await findOptedOut(world.database, 'live', whos)).toEqual(new Set());
    for (const to of [PHONE, '+551187650001', LID])
      await expect(world.create(to, ['P1D'])).rejects.toMatchObject({ status: 422 });
    // Planned before it was known that the lid is theirs.
    const campaign = { campaign_id: 'cmp_1', send_at: null, due_at: new Date(0), created_at: new Date(0) };
    const message = await add(NUMBER, { ...campaign, contact_id: 'con_1' });
    expect((await world.claim()).claims).toEqual([]);
    expect(await get(message)).toMatchObject({ status: 'failed', failure_reason: 'recipient_opted_out' });
    // Erased once more: it still holds.
    await erase(PHONE);
    await expect(world.create(LID, ['P1D'])).rejects.toMatchObject({ status: 422 });
    await world.receive(PHONE, 'START');
    for (const to of [PHONE, LID]) expect(await world.status(await world.create(to, ['P1D']))).toBe('active');
  });

  it('is hashed with a key that the database does not have, and is still known by a hash without one', async () => {
    const [{ salt }] = (await world.database.query('SELECT salt FROM erasure_salt')) as [{ salt: string }];
    const unkeyed = (name: string): string =>
      createHash('sha256')
        .update(salt + whoOf('test', name))
        .digest('hex');
    const hashes = async (): Promise<string[]> =>
      (await world.database.query<{ hash: string }>('SELECT hash FROM erased_opt_outs')).map(
        ({ hash }) => hash,
      );
    await world.transact((work) => createOptOut(work, 'test', PHONE));
    await erase(PHONE);
    expect(await hashes()).toHaveLength(1);
    expect(await hashes()).not.toContain(unkeyed(NUMBER));
    await world.database.query("INSERT INTO erased_opt_outs VALUES ('test', $1, 'earlier')", [
      unkeyed(SOMEONE),
    ]);
    await expect(world.create('+14155551234', ['P1D'])).rejects.toMatchObject({ status: 422 });
    await world.transact((work) => removeOptOut(work, 'test', '+14155551234'));
    expect(await world.status(await world.create('+14155551234', ['P1D']))).toBe('active');
    expect(await hashes()).toHaveLength(1);
  });

  it('applies to a lid that is joined later, and to a number that is parted', async () => {
    await add(NUMBER);
    await world.transact((work) => createOptOut(work, 'test', PHONE));
    await erase(PHONE);
    const sequence = await world.create(LID, ['P1D']);
    await world.learn(LID, NUMBER);
    expect(await world.status(sequence)).toBe('canceled');
    await expect(world.create(LID, ['P1D'])).rejects.toMatchObject({ status: 422 });
    await world.transact((work) => partNames(work, 'test', [NUMBER, OTHER_FORM]));
    for (const to of [NUMBER, OTHER_FORM])
      await expect(world.create(to, ['P1D'])).rejects.toMatchObject({ status: 422 });
    await world.transact((work) => removeOptOut(work, 'test', LID));
    for (const to of [NUMBER, OTHER_FORM, LID])
      expect(await world.status(await world.create(to, ['P1D']))).toBe('active');
  });
});
