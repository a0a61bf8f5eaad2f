import { deferred } from '../../../engine/async/deferred';
import { openDatabase } from '../../../engine/store/open-database';
import { acquireLease } from '../../../engine/store/tables/session-leases';
import { listSessions, saveUnconnected } from '../../../engine/store/tables/sessions';
import type { TransportFactory } from '../../../engine/transport/transport';
import { ScriptedWhatsApp } from '../../support/engine/scripted-whatsapp';
import { startEngine } from '../../support/engine/start-engine';
import { freshDatabase } from '../../support/servers/fresh-database';
import { silentLog } from '../../support/servers/silent-log';
import { tempFolder } from '../../support/servers/temp-folder';

const insert = (id: string, state: string): string =>
  `INSERT INTO sessions (id, mode, name, phone, state, connected_at, created_at)
   VALUES ('${id}', 'live', '${id}', '+39333000${id.slice(-4)}', '${state}', now(), now())`;

it('numbers that were connected when the process was killed are shown as connecting until their link is open', async () => {
  const folder = await tempFolder('after-a-crash');
  const first = await startEngine({ dataDir: folder.path, parts: { liveTransport: null } });
  await first.close();
  // As `kill -9` leaves them.
  const database = await openDatabase({ dataDir: folder.path, databaseUrl: null, log: silentLog });
  for (const [id, state] of [
    ['ses_0001', 'connected'],
    ['ses_0002', 'restricted'],
    ['ses_0003', 'logged_out'],
    ['ses_0004', 'disconnected'],
  ] as const)
    await database.query(insert(id, state));
  await database.close();

  const whatsapp = new ScriptedWhatsApp();
  const mayOpen = deferred();
  // The links open one after the other, as those of two hundred numbers do, and here not before they are told to.
  const slow: TransportFactory = (session, clock) => {
    const link = whatsapp.factory(session, clock);
    const open = link.open.bind(link);
    link.open = async (handlers) => {
      await mayOpen.promise;
      await open(handlers);
    };
    return link;
  };
  const engine = await startEngine({ dataDir: folder.path, parts: { liveTransport: slow } });
  const live = engine.callAs(await engine.engine.localKey('live'));
  const { body } = await live('GET', '/v1/sessions');
  const states = Object.fromEntries(
    body.data.map(({ id, state }: { id: string; state: string }) => [id, state]),
  );
  expect(states).toMatchObject({ ses_0001: 'connecting', ses_0002: 'connecting', ses_0003: 'logged_out' });
  const engines = (await live('GET', '/v1/engines')).body.data;
  expect(engines.filter(({ connected }: { connected: boolean }) => connected)).toEqual([]);
  mayOpen.resolve();
  await engine.close();
  await folder.remove();
});

it('among several processes, only numbers that nobody has any more are shown as connecting', async () => {
  const { database, cleanup } = await freshDatabase('postgres');
  await database.query(insert('ses_0001', 'connected'));
  await database.query(insert('ses_0002', 'connected'));
  await acquireLease(database, 'ses_0001', 'another process', 60, false);
  await saveUnconnected(database, false);
  const states = (await listSessions(database, 'live')).map(({ state }) => state);
  expect(states).toEqual(['connected', 'connecting']);
  await cleanup();
});
