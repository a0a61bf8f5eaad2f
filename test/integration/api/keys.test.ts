import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { expectEnvelope } from '../../support/engine/refusal';

const text = { type: 'text', to: '+15005550003', text: 'Hello' };
const daily = { rrule: 'FREQ=DAILY', start: '2026-03-02T09:00', timezone: 'UTC' };
const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
const webhook = { url: 'http://127.0.0.1:9/in', events: ['message.delivered'] };

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

describe('a key that is none', () => {
  const key = 'bt_test_abcdefghijklmnopqrstuvwxyz0123456789';
  it.each<[string, Record<string, string>, RegExp]>([
    ['is missing', {}, /Send your key in the header "Authorization: Bearer bt_…"/],
    ['is empty', { authorization: '' }, /Send your key/],
    ['comes by another scheme', { authorization: `Basic ${key}` }, /Send your key/],
    ['comes without a scheme', { authorization: key }, /Send your key/],
    ['is malformed', { authorization: 'Bearer secret' }, /unknown or revoked/],
    ['is unknown', { authorization: `Bearer ${key}` }, /unknown or revoked.*blueticks-engine keys create/],
  ])('%s', async (_how, headers, says) => {
    for (const path of ['/v1/ping', '/v1/account', '/v1/engines', '/v1/messages', '/v1/webhooks']) {
      const answer = await engine.callAs(null)('GET', path, undefined, headers);
      expectEnvelope(answer);
      expect([answer.status, answer.body.error.code]).toEqual([401, 'authentication_required']);
      expect(answer.body.error.message).toMatch(says);
      expect(JSON.stringify(answer.body)).not.toContain(key.slice(8));
    }
  });

  it('is refused before its body is looked at', async () => {
    const answer = await engine.callAs(null)('POST', '/v1/messages', { nonsense: true });
    expect(answer.status).toBe(401);
  });
});

it('a revoked key is refused from that moment on', async () => {
  const { id, key } = await engine.createKey('test');
  expect((await engine.callAs(key)('GET', '/v1/ping')).status).toBe(200);
  await engine.revokeKey(id);
  const answer = await engine.callAs(key)('GET', '/v1/ping');
  expect([answer.status, answer.body.error.code]).toEqual([401, 'authentication_required']);
});

it('the scheme is matched without case', async () => {
  const answer = await engine.callAs(null)('GET', '/v1/ping', undefined, {
    authorization: `bearer ${engine.key}`,
  });
  expect(answer.status).toBe(200);
});

type Route = [method: string, path: string, scope: string, body?: unknown];
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const ROUTES: Route[] = [
  ...['/v1/messages', '/v1/scheduled-messages'].flatMap((base): Route[] => [
    ['POST', base, 'messages:write', text],
    ['GET', base, 'messages:read'],
    ['GET', `${base}/msg_x`, 'messages:read'],
    ['PATCH', `${base}/msg_x`, 'messages:write', { text: 'x' }],
    ['DELETE', `${base}/msg_x`, 'messages:write'],
    ['POST', `${base}/msg_x/cancel`, 'messages:write'],
    ['POST', `${base}/cancel`, 'messages:write', { reference: 'none' }],
    ['POST', `${base}/batch`, 'messages:write', { messages: [text] }],
  ]),
  ['POST', '/v1/webhooks', 'webhooks:write', webhook],
  ['GET', '/v1/webhooks', 'webhooks:read'],
  ['GET', '/v1/webhooks/wh_x', 'webhooks:read'],
  ['PATCH', '/v1/webhooks/wh_x', 'webhooks:write', { description: 'x' }],
  ['DELETE', '/v1/webhooks/wh_x', 'webhooks:write'],
  ['POST', '/v1/webhooks/wh_x/rotate-secret', 'webhooks:write'],
  ['POST', '/v1/webhooks/wh_x/test', 'webhooks:write'],
  ['GET', '/v1/webhooks/wh_x/deliveries', 'webhooks:read'],
  ['POST', '/v1/webhooks/wh_x/deliveries/dlv_x/redeliver', 'webhooks:write'],
  ['GET', '/v1/engines', 'engines:read'],
  ['GET', '/v1/sessions', 'sessions:read'],
  ['GET', '/v1/sessions/ses_x', 'sessions:read'],
  ['POST', '/v1/sessions', 'sessions:write', {}],
  ['PATCH', '/v1/sessions/ses_x', 'sessions:write', { name: 'x' }],
  ['DELETE', '/v1/sessions/ses_x', 'sessions:write'],
  ['GET', '/v1/sessions/ses_x/qr', 'sessions:write'],
  ['POST', '/v1/sessions/ses_x/pairing-code', 'sessions:write', { phone: '+14155551234' }],
  ['POST', '/v1/sessions/ses_x/reconnect', 'sessions:write'],
  ['POST', '/v1/sessions/ses_x/logout', 'sessions:write'],
  ['GET', '/v1/contacts/+15005550001/check', 'contacts:read'],
  ['GET', '/v1/chats/+15005550001/participants', 'chats:read'],
  ['GET', '/v1/groups', 'groups:read'],
  ['POST', '/v1/groups', 'groups:write', { name: 'x', participants: ['+15005550002'] }],
  ['POST', '/v1/groups/join', 'groups:write', { code: 'Unknown12345' }],
  ['GET', '/v1/groups/120363000000000009@g.us', 'groups:read'],
  ['PATCH', '/v1/groups/120363000000000009@g.us', 'groups:write', { name: 'x' }],
  ['POST', '/v1/groups/120363000000000009@g.us/members', 'groups:write', { chat_id: '+15005550001' }],
  ['DELETE', '/v1/groups/120363000000000009@g.us/members/me', 'groups:write'],
  ['DELETE', '/v1/groups/120363000000000009@g.us/members/+15005550001', 'groups:write'],
  ['POST', '/v1/groups/120363000000000009@g.us/members/+15005550001/admin', 'groups:write'],
  ['DELETE', '/v1/groups/120363000000000009@g.us/members/+15005550001/admin', 'groups:write'],
  ['PUT', '/v1/groups/120363000000000009@g.us/picture', 'groups:write', { file_data_url: PIXEL }],
  ['GET', '/v1/groups/120363000000000009@g.us/invite', 'groups:read'],
  ['POST', '/v1/groups/120363000000000009@g.us/invite/reset', 'groups:write'],
  ['GET', '/v1/groups/120363000000000009@g.us/requests', 'groups:read'],
  ['POST', '/v1/groups/120363000000000009@g.us/requests/+15005550001', 'groups:write', { action: 'reject' }],
  ['GET', '/v1/newsletters', 'newsletters:read'],
  ['POST', '/v1/newsletters', 'newsletters:write', { name: 'x' }],
  ['GET', '/v1/newsletters/120363000000000099@newsletter', 'newsletters:read'],
  ['GET', '/v1/recurrences', 'recurrences:read'],
  ['GET', '/v1/recurrences/rec_x', 'recurrences:read'],
  ['POST', '/v1/recurrences/preview', 'recurrences:read', daily],
  ['POST', '/v1/recurrences', 'recurrences:write', { ...text, ...daily }],
  ['PATCH', '/v1/recurrences/rec_x', 'recurrences:write', { text: 'x' }],
  ['POST', '/v1/recurrences/rec_x/skip', 'recurrences:write', { occurrence: '2026-03-02T09:00' }],
  ['POST', '/v1/recurrences/rec_x/pause', 'recurrences:write'],
  ['POST', '/v1/recurrences/rec_x/resume', 'recurrences:write'],
  ['DELETE', '/v1/recurrences/rec_x', 'recurrences:write'],
  ['GET', '/v1/people', 'people:read'],
  ['GET', '/v1/people/per_x', 'people:read'],
  ['GET', '/v1/people/per_x/export', 'people:read'],
  ['DELETE', '/v1/people/per_x', 'people:write'],
  ['GET', '/v1/chats', 'chats:read'],
  ['GET', '/v1/chats/+15005550001', 'chats:read'],
  ['PATCH', '/v1/chats/+15005550001', 'chats:write', { handled_by: 'bot' }],
  ['POST', '/v1/chats/+15005550001/open', 'chats:write'],
  ['GET', '/v1/chats/+15005550001/messages', 'chats:read'],
  ['POST', '/v1/chats/+15005550001/messages', 'messages:write', { type: 'text', text: 'x' }],
  ['POST', '/v1/chats/+15005550001/mark_read', 'chats:write'],
  ['POST', '/v1/chats/+15005550001/messages/load_older', 'chats:read'],
  ['GET', '/v1/contacts', 'contacts:read'],
  ['GET', '/v1/chats/+15005550001/messages/key', 'chats:read'],
  ['GET', '/v1/chats/+15005550001/messages/key/ack', 'chats:read'],
  ['GET', '/v1/chats/+15005550001/messages/key/media', 'chats:read'],
  ['GET', '/v1/chats/+15005550001/messages/key/media_url', 'chats:read'],
  ['POST', '/v1/chats/message_acks', 'chats:read', { message_keys: ['x'] }],
];
const SCOPES = [...new Set(ROUTES.map(([, , scope]) => scope))];

describe('scopes', () => {
  const keys = new Map<string, { id: string; key: string }>();
  beforeAll(async () => {
    for (const scope of SCOPES) {
      keys.set(`only ${scope}`, await engine.createKey('test', [scope]));
      keys.set(
        `all but ${scope}`,
        await engine.createKey(
          'test',
          SCOPES.filter((other) => other !== scope),
        ),
      );
    }
  });

  it.each(ROUTES.map(([method, path, scope, body]) => [method, path, scope, body] as const))(
    '%s %s needs %s',
    async (method, path, scope, body) => {
      const allowed = await engine.callAs(keys.get(`only ${scope}`)!.key)(method, path, body);
      // 409: the sandbox is the only session of test keys.
      expect([200, 201, 204, 404, 409]).toContain(allowed.status);
      const { key } = keys.get(`all but ${scope}`)!;
      const refused = await engine.callAs(key)(method, path, body);
      expectEnvelope(refused);
      expect([refused.status, refused.body.error.code]).toEqual([403, 'permission_denied']);
      expect(refused.body.error.message).toBe(
        `This key (${key.slice(0, 12)}…) lacks the scope ${scope}. Create a key that has it.`,
      );
    },
  );

  it.each(['/v1/ping', '/v1/account'])('%s needs none', async (path) => {
    const answer = await engine.callAs(keys.get('only engines:read')!.key)('GET', path);
    expect(answer.status).toBe(200);
  });

  it('ping tells which key this is, and what it may do', async () => {
    const { key } = keys.get('only messages:read')!;
    const { body } = await engine.callAs(key)('GET', '/v1/ping');
    expect(body).toEqual({
      account_id: expect.stringMatching(/^acc_/),
      key_prefix: key.slice(0, 12),
      scopes: ['messages:read'],
    });
  });
});

describe('the two modes', () => {
  it('a live key sees no test data and changes none', async () => {
    const live = engine.callAs((await engine.createKey('live')).key);
    const { body: message } = await engine.call('POST', '/v1/messages', {
      ...text,
      send_at: inAnHour,
      reference: 'mine',
    });
    const { body: hook } = await engine.call('POST', '/v1/webhooks', webhook);
    for (const [method, path, body] of [
      ['GET', `/v1/messages/${message.id}`],
      ['PATCH', `/v1/messages/${message.id}`, { text: 'x' }],
      ['DELETE', `/v1/messages/${message.id}`],
      ['POST', `/v1/messages/${message.id}/cancel`],
      ['GET', `/v1/webhooks/${hook.id}`],
      ['PATCH', `/v1/webhooks/${hook.id}`, { description: 'x' }],
      ['DELETE', `/v1/webhooks/${hook.id}`],
      ['POST', `/v1/webhooks/${hook.id}/rotate-secret`],
      ['POST', `/v1/webhooks/${hook.id}/test`],
      ['GET', `/v1/webhooks/${hook.id}/deliveries`],
    ] as const) {
      const answer = await live(method, path, body);
      expect([path, answer.status, answer.body.error.code]).toEqual([path, 404, 'not_found']);
    }
    expect((await live('GET', '/v1/messages')).body.data).toEqual([]);
    expect((await live('GET', '/v1/webhooks')).body.data).toEqual([]);
    expect((await live('POST', '/v1/messages/cancel', { reference: 'mine' })).body).toEqual({
      canceled: 0,
      ids: [],
    });
    expect((await engine.call('GET', `/v1/messages/${message.id}`)).body).toEqual(message);
  });

  it('a test key sees no live data', async () => {
    const live = engine.callAs((await engine.createKey('live')).key);
    const { body: hook } = await live('POST', '/v1/webhooks', webhook);
    expect((await engine.call('GET', `/v1/webhooks/${hook.id}`)).status).toBe(404);
    expect((await live('GET', `/v1/webhooks/${hook.id}`)).status).toBe(200);
  });

  it('a live key sends nothing while no number is linked, least of all through the sandbox', async () => {
    const live = engine.callAs((await engine.createKey('live')).key);
    const engines = await live('GET', '/v1/engines');
    expect(engines.body).toEqual({
      data: [],
      message: expect.stringMatching(/No WhatsApp number is linked/),
    });
    for (const [path, body] of [
      ['/v1/messages', text],
      ['/v1/messages/batch', { messages: [text] }],
    ] as const) {
      const answer = await live('POST', path, body);
      expectEnvelope(answer);
      expect([answer.status, answer.body.error.code]).toEqual([409, 'no_active_session']);
      expect(answer.body.error.message).toMatch(/No WhatsApp number is linked/);
    }
    const fromSandbox = await live('POST', '/v1/messages', { ...text, from: '+15005550100' });
    expect([fromSandbox.status, fromSandbox.body.error.code]).toEqual([422, 'from_not_linked']);
  });
});

it('a number that is not linked cannot be the sender', async () => {
  const answer = await engine.call('POST', '/v1/messages', { ...text, from: '+14155551234' });
  expectEnvelope(answer);
  expect([answer.status, answer.body.error.code]).toEqual([422, 'from_not_linked']);
  expect(answer.body.error.message).toBe('from is not a linked number. Use a linked one: +15005550100.');
  expect(answer.body.error.details[0].path).toBe('from');
});

it('two keys may use the same Idempotency-Key for different things', async () => {
  const other = engine.callAs((await engine.createKey('test')).key);
  const header = { 'idempotency-key': 'same' };
  const first = await engine.call('POST', '/v1/messages', text, header);
  const second = await other('POST', '/v1/messages', { ...text, text: 'Other' }, header);
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.body.id).not.toBe(first.body.id);
});

it('the control routes take neither a key nor nothing', async () => {
  for (const call of [engine.call, engine.callAs(null)]) {
    const answer = await call('POST', '/control/keys', { mode: 'live' });
    expect([answer.status, answer.body.error.code]).toEqual([401, 'authentication_required']);
  }
});
