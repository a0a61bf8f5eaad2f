import { openDatabase } from '../../../../engine/store/open-database';
import { holdsLease, acquireLease } from '../../../../engine/store/tables/session-leases';
import { freshDatabase } from '../../../support/servers/fresh-database';
import { silentLog } from '../../../support/servers/silent-log';
import { tempFolder } from '../../../support/servers/temp-folder';

it('a process that is suspended in a transaction does not block its sessions for others', async () => {
  const server = await freshDatabase('postgres');
  const folder = await tempFolder('stalled');
  const other = await openDatabase({ dataDir: folder.path, databaseUrl: server.url, log: silentLog });
  const { database } = server;
  await database.query(
    `INSERT INTO sessions (id, mode, state, created_at) VALUES ('ses_1', 'live', 'connected', now())`,
  );
  const fence = await acquireLease(database, 'ses_1', 'stopped', 1, false);

  let goOn = (): void => {};
  const stopped = database.transaction(async (tx) => {
    expect(await holdsLease(tx, 'ses_1', 'stopped', fence!)).toBe(true);
    await new Promise<void>((resolve) => (goOn = resolve));
    await tx.query('SELECT 1');
  });
  const ended = expect(stopped).rejects.toThrow();

  const from = Date.now();
  let taken: number | null = null;
  while (taken === null && Date.now() - from < 20_000) {
    taken = await acquireLease(other, 'ses_1', 'heir', 15, false);
  }
  expect(taken).toBe(fence! + 1);
  goOn();
  await ended;
  await other.close();
  await server.cleanup();
  await folder.remove();
}, 60_000);
