import { newMessageRow } from '../../../../engine/changes/new-message-row';
import { lockOrphaned } from '../../../../engine/store/tables/lane-messages';
import { type MessageRow, saveMessages } from '../../../../engine/store/tables/messages';
import { insertMessages } from '../../../../engine/store/tables/new-messages';
import { ensureSandboxSession } from '../../../../engine/store/tables/sessions';
import { DATABASE_KINDS, freshDatabase, type FreshDatabase } from '../../../support/servers/fresh-database';
import { rowsLookedAt } from '../../../support/servers/rows-looked-at';

const now = new Date('2026-11-27T12:00:00Z');

describe.each(DATABASE_KINDS)('messages created while their session was being removed, on %s', (kind) => {
  let fresh: FreshDatabase;
  beforeEach(async () => {
    fresh = await freshDatabase(kind);
    await ensureSandboxSession(fresh.database, 'ses_b', '+15005550100', now);
  });
  afterEach(() => fresh.cleanup());

  const insert = async (session: string, count: number): Promise<MessageRow[]> => {
    const rows = Array.from({ length: count }, () =>
      newMessageRow({
        mode: 'test',
        session_id: session,
        from_phone: '+15005550100',
        recipient: '+15005550001',
        chat_id: '15005550001@c.us',
        who: 'per_1',
        type: 'text',
        text: 'hello',
        priority: 1,
        send_at: now,
        due_at: now,
        created_at: now,
      }),
    );
    await fresh.database.transaction(async (tx) => insertMessages(tx, rows));
    return rows;
  };
  const orphaned = (limit = 10): Promise<string[]> =>
    fresh.database.transaction(async (tx) => (await lockOrphaned(tx, limit)).map(({ id }) => id).sort());

  it('are found while they are pending, whatever sessions come before and after', async () => {
    await insert('ses_b', 3);
    expect(await orphaned()).toEqual([]);
    const lost = [...(await insert('ses_a', 2)), ...(await insert('ses_c', 1))];
    expect(await orphaned()).toEqual(lost.map(({ id }) => id).sort());
    expect(await orphaned(2)).toHaveLength(2);
    const failed = lost.map((row) => ({ ...row, status: 'failed' as const }));
    await fresh.database.transaction(async (tx) => saveMessages(tx, failed));
    expect(await orphaned()).toEqual([]);
  });

  it('are found among many pending messages without reading those', async () => {
    await insert('ses_b', 5_000);
    await insert('ses_c', 2);
    if (kind === 'postgres') await fresh.database.query('ANALYZE');
    const looked = await rowsLookedAt(fresh.database, 'messages', (sql) => lockOrphaned(sql, 500));
    expect(looked).toBeLessThan(20);
  });
});
