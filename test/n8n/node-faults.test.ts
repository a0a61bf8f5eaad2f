import type { IncomingMessage, ServerResponse } from 'node:http';
import { LocalServer, reply } from './harness/local-server';
import { jsonOf, outputOf, runWorkflow, source, workflowOf, type Step } from './harness/run-workflow';
import { byId, cardOf, step } from './harness/steps';

/** What only a server that misbehaves can show. Everything else is tested against the real engine. */
type Handler = (request: IncomingMessage, response: ServerResponse, call: number) => void;

let server: LocalServer | undefined;

async function serve(handler: Handler): Promise<string> {
  let calls = 0;
  server = new LocalServer((request, response) => handler(request, response, (calls += 1)));
  return await server.listen();
}

afterEach(() => {
  server?.close();
  server = undefined;
});

const refusal = (code: string, message: string, details?: unknown) => ({
  error: { code, message, request_id: 'req_1', details },
});

const getMessage = (onError?: Step['onError']): Step =>
  step('message', 'get', { messageId: byId('msg_1') }, onError);

const credential = (baseUrl: string) => ({ connection: 'url', baseUrl, apiKey: 'bt_test_x' });

async function errorOf(baseUrl: string) {
  return cardOf(await runWorkflow(workflowOf([source([{ json: {} }]), getMessage()]), credential(baseUrl)));
}

it('says what to do if nothing answers', async () => {
  const error = await errorOf('http://127.0.0.1:9');
  expect(error.message).toBe('The Blueticks engine at http://127.0.0.1:9 cannot be reached');
  expect(error.description).toMatch(/Start the engine .*Docker.*ECONNREFUSED/);
});

it('says that another program answers at the URL', async () => {
  const url = await serve((_, response) => reply(response, 200, '<html>', { 'content-type': 'text/html' }));
  expect((await errorOf(url)).message).toBe(`The server at ${url} is not a Blueticks engine`);
});

it('shows the error of the engine, what to do, the status and the item', async () => {
  const url = await serve((_, response) =>
    reply(response, 404, refusal('not_found', 'There is no message msg_1.')),
  );
  const error = await errorOf(url);
  expect(error).toMatchObject({
    name: 'NodeApiError',
    message: 'There is no message msg_1.',
    httpCode: '404',
  });
  expect(error.description).toMatch(/Check the ID.*\(Request req_1\)/);
  expect(error.context.itemIndex).toBe(0);
});

it('names every invalid field', async () => {
  const details = [
    { path: 'to', code: 'invalid', message: 'has no country code.' },
    { path: 'text', code: 'too_long', message: 'is longer than 4096 characters' },
  ];
  const body = refusal('invalid_request', 'to has no country code. (1 more in details.)', details);
  const url = await serve((_, response) => reply(response, 400, body));
  expect((await errorOf(url)).description).toContain('text is longer than 4096 characters');
});

it('says what to do if the key is refused', async () => {
  const body = refusal('authentication_required', 'The key is unknown.');
  const url = await serve((_, response) => reply(response, 401, body));
  expect((await errorOf(url)).description).toContain('Open the credential');
});

it('waits out a short rate limit', async () => {
  const limit = refusal('rate_limited', 'Too many requests.');
  const url = await serve((_, response, call) =>
    call === 1 ? reply(response, 429, limit, { 'retry-after': '1' }) : reply(response, 200, { id: 'msg_1' }),
  );
  const run = await runWorkflow(workflowOf([source([{ json: {} }]), getMessage()]), credential(url));
  expect(jsonOf(run, 'get')).toEqual([{ id: 'msg_1' }]);
});

it('does not wait out a long rate limit', async () => {
  const limit = refusal('rate_limited', 'Too many requests.');
  const url = await serve((_, response) => reply(response, 429, limit, { 'retry-after': '3600' }));
  const error = await errorOf(url);
  expect(error).toMatchObject({ httpCode: '429', message: 'Too many requests.' });
  expect(error.description).toContain('Retry On Fail');
});

it('does not follow a redirect with the key', async () => {
  const seen: string[] = [];
  const url = await serve((request, response) => {
    seen.push(request.url ?? '');
    reply(response, 302, '', { location: '/elsewhere' });
  });
  expect((await errorOf(url)).message).toContain('is not a Blueticks engine');
  expect(seen).toEqual(['/v1/scheduled-messages/msg_1']);
});

it('continues with the other items if told to', async () => {
  const url = await serve((_, response, call) =>
    call === 1
      ? reply(response, 404, refusal('not_found', 'Not there.'))
      : reply(response, 200, { id: 'msg_2' }),
  );
  const steps = [source([{ json: {} }, { json: {} }]), getMessage('continueRegularOutput')];
  const run = await runWorkflow(workflowOf(steps), credential(url));
  const [failed, good] = outputOf(run, 'get');
  expect(failed).toMatchObject({ json: { error: 'Not there.' }, pairedItem: { item: 0 } });
  expect(good).toMatchObject({ json: { id: 'msg_2' }, pairedItem: { item: 1 } });
});

it('reads all pages of a list, but not more rows than requested', async () => {
  const queries: URLSearchParams[] = [];
  const url = await serve((request, response, call) => {
    queries.push(new URL(request.url ?? '', 'http://x').searchParams);
    const data = Array.from({ length: Number(queries.at(-1)!.get('limit')) }, (_, i) => ({
      id: `msg_${call}_${i}`,
    }));
    reply(response, 200, { data, has_more: true, next_cursor: `c${call}` });
  });
  const list = step('message', 'getAll', { returnAll: false, limit: 250 });
  const run = await runWorkflow(workflowOf([source([{ json: {} }]), list]), credential(url));
  expect(jsonOf(run, 'getAll')).toHaveLength(250);
  expect(queries.map((query) => [query.get('limit'), query.get('cursor')])).toEqual([
    ['200', null],
    ['50', 'c1'],
  ]);
});

it.each([
  [
    'no base URL',
    { connection: 'url', baseUrl: 'localhost', apiKey: 'x' },
    /Base URL "localhost" is not a URL/,
  ],
  ['no key', { connection: 'url', baseUrl: 'http://127.0.0.1:9', apiKey: ' ' }, /has no API Key/],
])('says what the credential is missing: %s', async (_, data, message) => {
  const run = await runWorkflow(workflowOf([source([{ json: {} }]), getMessage()]), data);
  expect(run.data.resultData.error?.message).toMatch(message);
});
