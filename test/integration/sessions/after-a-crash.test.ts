import { randomBytes } from 'node:crypto';
import { readConfig } from '../../../engine/config';
import { newId } from '../../../engine/domain/ids';
import { Encryption } from '../../../engine/encryption/encryption';
import { prepareDatabase } from '../../../engine/prepare-database';
import {
  findSession,
  insertSession,
  saveLinkedAccount,
  saveSessionState,
} from '../../../engine/store/tables/sessions';
import { freshDatabase } from '../../support/servers/fresh-database';

const now = new Date('2026-11-27T12:00:00Z');

it.each(['pglite', 'postgres'] as const)(
  'what a dead process had connected is shown as connecting on %s',
  async (kind) => {
    const { database, cleanup } = await freshDatabase(kind);
    try {
      const [linked, loggedOut] = [newId('session'), newId('session')];
      for (const [index, id] of [linked, loggedOut].entries()) {
        await insertSession(database, { id, mode: 'live', name: null, created_at: now });
        await saveLinkedAccount(database, id, { phone: `+39333100000${index}`, pushName: null }, now);
      }
      await saveSessionState(database, linked, { state: 'connected', reason: null }, now);
      await saveSessionState(database, loggedOut, { state: 'logged_out', reason: 'by the phone' }, now);
      await prepareDatabase(database, readConfig({}, {}), now, new Encryption(randomBytes(32)));
      expect((await findSession(database, 'live', linked))?.state).toBe('connecting');
      expect((await findSession(database, 'live', loggedOut))?.state).toBe('logged_out');
    } finally {
      await cleanup();
    }
  },
);
