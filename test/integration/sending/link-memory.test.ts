import { randomBytes } from 'node:crypto';
import { LinkMemory } from '../../../engine/sending/link-memory';
import type { Database } from '../../../engine/store/sql/database';
import { CannotDecrypt, Encryption } from '../../../engine/encryption/encryption';
import { migrate } from '../../../engine/store/sql/migrate';
import { OLD_ACCOUNTS, OLD_UPLOADS } from '../../../engine/store/tables/old-records';
import { FakeClock } from '../../support/clock/fake-clock';
import { removeOld } from '../../support/remove-old';
import { freshDatabase } from '../../support/servers/fresh-database';

describe.each(['pglite', 'postgres'] as const)('LinkMemory on %s', (kind) => {
  let database: Database;
  let cleanup: () => Promise<void>;
  const clock = new FakeClock();
  const encryption = new Encryption(randomBytes(32));
  const memoryOf = (id: string, key = encryption) => new LinkMemory(database, key, clock, id);
  const bytes = (text: string): Uint8Array => Buffer.from(text);

  beforeAll(async () => {
    ({ database, cleanup } = await freshDatabase(kind));
    await migrate(database);
  });
  afterAll(() => cleanup());

  beforeEach(async () => {
    await database.query('DELETE FROM sessions');
    await database.query(
      `INSERT INTO sessions (id, mode, state, created_at)
       VALUES ('ses_1', 'live', 'unlinked', now()), ('ses_2', 'live', 'unlinked', now())`,
    );
  });

  it('returns what was written, only to its own session', async () => {
    await memoryOf('ses_1').write([
      { type: 'session', id: 'a', value: bytes('one') },
      { type: 'session', id: 'b', value: bytes('two') },
    ]);
    const read = await memoryOf('ses_1').read('session', ['a', 'b', 'c']);
    expect([...read].map(([id, value]) => [id, Buffer.from(value).toString()]).sort()).toEqual([
      ['a', 'one'],
      ['b', 'two'],
    ]);
    expect((await memoryOf('ses_2').read('session', ['a'])).size).toBe(0);
    expect((await memoryOf('ses_1').read('pre-key', ['a'])).size).toBe(0);
  });

  it('keeps the last of several changes to a key', async () => {
    const memory = memoryOf('ses_1');
    await Promise.all([
      memory.write([{ type: 't', id: 'x', value: bytes('old') }]),
      memory.write([{ type: 't', id: 'y', value: bytes('gone') }]),
      memory.write([
        { type: 't', id: 'x', value: bytes('new') },
        { type: 't', id: 'y', value: null },
      ]),
    ]);
    const read = await memory.read('t', ['x', 'y']);
    expect(read.size).toBe(1);
    expect(Buffer.from(read.get('x')!).toString()).toBe('new');
  });

  it('stores nothing in plain text, and a row that was moved elsewhere does not open', async () => {
    await memoryOf('ses_1').write([{ type: 'creds', id: '', value: bytes('a private key') }]);
    const [row] = await database.query<{ sealed: Buffer }>('SELECT sealed FROM session_keys');
    expect(Buffer.from(row!.sealed).includes('private')).toBe(false);
    await database.query(`UPDATE session_keys SET session_id = 'ses_2'`);
    await expect(memoryOf('ses_2').read('creds', [''])).rejects.toThrow(CannotDecrypt);
    await database.query(`UPDATE session_keys SET session_id = 'ses_1'`);
    await expect(memoryOf('ses_1', new Encryption(randomBytes(32))).read('creds', [''])).rejects.toThrow(
      CannotDecrypt,
    );
  });

  it('forgets its keys, and is deleted with its session', async () => {
    for (const id of ['ses_1', 'ses_2']) {
      await memoryOf(id).write([{ type: 'creds', id: '', value: bytes('x') }]);
      await memoryOf(id).rememberAccount('5511987654321@c.us', {
        chatId: '551187654321@c.us',
        checkedAt: 1000,
      });
    }
    await memoryOf('ses_1').forget();
    expect((await memoryOf('ses_1').read('creds', [''])).size).toBe(0);
    expect((await memoryOf('ses_2').read('creds', [''])).size).toBe(1);
    await database.query('DELETE FROM sessions');
    const left = await database.query(
      'SELECT session_id FROM session_keys UNION ALL SELECT session_id FROM known_accounts',
    );
    expect(left).toEqual([]);
  });

  it('gives a message the same secret in every process, and no other message', () => {
    const secret = memoryOf('ses_1').secretFor('3EB0AA');
    expect(secret).toHaveLength(32);
    expect(memoryOf('ses_1').secretFor('3EB0AA')).toEqual(secret);
    expect(memoryOf('ses_1').secretFor('3EB0AB')).not.toEqual(secret);
    expect(memoryOf('ses_2').secretFor('3EB0AA')).not.toEqual(secret);
  });

  it('remembers accounts, and that a number has no account', async () => {
    const memory = memoryOf('ses_1');
    expect(await memory.account('14155551234@c.us')).toBeNull();
    await memory.rememberAccount('14155551234@c.us', { chatId: null, checkedAt: 5000 });
    expect(await memory.account('14155551234@c.us')).toEqual({ chatId: null, checkedAt: 5000 });
    await memory.rememberAccount('14155551234@c.us', { chatId: '14155551234@c.us', checkedAt: 6000 });
    expect(await memory.account('14155551234@c.us')).toEqual({ chatId: '14155551234@c.us', checkedAt: 6000 });
  });

  it('forgets answers about accounts that no longer hold', async () => {
    const memory = memoryOf('ses_1');
    await memory.rememberAccount('14155551234@c.us', { chatId: '14155551234@c.us', checkedAt: 5000 });
    await memory.rememberAccount('14155551235@c.us', { chatId: null, checkedAt: 5000 });
    const known = async (): Promise<boolean[]> => [
      (await memory.account('14155551234@c.us')) !== null,
      (await memory.account('14155551235@c.us')) !== null,
    ];
    const forget = (found: number, missing: number): Promise<number> =>
      removeOld(database, OLD_ACCOUNTS, new Date(found), new Date(missing));
    await forget(5000, 5000);
    expect(await known()).toEqual([true, true]);
    await forget(5000, 5001);
    expect(await known()).toEqual([true, false]);
    await forget(5001, 5001);
    expect(await known()).toEqual([false, false]);
  });

  it('drops uploads that WhatsApp has dropped', async () => {
    const memory = memoryOf('ses_1');
    await memory.write([
      { type: 'upload', id: 'm', value: bytes('file') },
      { type: 'session', id: 'm', value: bytes('key') },
    ]);
    await removeOld(database, OLD_UPLOADS, new Date(clock.now() - 1000));
    expect((await memory.read('upload', ['m'])).size).toBe(1);
    await removeOld(database, OLD_UPLOADS, new Date(clock.now() + 1000));
    expect((await memory.read('upload', ['m'])).size).toBe(0);
    expect((await memory.read('session', ['m'])).size).toBe(1);
  });
});
