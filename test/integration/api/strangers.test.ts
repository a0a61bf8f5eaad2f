import { gzipSync } from 'node:zlib';
import { callControl } from '../../support/engine/control-call';
import { RawConnection } from '../../support/engine/raw-request';
import { expectEnvelope } from '../../support/engine/refusal';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { readEngineFile } from '../../../engine/data-folder/engine-file';
import { proveEngine } from '../../../engine/data-folder/prove-engine';

const LONG = 14_000_000;

let engine: TestEngine;
let open: RawConnection[];
beforeAll(async () => {
  engine = await startEngine({ flags: { BLUETICKS_MAX_WEBHOOKS: '3', BLUETICKS_MAX_SESSIONS: '2' } });
});
afterAll(() => engine.close());
beforeEach(() => (open = []));
afterEach(() => open.forEach((connection) => connection.destroy()));

async function connection(): Promise<RawConnection> {
  const one = await RawConnection.open(engine.url);
  open.push(one);
  return one;
}

async function send(...lines: string[]): Promise<RawConnection> {
  const one = await connection();
  one.write(`${lines.join('\r\n')}\r\n\r\n`);
  return one;
}

const keyed = (): string => `authorization: Bearer ${engine.key}`;

describe('a request that can be refused by its headers', () => {
  it.each([
    ['POST', '/nothing', 404],
    ['PUT', '/healthz', 405],
    ['PUT', '/v1/messages', 405],
    ['POST', '/v1/messages', 401],
    ['POST', '/control/keys', 401],
    ['POST', '/v1/audiences/aud_1/import', 401],
  ])('%s %s is answered before its body is there', async (method, path, status) => {
    const asked = await send(
      `${method} ${path} HTTP/1.1`,
      'host: localhost',
      'content-type: application/json',
      `content-length: ${LONG}`,
    );
    await asked.until(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('lets a client that is still sending read the answer, and then ask again', async () => {
    const asked = await send('POST /nothing HTTP/1.1', 'host: localhost', `content-length: ${LONG}`);
    asked.write('['.repeat(LONG));
    asked.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
    expect(await asked.until(/"status":"ok"/)).toMatch(/^HTTP\/1.1 404 /);
  });

  it('closes the connection of a client that does not stop sending', async () => {
    const asked = await send('POST /nothing HTTP/1.1', 'host: localhost', 'transfer-encoding: chunked');
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const sending = setInterval(() => asked.socket.writable && asked.write(chunk), 1);
    await asked.closed;
    clearInterval(sending);
    expect(asked.received).toMatch(/^HTTP\/1.1 404 /);
  });

  it('asks a client for its body only after the check of its key', async () => {
    const headers = ['host: localhost', 'content-type: application/json', 'content-length: 2'];
    const expecting = [...headers, 'expect: 100-continue'];
    const refused = await send('POST /v1/messages HTTP/1.1', ...expecting);
    expect(await refused.until(/authentication_required/)).toMatch(/^HTTP\/1.1 401 [^]*connection: close/i);
    const asked = await send('POST /v1/messages HTTP/1.1', keyed(), ...expecting);
    expect(await asked.until(/\r\n\r\n/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    asked.write('{}');
    await asked.until(/HTTP\/1.1 400 /);
  });
});

describe('a body', () => {
  const post = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    fetch(`${engine.url}/v1/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${engine.key}`, 'content-type': 'application/json', ...headers },
      body,
    });

  it.each([
    ['of opening brackets', '['.repeat(1_000_000), /nested more than 32 levels/],
    [
      'with a million unknown fields',
      `{${Array.from({ length: 1_000_000 }, (_, i) => `"f${i}":1`).join(',')}}`,
      /object with more than 256 fields/,
    ],
    [
      'with a million values',
      `{"options":[${'1,'.repeat(1_000_000)}1]}`,
      /more than 100,000 values\. Split it/,
    ],
  ])('%s is refused before it is parsed', async (_name, body, says) => {
    const answer = await engine.call('POST', '/v1/messages', body);
    expectEnvelope(answer);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_request']);
    expect(answer.body.error.message).toMatch(says);
  });

  it('with hundreds of unknown fields is refused with a hundred of them', async () => {
    const fields = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`f${i}`, 1]));
    for (const [path, valid] of [
      ['/v1/messages', { type: 'text', to: '+15005550003', text: 'x' }],
      ['/v1/messages/msg_1/cancel', {}],
    ] as const) {
      const { status, body } = await engine.call('POST', path, { ...valid, ...fields });
      expect([status, body.error.details.length]).toEqual([400, 100]);
    }
  });

  it('that is compressed is refused, however small it unpacks', async () => {
    const answer = await post(new Uint8Array(gzipSync('{}')), { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(415);
    expect(((await answer.json()) as { error: { message: string } }).error.message).toBe(
      'The body is compressed. Send it without Content-Encoding.',
    );
  });

  it('that is not UTF-8 is refused, and not repaired', async () => {
    const bytes = Buffer.from('{"type":"text","to":"+15005550003","text":"caf\xe9"}', 'latin1');
    const answer = await post(new Uint8Array(bytes));
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('not valid UTF-8')]);
  });
});

describe('what is not quite HTTP', () => {
  const MESSAGE = '{"type":"text","to":"+15005550003","text":"smuggled"}';
  it.each([
    ['two lengths', ['content-length: 2', 'content-length: 53'], MESSAGE],
    ['a length and chunks', ['content-length: 4', 'transfer-encoding: chunked'], `0\r\n\r\n${MESSAGE}`],
    ['unknown chunks', ['transfer-encoding: xchunked'], MESSAGE],
    ['a signed length', ['content-length: +53'], MESSAGE],
    ['a folded header', ['x-a: b', ' transfer-encoding: chunked'], ''],
    ['a NUL in a header', ['x-a: b\0c'], ''],
    ['a space before the colon', ['content-length : 53'], MESSAGE],
  ])('%s is refused, and the connection closed', async (_name, headers, body) => {
    const asked = await connection();
    const lines = [
      'POST /v1/messages HTTP/1.1',
      'host: localhost',
      keyed(),
      'content-type: application/json',
    ];
    asked.write(`${[...lines, ...headers].join('\r\n')}\r\n\r\n${body}`);
    await asked.closed;
    expect(asked.received).toMatch(/^HTTP\/1.1 400 /);
    expect(asked.received.match(/HTTP\/1.1/g)).toHaveLength(1);
    const { body: listed } = await engine.call('GET', '/v1/messages?q=smuggled');
    expect(listed.data).toEqual([]);
  });

  it('is closed from our side too, if the client keeps its half open', async () => {
    const asked = await send('HELLO');
    await asked.closed;
    // A write to a connection that is really gone fails; to one that is half open, it would not.
    const failed = new Promise((resolve) => asked.socket.once('error', resolve));
    const writing = setInterval(() => asked.socket.write('x'), 5);
    await failed;
    clearInterval(writing);
  });

  it('opens no tunnel and no WebSocket', async () => {
    const upgraded = await send(
      'GET /v1/ping HTTP/1.1',
      'host: localhost',
      keyed(),
      'connection: Upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    );
    await upgraded.until(/^HTTP\/1.1 200 /);
    const tunnel = await send('CONNECT 127.0.0.1:22 HTTP/1.1', 'host: 127.0.0.1:22');
    await tunnel.closed;
    expect(tunnel.received).not.toMatch(/^HTTP\/1.1 2/);
  });

  it('a client that sends hundreds of requests before it reads an answer is cut off', async () => {
    const asked = await connection();
    asked.write(`GET /readyz HTTP/1.1\r\nhost: localhost\r\n\r\n`.repeat(500));
    await asked.closed;
    expect((await engine.call('GET', '/readyz')).status).toBe(200);
  });
});

describe('what needs no key', () => {
  it.each(['/healthz', '/readyz', '/metrics', '/openapi.json', '/control/challenge?nonce=x', '/nothing'])(
    '%s is not answered under the name of a web page',
    async (path) => {
      const asked = await send(`GET ${path} HTTP/1.1`, 'host: evil.example:7717');
      const answer = await asked.until(/permission_denied/);
      expect(answer).toMatch(/^HTTP\/1.1 403 /);
      expect(answer).toContain('does not answer to evil.example here');
    },
  );

  it('is answered under the names of this machine, and to a client without a name', async () => {
    for (const host of ['localhost:7717', '127.0.0.1', '[::1]:7717', 'engine:7717']) {
      await (await send('GET /healthz HTTP/1.1', `host: ${host}`)).until(/^HTTP\/1.1 200 /);
    }
    await (await send('GET /healthz HTTP/1.0')).until(/^HTTP\/1.1 200 /);
  });
});

describe('/control', () => {
  const keys = '/control/keys';
  const prove = async () => (await proveEngine(readEngineFile(engine.dataDir)!))!;
  const ask = (authorization: string, path = keys) =>
    fetch(engine.url + path, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{"mode":"test"}',
    });

  it('is for those who know the token, and never takes the token itself', async () => {
    expect((await callControl(engine.dataDir, keys, { mode: 'test' })).status).toBe(200);
    const { control_token: token } = readEngineFile(engine.dataDir)!;
    expect((await ask(`Bearer ${token}`)).status).toBe(401);
  });

  it('takes each proof once, and for one path', async () => {
    const header = (await prove()).authorize('POST', keys);
    expect((await ask(header, '/control/keys/create')).status).toBe(401);
    expect((await ask(header)).status).toBe(200);
    expect((await ask(header)).status).toBe(401);
  });

  it('refuses a challenge without a proper nonce', async () => {
    for (const nonce of ['', 'short', 'x'.repeat(100)])
      expect((await fetch(`${engine.url}/control/challenge?nonce=${nonce}`)).status).toBe(400);
  });
});

describe('too many', () => {
  it('webhooks are refused, with what to do', async () => {
    const create = () =>
      engine.call('POST', '/v1/webhooks', { url: 'https://example.com/x', events: ['message.sent'] });
    const first = await create();
    expect([first.status, (await create()).status, (await create()).status]).toEqual([201, 201, 201]);
    const refused = await create();
    expect([refused.status, refused.body.error.code]).toEqual([409, 'conflict']);
    expect(refused.body.error.message).toBe(
      'There are 3 webhooks already, which is the most. Delete those that are no longer used, or set BLUETICKS_MAX_WEBHOOKS to a higher number.',
    );
    await engine.call('DELETE', `/v1/webhooks/${first.body.id}`);
    expect((await create()).status).toBe(201);
  });

  it('sessions are refused, with what to do', async () => {
    const live = engine.callAs((await engine.createKey('live')).key);
    const create = () => live('POST', '/v1/sessions', {});
    expect([(await create()).status, (await create()).status]).toEqual([201, 201]);
    const refused = await create();
    expect([refused.status, refused.body.error.message]).toEqual([
      409,
      expect.stringMatching(/^There are 2 sessions already.*BLUETICKS_MAX_SESSIONS/),
    ]);
  });
});
