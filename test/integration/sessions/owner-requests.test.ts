import { randomBytes } from 'node:crypto';
import { systemClock, type Clock } from '../../../engine/async/clock';
import { startEngine } from '../../support/engine/start-engine';
import { ScriptedWhatsApp } from '../../support/engine/scripted-whatsapp';
import { until } from '../../support/engine/until';
import { freshDatabase, type FreshDatabase } from '../../support/servers/fresh-database';
import { startLiveEngine, type LiveEngine } from './live-engine';

// Several engines are started in one test.
jest.setTimeout(90_000);

/** Runs so many times as quick as the real one. */
function quickClock(times: number): Clock {
  const start = Date.now();
  return {
    now: () => start + (systemClock.now() - start) * times,
    after: (delayMs, action) => systemClock.after(delayMs / times, action),
  };
}

describe('two processes on one database', () => {
  let server: FreshDatabase;
  let flags: Record<string, string>;
  let whatsapp: ScriptedWhatsApp;
  let owner: LiveEngine;
  let other: LiveEngine;

  beforeAll(async () => {
    server = await freshDatabase('postgres');
    flags = { DATABASE_URL: server.url!, BLUETICKS_ENCRYPTION_KEY: randomBytes(32).toString('hex') };
    whatsapp = new ScriptedWhatsApp();
    owner = await startLiveEngine({ flags }, whatsapp);
    other = await startLiveEngine({ flags }, whatsapp);
  }, 60_000);
  afterAll(async () => {
    await other.close();
    await owner.close();
    await server.cleanup();
  });

  const openRequests = async (): Promise<number> => {
    const [row] = await server.database.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM session_requests',
    );
    return row!.n;
  };

  it('answers requests through the process that owns the session', async () => {
    const { id, link } = await owner.makeSession();
    const path = `/v1/sessions/${id}`;
    expect((await other.live('GET', `${path}/qr`)).body.qr).toBe(`2@code-1,of,${id}`);
    expect((await other.live('POST', `${path}/pairing-code`, { phone: '+393331234567' })).body.code).toBe(
      'ABCD-2345',
    );
    link.scan('+393331234567', 'Ada');
    await other.inState(id, 'connected');
    whatsapp.accounts.add('+14155550100');
    expect((await other.live('GET', '/v1/contacts/+14155550100/check')).body.exists).toBe(true);
    expect((await other.live('GET', '/v1/groups')).body.data).toEqual([]);
    link.drop('No network.');
    await other.inState(id, 'disconnected');
    expect((await other.live('POST', `${path}/reconnect`)).body.id).toBe(id);
    await other.inState(id, 'connected');
    expect((await other.live('POST', `${path}/logout`)).body.state).toBe('logged_out');
    expect(link.asked).toEqual([
      'start',
      'pairing code for +393331234567',
      'check +14155550100',
      'groups',
      'reconnect',
      'log out',
    ]);
    expect((await other.live('DELETE', path)).status).toBe(200);
    // The owner hears of it by a wake-up.
    await until('its link is closed', () => !link.isOpen);
    expect(await openRequests()).toBe(0);
  });

  it('gives simultaneous requests their own answers', async () => {
    const { id, link } = await owner.linkNumber('+393331234568');
    whatsapp.accounts.add('+14155550101');
    whatsapp.answerMs = 50;
    const answers = await Promise.all(
      ['+14155550101', '+14155550102'].flatMap((phone) =>
        [owner, other].map(
          async ({ live }) => (await live('GET', `/v1/contacts/${phone}/check`)).body.exists,
        ),
      ),
    );
    whatsapp.answerMs = 0;
    expect(answers).toEqual([true, true, false, false]);
    expect(link.asked.filter((asked) => asked.startsWith('check'))).toHaveLength(4);
    await owner.live('DELETE', `/v1/sessions/${id}`);
  });

  it('drops a request whose asker is gone', async () => {
    const { id, link } = await owner.linkNumber('+393331234569');
    await server.database.query(
      `INSERT INTO session_requests (id, session_id, request, created_at)
       VALUES ('req_late', $1, '{"kind":"log_out"}', now() - interval '31 seconds'),
              ('req_soon', $1, '{"kind":"list_groups"}', now())`,
      [id],
    );
    await owner.live('GET', '/v1/groups');
    await until('it is gone', async () => {
      const rows = await server.database.query("SELECT id FROM session_requests WHERE id = 'req_late'");
      return rows.length === 0;
    });
    await until('the other is answered', () => link.asked.filter((asked) => asked === 'groups').length === 2);
    expect(link.asked).not.toContain('log out');
    await owner.live('DELETE', `/v1/sessions/${id}`);
  });

  it('claims a session when its owner stops', async () => {
    const third = await startLiveEngine({ flags }, whatsapp);
    const { id } = await third.linkNumber('+393331234570');
    await third.close();
    await until('another one opens it', () => whatsapp.isOpen(id));
    const link = whatsapp.link(id);
    await owner.inState(id, 'connected');
    expect((await other.live('GET', '/v1/groups')).status).toBe(200);
    expect(link.asked).toContain('groups');
  });
});

it('gives up on a request that nobody answers, and says why', async () => {
  const server = await freshDatabase('postgres');
  const flags = { DATABASE_URL: server.url! };
  // An engine that has no link to WhatsApp: the sessions of live keys are worked by nobody.
  const engine = await startEngine({ flags, parts: { clock: quickClock(40), liveTransport: null } });
  try {
    const live = engine.callAs(await engine.engine.localKey('live'));
    const { body: session } = await live('POST', '/v1/sessions', {});
    const { status, body } = await live('GET', `/v1/sessions/${session.id}/qr`);
    expect([status, body.error.code, body.error.message]).toEqual([
      503,
      'unavailable',
      'No engine claimed this session within 20 s. Check that one is running, then try again.',
    ]);
    expect(await server.database.query('SELECT id FROM session_requests')).toEqual([]);
  } finally {
    await engine.close();
    await server.cleanup();
  }
});

it('gives up on a request that its owner answers too slowly', async () => {
  const whatsapp = new ScriptedWhatsApp();
  const engine = await startLiveEngine({ parts: { clock: quickClock(40) } }, whatsapp);
  try {
    await engine.linkNumber('+393331234567');
    whatsapp.answerMs = 25_000;
    const { status, body } = await engine.live('GET', '/v1/groups');
    expect([status, body.error.message]).toEqual([
      503,
      'The process that owns this session did not answer within 20 s. Try again in a moment.',
    ]);
  } finally {
    await engine.close();
  }
});

it('answers 404 to requests that wait while the session is removed', async () => {
  const engine = await startLiveEngine();
  try {
    const { id } = await engine.linkNumber('+393331234567');
    engine.whatsapp.answerMs = 60_000;
    const asked = engine.live('GET', '/v1/groups');
    await until('it is asked', () => engine.whatsapp.link(id).asked.includes('groups'));
    engine.whatsapp.answerMs = 0;
    await engine.live('DELETE', `/v1/sessions/${id}`);
    const { status, body } = await asked;
    expect([status, body.error.code]).toEqual([404, 'not_found']);
  } finally {
    await engine.close();
  }
});
