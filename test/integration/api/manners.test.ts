import { connect } from 'node:net';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { expectEnvelope, expectFault } from '../../support/engine/refusal';

const text = { type: 'text', to: '+15005550003', text: 'Hello' };

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

describe('JSON that is none', () => {
  it.each([
    ['{', /^The body is not valid JSON: .*position 1/],
    ['{"type":"text",}', /^The body is not valid JSON: .*position 15/],
    ["{'type':'text'}", /^The body is not valid JSON: .*position 1/],
    ['hello', /^The body is not valid JSON: Unexpected token/],
    [
      '{"__proto__":{"type":"text"}}',
      /key named __proto__ or constructor\.prototype, which is never accepted/,
    ],
    [
      '{"constructor":{"prototype":{}}}',
      /key named __proto__ or constructor\.prototype, which is never accepted/,
    ],
  ])('%s', async (body, says) => {
    const answer = await engine.call('POST', '/v1/messages', body);
    expectEnvelope(answer);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_request']);
    expect(answer.body.error.message).toMatch(says);
  });

  it('an empty body counts as one without fields', async () => {
    expectFault(
      await engine.call('POST', '/v1/messages', ''),
      'type',
      'required',
      'is required. Send one of: text, media, poll, location, contact.',
    );
  });
});

describe('content types', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
  ])('%s is not taken', async (type) => {
    const answer = await engine.call('POST', '/v1/messages', JSON.stringify(text), { 'content-type': type });
    expectEnvelope(answer);
    expect([answer.status, answer.body.error.code]).toEqual([415, 'invalid_request']);
    expect(answer.body.error.message).toMatch(/must be JSON: set Content-Type: application\/json/);
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON'])(
    '%s is',
    async (type) => {
      const answer = await engine.call('POST', '/v1/messages', JSON.stringify(text), {
        'content-type': type,
      });
      expect(answer.status).toBe(201);
    },
  );
});

describe('a method that a path does not take', () => {
  it.each([
    ['PUT', '/v1/messages', 'GET, HEAD, POST'],
    ['DELETE', '/v1/scheduled-messages', 'GET, HEAD, POST'],
    ['PUT', '/v1/messages/msg_x', 'DELETE, GET, HEAD, PATCH'],
    ['GET', '/v1/messages/msg_x/cancel', 'POST'],
    ['POST', '/v1/ping', 'GET, HEAD'],
    ['POST', '/v1/ping/', 'GET, HEAD'],
    ['OPTIONS', '/v1/webhooks?x=1', 'GET, HEAD, POST'],
    ['POST', '/healthz', 'GET, HEAD'],
  ])('%s %s', async (method, path, allow) => {
    const answer = await engine.call(method, path);
    expectEnvelope(answer);
    expect([answer.status, answer.body.error.code]).toEqual([405, 'invalid_request']);
    expect(answer.headers.get('allow')).toBe(allow);
    expect(answer.body.error.message).toBe(
      `${method} is not allowed here. Use ${allow.replace(/, (\w+)$/, ' or $1')}.`,
    );
  });
});

describe('a path that is not there', () => {
  it.each(['/v1/nope', '/nope', '/v1', '/v2/messages', '/v1/messages/msg_x/nope'])('%s', async (path) => {
    const answer = await engine.call('GET', path);
    expectEnvelope(answer);
    expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
    expect(answer.body.error.message).toBe(`Nothing found at GET ${path}.`);
  });

  it('cannot even be read', async () => {
    const answer = await engine.call('GET', '/v1/messages/%zz');
    expectEnvelope(answer);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_request']);
    expect(answer.body.error.message).toMatch(/A % must start an escape such as %20/);
  });
});

it('a slash at the end makes no other path', async () => {
  const { status, body } = await engine.call('POST', '/v1/messages/', text);
  expect([status, body.text]).toEqual([201, 'Hello']);
});

it('a body over 16 MiB is refused before it is all there, one just under it is read', async () => {
  const over = await engine.call('POST', '/v1/messages', { ...text, text: 'x'.repeat(16 * 1024 * 1024) });
  expectEnvelope(over);
  expect([over.status, over.body.error.code]).toEqual([413, 'payload_too_large']);
  expect(over.body.error.message).toBe('The body is over 16 MiB. Send media by url, or a smaller batch.');
  const under = await engine.call('POST', '/v1/messages', {
    ...text,
    text: 'x'.repeat(16 * 1024 * 1024 - 200),
  });
  expectFault(under, 'text', 'too_big', 'must have at most 4096 characters');
});

describe('a route that takes no body', () => {
  it.each([
    ['POST', 'cancel'],
    ['DELETE', ''],
  ])('%s …/%s refuses fields', async (method, action) => {
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await engine.call('POST', '/v1/messages', { ...text, send_at: inAnHour });
    const path = `/v1/messages/${body.id}/${action}`.replace(/\/$/, '');
    const answer = await engine.call(method, path, { reason: 'x' });
    expectFault(answer, 'reason', 'unknown_field', /has none\. Leave the body out\.$/);
    expectFault(
      await engine.call(method, path, ['x']),
      '',
      'unknown_field',
      /^is not used by this path\. Leave it out\.$/,
    );
    expect((await engine.call('GET', `/v1/messages/${body.id}`)).body.status).toBe('scheduled');
    expect((await engine.call(method, path, {})).status).toBe(200);
  });
});

it('every answer has a request id of its own', async () => {
  const answers = await Promise.all([
    engine.call('GET', '/v1/ping'),
    engine.call('GET', '/healthz'),
    engine.call('GET', '/metrics'),
    engine.call('POST', '/v1/messages', text),
    engine.callAs(null)('GET', '/v1/ping'),
    engine.call('GET', '/nope'),
  ]);
  const ids = answers.map(({ headers }) => headers.get('x-request-id'));
  for (const id of ids) expect(id).toMatch(/^req_[0-9A-Z]{26}$/);
  expect(new Set(ids).size).toBe(ids.length);
});

it.each([
  ['HELLO\r\n\r\n', 400, /not an HTTP request/],
  [`GET /v1/ping HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431, /headers are too long/],
])('what is no HTTP is answered in the same form (%#)', async (bytes, status, says) => {
  const { hostname, port } = new URL(engine.url);
  const answer = await new Promise<string>((resolve, reject) => {
    let words = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (data) => (words += data.toString()));
    socket.on('error', reject).on('close', () => resolve(words));
  });
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  const { error } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
  expect(error.code).toBe('invalid_request');
  expect(error.message).toMatch(says);
  expect(answer).toContain(`X-Request-Id: ${error.request_id}`);
});
