import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INodeParameters } from 'n8n-workflow';
import { jsonOf, outputOf, runWorkflow, source, workflowOf, type Step } from './harness/run-workflow';

/** What only a server that misbehaves can show: everything else is tested against the real engine. */
type Handler = (request: IncomingMessage, response: ServerResponse, call: number) => void;

let server: Server | undefined;

async function serve(handler: Handler): Promise<string> {
  let calls = 0;
  server = createServer((request, response) => handler(request, response, (calls += 1)));
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

function reply(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

const refusal = (code: string, message: string, details?: unknown) => ({
  error: { code, message, request_id: 'req_1', details },
});

const getMessage = (onError?: Step['onError']): Step => ({
  name: 'Get',
  type: 'blueticks',
  parameters: {
    resource: 'message',
    operation: 'get',
    messageId: { __rl: true, mode: 'id', value: 'msg_1' },
  },
  onError,
});

const credential = (baseUrl: string) => ({ connection: 'url', baseUrl, apiKey: 'bt_test_x' });

async function errorOf(baseUrl: string, parameters?: INodeParameters) {
  const step = getMessage();
  if (parameters) step.parameters = parameters;
  const run = await runWorkflow(workflowOf([source([{ json: {} }]), step]), credential(baseUrl));
  return run.data.resultData.error as unknown as {
    name: string;
    message: string;
    description: string;
    httpCode: string | null;
    context: { itemIndex?: number };
  };
}

test('says what to do when nothing answers', async () => {
  const error = await errorOf('http://127.0.0.1:9');
  expect(error.message).toBe('The Blueticks engine at http://127.0.0.1:9 cannot be reached');
  expect(error.description).toMatch(/Start the engine .*Docker.*ECONNREFUSED/);
});

test('says that something else answers at the address', async () => {
  const url = await serve((_, response) => reply(response, 200, '<html>', { 'content-type': 'text/html' }));
  expect((await errorOf(url)).message).toBe(`The server at ${url} is not a Blueticks engine`);
});

test('shows the engine’s message, what to do about it, the status and the item', async () => {
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

test('names every field that fails', async () => {
  const details = [
    { path: 'to', code: 'invalid', message: 'has no country code.' },
    { path: 'text', code: 'too_long', message: 'is longer than 4096 characters' },
  ];
  const body = refusal('invalid_request', 'to has no country code. (1 more in details.)', details);
  const url = await serve((_, response) => reply(response, 400, body));
  expect((await errorOf(url)).description).toContain('text is longer than 4096 characters');
});

test('says that the key was refused', async () => {
  const body = refusal('authentication_required', 'The key is unknown.');
  const url = await serve((_, response) => reply(response, 401, body));
  expect((await errorOf(url)).description).toContain('Open the credential');
});

test('waits a short rate limit out', async () => {
  const limit = refusal('rate_limited', 'Too many requests.');
  const url = await serve((_, response, call) =>
    call === 1 ? reply(response, 429, limit, { 'retry-after': '1' }) : reply(response, 200, { id: 'msg_1' }),
  );
  const run = await runWorkflow(workflowOf([source([{ json: {} }]), getMessage()]), credential(url));
  expect(jsonOf(run, 'Get')).toEqual([{ id: 'msg_1' }]);
});

test('does not wait a long rate limit out', async () => {
  const limit = refusal('rate_limited', 'Too many requests.');
  const url = await serve((_, response) => reply(response, 429, limit, { 'retry-after': '3600' }));
  const error = await errorOf(url);
  expect(error).toMatchObject({ httpCode: '429', message: 'Too many requests.' });
  expect(error.description).toContain('Retry On Fail');
});

test('follows no redirect with the key', async () => {
  const seen: string[] = [];
  const url = await serve((request, response) => {
    seen.push(request.url ?? '');
    reply(response, 302, '', { location: '/elsewhere' });
  });
  expect((await errorOf(url)).message).toContain('is not a Blueticks engine');
  expect(seen).toEqual(['/v1/scheduled-messages/msg_1']);
});

test('goes on with the other items when told to', async () => {
  const url = await serve((_, response, call) =>
    call === 1
      ? reply(response, 404, refusal('not_found', 'Not there.'))
      : reply(response, 200, { id: 'msg_2' }),
  );
  const steps = [source([{ json: {} }, { json: {} }]), getMessage('continueRegularOutput')];
  const run = await runWorkflow(workflowOf(steps), credential(url));
  const [failed, good] = outputOf(run, 'Get');
  expect(failed).toMatchObject({ json: { error: 'Not there.' }, pairedItem: { item: 0 } });
  expect(good).toMatchObject({ json: { id: 'msg_2' }, pairedItem: { item: 1 } });
});

test('reads all pages of a list, and no more than were asked for', async () => {
  const queries: URLSearchParams[] = [];
  const url = await serve((request, response, call) => {
    queries.push(new URL(request.url ?? '', 'http://x').searchParams);
    const data = Array.from({ length: Number(queries.at(-1)!.get('limit')) }, (_, i) => ({
      id: `msg_${call}_${i}`,
    }));
    reply(response, 200, { data, has_more: true, next_cursor: `c${call}` });
  });
  const list: Step = {
    name: 'List',
    type: 'blueticks',
    parameters: { resource: 'message', operation: 'getAll', returnAll: false, limit: 250 },
  };
  const run = await runWorkflow(workflowOf([source([{ json: {} }]), list]), credential(url));
  expect(jsonOf(run, 'List')).toHaveLength(250);
  expect(queries.map((query) => [query.get('limit'), query.get('cursor')])).toEqual([
    ['200', null],
    ['50', 'c1'],
  ]);
});

test.each([
  [
    'no base url',
    { connection: 'url', baseUrl: 'localhost', apiKey: 'x' },
    /Base URL "localhost" is not a URL/,
  ],
  ['no key', { connection: 'url', baseUrl: 'http://127.0.0.1:9', apiKey: ' ' }, /has no API Key/],
])('says what the credential lacks: %s', async (_, data, message) => {
  const run = await runWorkflow(workflowOf([source([{ json: {} }]), getMessage()]), data);
  expect(run.data.resultData.error?.message).toMatch(message);
});
