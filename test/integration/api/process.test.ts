import { once } from 'node:events';
import { get, request, type IncomingMessage } from 'node:http';
import Ajv from 'ajv/dist/2020';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { expectEnvelope } from '../../support/engine/refusal';

interface Operation {
  parameters?: { in: string; name: string; required: boolean }[];
  responses: object;
}

const MESSAGE_PATHS = (base: string): Record<string, string[]> => ({
  [base]: ['get', 'post'],
  [`${base}/{id}`]: ['delete', 'get', 'patch'],
  [`${base}/{id}/cancel`]: ['post'],
  [`${base}/cancel`]: ['post'],
  [`${base}/move`]: ['post'],
  [`${base}/batch`]: ['post'],
});
const PATHS: Record<string, string[]> = {
  '/v1/audiences': ['get', 'post'],
  '/v1/audiences/{id}': ['delete', 'get', 'patch'],
  '/v1/audiences/{id}/contacts': ['post'],
  '/v1/audiences/{id}/contacts/{contactId}': ['delete', 'patch'],
  '/v1/audiences/{id}/import': ['post'],
  '/v1/campaigns': ['get', 'post'],
  '/v1/campaigns/forecast': ['post'],
  '/v1/campaigns/preview': ['post'],
  '/v1/campaigns/{id}': ['get'],
  '/v1/campaigns/{id}/report': ['get'],
  '/v1/campaigns/{id}/cancel': ['post'],
  '/v1/campaigns/{id}/pause': ['post'],
  '/v1/campaigns/{id}/resume': ['post'],
  '/v1/media/{id}': ['get'],
  ...MESSAGE_PATHS('/v1/scheduled-messages'),
  ...MESSAGE_PATHS('/v1/messages'),
  '/v1/webhooks': ['get', 'post'],
  '/v1/webhooks/{id}': ['delete', 'get', 'patch'],
  '/v1/webhooks/{id}/rotate-secret': ['post'],
  '/v1/webhooks/{id}/test': ['post'],
  '/v1/webhooks/{id}/deliveries': ['get'],
  '/v1/webhooks/{id}/deliveries/{deliveryId}/redeliver': ['post'],
  '/v1/opt-outs': ['get', 'post'],
  '/v1/opt-outs/{to}': ['delete'],
  '/v1/recurrences': ['get', 'post'],
  '/v1/recurrences/preview': ['post'],
  '/v1/recurrences/{id}': ['delete', 'get', 'patch'],
  '/v1/recurrences/{id}/pause': ['post'],
  '/v1/recurrences/{id}/resume': ['post'],
  '/v1/recurrences/{id}/skip': ['post'],
  '/v1/people': ['get'],
  '/v1/people/{id}': ['delete', 'get'],
  '/v1/people/{id}/export': ['get'],
  '/v1/contacts': ['get'],
  '/v1/chats': ['get'],
  '/v1/chats/message_acks': ['post'],
  '/v1/chats/{chat_id}': ['get', 'patch'],
  '/v1/chats/{chat_id}/mark_read': ['post'],
  '/v1/chats/{chat_id}/messages/load_older': ['post'],
  '/v1/chats/{chat_id}/open': ['post'],
  '/v1/chats/{chat_id}/messages': ['get', 'post'],
  '/v1/chats/{chat_id}/messages/{key}': ['delete', 'get', 'patch'],
  '/v1/chats/{chat_id}/messages/{key}/ack': ['get'],
  '/v1/chats/{chat_id}/messages/{key}/media': ['get'],
  '/v1/chats/{chat_id}/messages/{key}/media_url': ['get'],
  '/v1/chats/{chat_id}/messages/{key}/forward': ['post'],
  '/v1/chats/{chat_id}/messages/{key}/pin': ['post'],
  '/v1/chats/{chat_id}/messages/{key}/reactions': ['post'],
  '/v1/chats/{chat_id}/typing': ['post'],
  '/v1/sequences': ['get', 'post'],
  '/v1/sequences/cancel': ['post'],
  '/v1/sequences/{id}': ['get'],
  '/v1/sequences/{id}/cancel': ['post'],
  '/v1/sessions': ['get', 'post'],
  '/v1/sessions/{id}': ['delete', 'get', 'patch'],
  '/v1/sessions/{id}/qr': ['get'],
  '/v1/sessions/{id}/pairing-code': ['post'],
  '/v1/sessions/{id}/proxy/test': ['post'],
  '/v1/sessions/{id}/reconnect': ['post'],
  '/v1/sessions/{id}/logout': ['post'],
  '/v1/contacts/{phone}/check': ['get'],
  '/v1/chats/{chat_id}/participants': ['get'],
  '/v1/groups': ['get', 'post'],
  '/v1/groups/join': ['post'],
  '/v1/groups/{id}': ['get', 'patch'],
  '/v1/groups/{id}/members': ['post'],
  '/v1/groups/{id}/members/me': ['delete'],
  '/v1/groups/{id}/members/{chatId}': ['delete'],
  '/v1/groups/{id}/members/{chatId}/admin': ['delete', 'post'],
  '/v1/groups/{id}/picture': ['put'],
  '/v1/groups/{id}/invite': ['get'],
  '/v1/groups/{id}/invite/reset': ['post'],
  '/v1/groups/{id}/requests': ['get'],
  '/v1/groups/{id}/requests/{chatId}': ['post'],
  '/v1/newsletters': ['get', 'post'],
  '/v1/newsletters/{id}': ['get'],
  '/v1/ping': ['get'],
  '/v1/account': ['get'],
  '/v1/engines': ['get'],
};

describe('the process', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.close());

  it('is alive and ready, without a key', async () => {
    const ask = engine.callAs(null);
    const alive = await ask('GET', '/healthz');
    expect([alive.status, alive.body.status]).toEqual([200, 'ok']);
    const ready = await ask('GET', '/readyz');
    expect([ready.status, ready.body]).toEqual([
      200,
      { status: 'ready', store: 'ok', queue: 'ok', disk: 'ok' },
    ]);
  });

  it('counts what it does, by route and never by id', async () => {
    await engine.call('GET', '/v1/messages/msg_01M81E3PWH06ZZSPMZ5QEXHVRB');
    const { status, body, headers } = await engine.callAs(null)('GET', '/metrics');
    expect([status, headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^text\/plain; version=/),
    ]);
    expect(body).toMatch(/\{method="GET",route="\/v1\/messages\/:id",status="404"[^}]*\} \d/);
    expect(body).not.toContain('msg_01M81E3PWH06ZZSPMZ5QEXHVRB');
    for (const line of String(body).split('\n').filter(Boolean)) {
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z0-9_]+ .+|[a-z0-9_]+(\{.*\})? [-+0-9.eInfNa]+)$/);
    }
  });

  it('knows its account and its engines', async () => {
    const account = await engine.call('GET', '/v1/account');
    expect(account.body).toEqual({
      id: expect.stringMatching(/^acc_/),
      name: expect.any(String),
      timezone: expect.any(String),
      created_at: expect.stringMatching(/Z$/),
    });
    expect((await engine.call('GET', '/v1/ping')).body.account_id).toBe(account.body.id);
    const { body } = await engine.call('GET', '/v1/engines');
    expect(body.data).toHaveLength(1);
    expect(body.data[0]).toMatchObject({ connected: true, state: 'connected', has_synced: true });
    expect(Object.keys(body.data[0])).toContain('stream');
  });

  describe('/openapi.json', () => {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the document is what is looked at
    let document: any;
    beforeAll(async () => {
      const answer = await engine.callAs(null)('GET', '/openapi.json');
      expect(answer.status).toBe(200);
      document = answer.body;
    });

    it('has every path of the contract with its methods, and no other', () => {
      expect(document.openapi).toBe('3.1.0');
      const paths = Object.entries<object>(document.paths).map(([path, methods]) => [
        path.replace(/(.)\/$/, '$1'),
        Object.keys(methods)
          .filter((method) => method !== 'head')
          .sort(),
      ]);
      expect(Object.fromEntries(paths)).toEqual(PATHS);
    });

    it('every operation declares its path parameters, and an answer', () => {
      for (const [path, methods] of Object.entries<Record<string, Operation>>(document.paths)) {
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        for (const operation of Object.values(methods)) {
          const parameters = (operation.parameters ?? []).filter((one) => one.in === 'path');
          expect(parameters.map((one) => one.name).sort()).toEqual(named.sort());
          expect(parameters.every((one) => one.required)).toBe(true);
          expect(Object.keys(operation.responses)).not.toEqual([]);
        }
      }
    });

    it('each of its schemas is valid JSON Schema', () => {
      const ajv = new Ajv({ strict: false, validateFormats: false });
      let schemas = 0;
      const visit = (node: unknown): void => {
        if (node === null || typeof node !== 'object') return;
        for (const [name, inner] of Object.entries(node)) {
          if (name === 'schema') {
            schemas += 1;
            ajv.compile({ ...inner, components: document.components });
          } else visit(inner);
        }
      };
      visit(document.paths);
      expect(schemas).toBeGreaterThan(20);
    });

    it('what it says of a message holds for one, and for the request that made it', async () => {
      const ajv = new Ajv({ strict: false, validateFormats: false });
      const { post } = document.paths['/v1/messages/'] ?? document.paths['/v1/messages'];
      const schemaOf = (part: { content: Record<string, { schema: object }> }): object => ({
        ...part.content['application/json']!.schema,
        components: document.components,
      });
      const request = { type: 'text', to: '+15005550003', text: 'Hello' };
      const { body } = await engine.call('POST', '/v1/messages', request);
      expect(ajv.validate(schemaOf(post.responses['201']), body)).toBe(true);
      const asked = ajv.compile(schemaOf(post.requestBody));
      expect(asked(request)).toBe(true);
      expect(asked({ ...request, text: 'x'.repeat(4097) })).toBe(false);
      expect(asked({ ...request, nonsense: true })).toBe(false);
    });

    it('tells how to bring a key', () => {
      expect(document.components.securitySchemes.key).toMatchObject({ type: 'http', scheme: 'bearer' });
      expect(document.security).toEqual([{ key: [] }]);
    });
  });
});

describe('the rate limit', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine({ flags: { BLUETICKS_RATE_LIMIT: '5' } });
  });
  afterAll(() => engine.close());

  it('answers 429 with Retry-After, for that key alone, and never for monitoring', async () => {
    const other = engine.callAs((await engine.createKey('test')).key);
    for (let count = 0; count < 5; count += 1) {
      expect((await engine.call('GET', '/v1/ping')).status).toBe(200);
    }
    const refused = await engine.call('GET', '/v1/ping');
    expectEnvelope(refused);
    expect([refused.status, refused.body.error.code]).toEqual([429, 'rate_limited']);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(refused.body.error.message).toBe(
      `More than 5 requests per minute with this key. Try again in ${seconds} s.`,
    );
    expect((await other('GET', '/v1/ping')).status).toBe(200);
    for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json']) {
      for (let count = 0; count < 6; count += 1) expect((await engine.call('GET', path)).status).toBe(200);
    }
  });

  it('counts a key once, however it is spelled', async () => {
    const { key } = await engine.createKey('test');
    const spelled = (authorization: string) =>
      engine.callAs(null)('GET', '/v1/ping', undefined, { authorization });
    const spellings = [
      `Bearer ${key}`,
      `bearer ${key}`,
      `BEARER  ${key}`,
      `Bearer    ${key}`,
      `bEaReR ${key}`,
    ];
    for (const spelling of spellings) expect((await spelled(spelling)).status).toBe(200);
    for (const spelling of spellings) expect((await spelled(spelling)).status).toBe(429);
  });

  it('counts wrong keys by address, and lets keys that worked go on', async () => {
    const good = engine.callAs((await engine.createKey('test')).key);
    expect((await good('GET', '/v1/ping')).status).toBe(200);
    const guess = (n: number) => engine.callAs(`bt_test_${String(n).padStart(43, '0')}`)('GET', '/v1/ping');
    const statuses = [];
    for (let n = 0; n < 62; n += 1) statuses.push((await guess(n)).status);
    expect(statuses).toEqual([...Array<number>(60).fill(401), 429, 429]);
    expect((await good('GET', '/v1/ping')).status).toBe(200);
    const refused = await guess(99);
    expect(refused.body.error.message).toMatch(
      /^More than 60 wrong keys per minute from this address\. Try again in \d+ s\.$/,
    );
    // A key that is right but new waits, too: only a look into the database could tell.
    expect((await engine.callAs((await engine.createKey('test')).key)('GET', '/v1/ping')).status).toBe(429);
  });

  it('believes X-Forwarded-For of a trusted proxy only', async () => {
    const guess = (from: string, at = engine) =>
      at.callAs(`bt_test_${'g'.repeat(43)}`)('GET', '/v1/ping', undefined, { 'x-forwarded-for': from });
    // From this address there were too many already.
    expect((await guess('203.0.113.1')).status).toBe(429);
    const behind = await startEngine({
      flags: { BLUETICKS_RATE_LIMIT: '100', BLUETICKS_TRUSTED_PROXIES: '127.0.0.1' },
    });
    try {
      for (let n = 0; n < 60; n += 1) await guess(`2001:db8::${n.toString(16)}`, behind);
      expect((await guess('2001:db8::ffff', behind)).status).toBe(429);
      expect((await guess('::ffff:203.0.113.9', behind)).status).toBe(401);
    } finally {
      await behind.close();
    }
  });
});

it('an engine that closes answers what is under way and takes nothing more', async () => {
  const engine = await startEngine();
  try {
    const body = JSON.stringify({ type: 'text', to: '+15005550003', text: 'Hello' });
    const asked = request(`${engine.url}/v1/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${engine.key}`,
        'content-type': 'application/json',
        'content-length': body.length,
        // Answered when the engine has read the headers: from then on the request is under way.
        expect: '100-continue',
      },
    });
    asked.flushHeaders();
    await once(asked, 'continue');
    const closing = engine.engine.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    asked.end(body);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect(answer.resume().statusCode).toBe(201);
    await closing;
    const refused = new Promise((resolve) => get(`${engine.url}/healthz`, resolve).on('error', resolve));
    expect(await refused).toMatchObject({ code: 'ECONNREFUSED' });
  } finally {
    await engine.close();
  }
});
