import type { Mode } from '../../../engine/domain/mode';
import { newId } from '../../../engine/domain/ids';
import { KnownSenders } from '../../../engine/sessions/senders';
import {
  deleteSession,
  ensureSandboxSession,
  insertSession,
  saveConnecting,
  saveLinkedAccount,
  saveQr,
  saveSessionState,
  saveStopped,
} from '../../../engine/store/tables/sessions';
import { DATABASE_KINDS, freshDatabase, type FreshDatabase } from '../../support/servers/fresh-database';

const now = new Date('2026-11-27T12:00:00Z');
const [FIRST, SECOND] = ['+393331000001', '+393331000002'];

describe.each(DATABASE_KINDS)('KnownSenders on %s', (kind) => {
  let fresh: FreshDatabase;
  let senders: KnownSenders;
  let id: string;

  beforeEach(async () => {
    fresh = await freshDatabase(kind);
    senders = new KnownSenders(fresh.database);
    await senders.open();
    id = newId('session');
    await insertSession(fresh.database, { id, mode: 'live', name: null, created_at: now });
  });
  afterEach(async () => {
    senders.close();
    await fresh.cleanup();
  });

  /** Which number sends, or the code of the error that says why none does. */
  const sender = async (mode: Mode = 'live', from?: string): Promise<string | null> => {
    try {
      return (await senders.chooser(fresh.database, mode))(from).phone;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  const link = async (session: string, phone: string): Promise<void> => {
    await saveLinkedAccount(fresh.database, session, { phone, pushName: null }, now);
    await saveSessionState(fresh.database, session, { state: 'connected', reason: null }, now);
  };

  it('are cached only on the embedded database', async () => {
    await link(id, FIRST);
    const query = jest.spyOn(fresh.database, 'query');
    expect([await sender(), await sender(), await sender()]).toEqual([FIRST, FIRST, FIRST]);
    expect(query).toHaveBeenCalledTimes(kind === 'pglite' ? 1 : 3);
    await saveQr(fresh.database, id, null);
    await sender();
    // What changes nothing about who sends is not heard of.
    expect(query.mock.calls.filter(([text]) => text.startsWith('SELECT'))).toHaveLength(
      kind === 'pglite' ? 1 : 4,
    );
    query.mockRestore();
  });

  it('change as soon as a number is linked, restarted, stopped, logged out or removed', async () => {
    const { database } = fresh;
    expect(await sender()).toBe('no_active_session');
    await link(id, FIRST);
    expect(await sender()).toBe(FIRST);
    await saveConnecting(database, id);
    expect(await sender()).toBe(FIRST);
    await saveStopped(database, id, 'the engine was stopped');
    expect(await sender()).toBe(FIRST);
    await saveSessionState(database, id, { state: 'logged_out', reason: 'by the phone' }, now);
    expect(await sender()).toBe('no_active_session');
    await link(id, SECOND);
    expect(await sender()).toBe(SECOND);
    const other = newId('session');
    await insertSession(database, { id: other, mode: 'live', name: null, created_at: now });
    expect(await sender()).toBe(SECOND);
    await link(other, FIRST);
    expect(await sender()).toBe('ambiguous_session');
    expect(await sender('live', FIRST)).toBe(FIRST);
    await database.transaction((tx) => deleteSession(tx, other));
    expect([await sender(), await sender('live', FIRST)]).toEqual([SECOND, 'from_not_linked']);
  });

  it('are separate for each mode', async () => {
    await link(id, FIRST);
    await ensureSandboxSession(fresh.database, newId('session'), SECOND, now);
    expect([await sender('test'), await sender('live')]).toEqual([SECOND, FIRST]);
  });

  it('are not cached stale when they change during the query', async () => {
    await link(id, FIRST);
    const [reading] = await Promise.all([
      sender(),
      saveSessionState(fresh.database, id, { state: 'logged_out', reason: 'by the phone' }, now),
    ]);
    expect(reading).toBe(FIRST);
    expect(await sender()).toBe('no_active_session');
  });

  it('stay the same after a rolled-back change', async () => {
    await link(id, FIRST);
    await sender();
    const change = fresh.database.transaction(async (tx) => {
      await deleteSession(tx, id);
      expect(await senders.chooser(tx, 'live')).toBeDefined();
      throw new Error('no');
    });
    await expect(change).rejects.toThrow('no');
    expect(await sender()).toBe(FIRST);
  });
});

it('are not cached before open and after close', async () => {
  const fresh = await freshDatabase('pglite');
  try {
    const senders = new KnownSenders(fresh.database);
    const query = jest.spyOn(fresh.database, 'query');
    await senders.chooser(fresh.database, 'live');
    await senders.chooser(fresh.database, 'live');
    await senders.open();
    await senders.chooser(fresh.database, 'live');
    senders.close();
    await senders.chooser(fresh.database, 'live');
    expect(query).toHaveBeenCalledTimes(4);
  } finally {
    await fresh.cleanup();
  }
});
