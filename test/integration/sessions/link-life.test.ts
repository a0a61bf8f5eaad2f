import { ScriptedWhatsApp } from '../../support/engine/scripted-whatsapp';
import { until } from '../../support/engine/until';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { tempFolder } from '../../support/servers/temp-folder';
import { Receiver } from '../events/receiver';
import { startLiveEngine, type LiveEngine } from './live-engine';

// Several engines are started in one test.
jest.setTimeout(90_000);

const PHONE = '+393331234567';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe.each(DATABASE_KINDS)('the life of a linked number, on %s,', (database) => {
  let engine: LiveEngine;
  let receiver: Receiver;

  beforeAll(async () => {
    engine = await startLiveEngine({ database });
    receiver = await new Receiver().start();
    await engine.live('POST', '/v1/webhooks', {
      url: receiver.url(),
      events: ['session.connected', 'session.disconnected'],
    });
  }, 60_000);
  afterAll(async () => {
    await engine.close();
    await receiver.stop();
  });

  it('lives from creation through linking, sending and logging out to removal', async () => {
    const { live, whatsapp } = engine;
    const made = await live('POST', '/v1/sessions', { name: 'Front desk' });
    expect([made.status, made.body]).toEqual([
      201,
      {
        id: expect.stringMatching(/^ses_/),
        name: 'Front desk',
        phone: null,
        push_name: null,
        state: 'unlinked',
        reason: null,
        restricted_until: null,
        quota: null,
        connected_at: null,
        created_at: expect.stringMatching(TIME),
        pacing: expect.objectContaining({ sent_today: 0, warm_up: true }),
        proxy: null,
        reject_calls: false,
        call_reply: null,
        mark_read: 'never',
        takeover_hours: 12,
      },
    ]);
    const { id } = made.body;
    const path = `/v1/sessions/${id}`;

    // Opened by the process at once, and not with its next look in 5 s.
    const qr = await live('GET', `${path}/qr`);
    expect([qr.status, qr.body]).toEqual([
      200,
      { qr: `2@code-1,of,${id}`, expires_at: expect.stringMatching(TIME) },
    ]);
    expect((await live('GET', path)).body).toMatchObject({ state: 'linking', phone: null });
    expect(
      (await live('POST', '/v1/messages', { type: 'text', to: PHONE, text: 'early' })).body.error.code,
    ).toBe('no_active_session');

    const second = whatsapp.link(id).showNextCode();
    await until('the new code is shown', async () => (await live('GET', `${path}/qr`)).body.qr === second);
    expect(whatsapp.link(id).asked).toEqual(['start']);

    whatsapp.link(id).scan(PHONE, 'Ada');
    const connected = await engine.inState(id, 'connected');
    expect(connected).toMatchObject({
      phone: PHONE,
      push_name: 'Ada',
      connected_at: expect.stringMatching(TIME),
    });
    const again = await live('GET', `${path}/qr`);
    expect([again.status, again.body.error.code]).toEqual([409, 'conflict']);
    expect(again.body.error.message).toMatch(
      /^The session is already linked to \+393331234567 \(state connected\)\./,
    );
    expect((await live('GET', '/v1/engines')).body).toEqual({
      data: [expect.objectContaining({ session_id: id, phone: PHONE, connected: true })],
    });

    const { body: message } = await live('POST', '/v1/messages', {
      type: 'text',
      to: '+14155550100',
      text: 'Hi',
    });
    expect(message.from).toBe(PHONE);
    await until('it is handed over', () => whatsapp.sent.some((sent) => sent.sessionId === id));

    whatsapp.link(id).drop('Another client took the session over.');
    expect(await engine.inState(id, 'disconnected')).toMatchObject({
      reason: 'Another client took the session over.',
      connected_at: null,
    });
    const reconnected = await live('POST', `${path}/reconnect`);
    expect([reconnected.status, reconnected.body.id]).toEqual([200, id]);
    await engine.inState(id, 'connected');

    const out = await live('POST', `${path}/logout`);
    expect([out.status, out.body]).toEqual([
      200,
      {
        ...connected,
        state: 'logged_out',
        reason: 'You logged out.',
        connected_at: null,
        pacing: { ...connected.pacing, sent_today: 1 },
      },
    ]);
    expect((await live('POST', `${path}/logout`)).body).toEqual(out.body);
    {
      const refused = await live('POST', `${path}/reconnect`);
      expect([refused.status, refused.body.error.code]).toEqual([409, 'conflict']);
      expect(refused.body.error.message).toMatch(
        /^The session has no number \(state logged_out\)\. Link it with GET/,
      );
    }

    // Asking for a code links it anew.
    const anew = await live('GET', `${path}/qr`);
    expect(anew.status).toBe(200);
    whatsapp.link(id).scan(PHONE, 'Ada');
    await engine.inState(id, 'connected');

    const removed = await live('DELETE', path);
    expect([removed.status, removed.body]).toEqual([200, { id, deleted: true }]);
    expect(whatsapp.link(id).asked.at(-1)).toBe('log out');
    expect(whatsapp.linked.has(id)).toBe(false);
    await until('its link is closed', () => !whatsapp.isOpen(id));
    expect((await live('GET', path)).status).toBe(404);
    expect((await live('GET', `/v1/messages/${message.id}`)).body.status).toBe('sending');

    const told = (): string[] =>
      receiver.received.flatMap(({ event: { type, data } }) =>
        data['id'] === id ? [`${type} ${data['state']}`] : [],
      );
    await until('every change is told', () => told().length === 6);
    expect(told()).toEqual([
      'session.connected connected',
      'session.disconnected disconnected',
      'session.connected connected',
      'session.disconnected logged_out',
      'session.connected connected',
      'session.disconnected logged_out',
    ]);
  }, 60_000);

  it('can be linked with a pairing code', async () => {
    const { id, link } = await engine.makeSession();
    const { status, body, headers } = await engine.live('POST', `/v1/sessions/${id}/pairing-code`, {
      phone: '+39 333 765-4321',
    });
    expect([status, body]).toEqual([200, { code: 'ABCD-2345', expires_at: expect.stringMatching(TIME) }]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(link.asked).toEqual(['pairing code for +393337654321']);
    expect((await engine.live('GET', `/v1/sessions/${id}`)).body.state).toBe('linking');
    link.scan('+393337654321');
    await engine.inState(id, 'connected');
    const again = await engine.live('POST', `/v1/sessions/${id}/pairing-code`, { phone: '+393337654321' });
    expect([again.status, again.body.error.code]).toEqual([409, 'conflict']);
    await engine.live('DELETE', `/v1/sessions/${id}`);
  });
});

it('has no number while it shows a code', async () => {
  const engine = await startLiveEngine();
  try {
    const { id, link } = await engine.makeSession();
    link.become('connecting');
    await engine.inState(id, 'connecting');
    const message = await engine.live('POST', '/v1/messages', { type: 'text', to: PHONE, text: 'early' });
    expect(message.body.error.code).toBe('no_active_session');
    expect((await engine.live('POST', `/v1/sessions/${id}/reconnect`)).body.error.code).toBe('conflict');
    expect((await engine.live('GET', `/v1/sessions/${id}/qr`)).body.qr).toBe(`2@code-1,of,${id}`);
  } finally {
    await engine.close();
  }
});

it('keeps its link state across a restart', async () => {
  const folder = await tempFolder('relink');
  const whatsapp = new ScriptedWhatsApp();
  const before = await startLiveEngine({ dataDir: folder.path }, whatsapp);
  const linked = await before.linkNumber(PHONE, 'Ada');
  const unlinked = await before.makeSession('later');
  await before.close();
  const after = await startLiveEngine({ dataDir: folder.path }, whatsapp);
  try {
    expect(await after.inState(linked.id, 'connected')).toMatchObject({ phone: PHONE, push_name: 'Ada' });
    expect(await after.inState(unlinked.id, 'unlinked')).toMatchObject({ phone: null, name: 'later' });
  } finally {
    await after.close();
    await folder.remove();
  }
});
