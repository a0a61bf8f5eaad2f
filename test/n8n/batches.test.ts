import { randomUUID } from 'node:crypto';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { IDataObject, INodeExecutionData, INodeParameters, IRun } from 'n8n-workflow';
import { LocalServer, reply } from './harness/local-server';
import { startRealEngine, type RealEngine } from './harness/real-engine';
import { jsonOf, outputOf, runWorkflow, source, workflowOf, type Step } from './harness/run-workflow';
import { cardOf, step } from './harness/steps';

/** The engine behind a server that notes the requests, and answers some itself. */
let engine: RealEngine;
let server: LocalServer;
let credential: IDataObject;
let posts: string[] = [];
let answers: (path: string, response: ServerResponse) => boolean;

beforeAll(async () => {
  engine = await startRealEngine();
  server = new LocalServer(passOn);
  credential = { ...engine.byUrl, baseUrl: await server.listen() };
}, 90_000);
afterAll(async () => {
  server?.close();
  await engine?.stop();
});
beforeEach(() => {
  posts = [];
  answers = () => false;
});

function passOn(from: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const path = from.url ?? '';
  if (from.method === 'POST') posts.push(path.replace('/v1/scheduled-messages', '') || '/');
  if (answers(path, response)) return;
  const { method, headers } = from;
  const onward = request(`${String(engine.byUrl.baseUrl)}${path}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  onward.end(body);
}

const TO = '+15005550003';
const items = (count: number, bad: number[] = []): INodeExecutionData[] =>
  Array.from({ length: count }, (_, index) => ({
    json: { to: bad.includes(index) ? '0641' : TO, text: `Message ${index}` },
  }));
const inAnHour = new Date(Date.now() + 3_600_000).toISOString();

function schedule(parameters: INodeParameters, onError?: Step['onError']): Step {
  const all = { to: '={{ $json.to }}', text: '={{ $json.text }}', sendAt: inAnHour, ...parameters };
  return step('message', 'schedule', all, onError);
}
const run = (input: INodeExecutionData[], node: Step, options?: { retryOf: IRun }): Promise<IRun> =>
  runWorkflow(workflowOf([source(input), node]), credential as never, options);
const CONTINUE = 'continueRegularOutput';
const texts = (rows: IDataObject[]) => rows.map(({ text }) => text);
const pairs = (output: INodeExecutionData[]) => output.map(({ pairedItem }) => pairedItem);

async function listed(reference: string): Promise<unknown[]> {
  const page = await engine.ask('GET', `/v1/messages?limit=200&reference=${reference}`);
  return texts(page.data as IDataObject[]).reverse();
}

it('creates the messages of many items in few requests, each paired with its item', async () => {
  const output = outputOf(await run(items(300), schedule({})), 'schedule');
  expect(posts).toEqual(['/batch', '/batch']);
  expect(texts(output.map(({ json }) => json))).toEqual(texts(items(300).map(({ json }) => json)));
  expect(pairs(output)).toEqual(items(300).map((_, item) => ({ item })));
  expect(output.every(({ json }) => json.send_at_local)).toBe(true);
});

it('gives each bad item the error that it has alone, and sends the others', async () => {
  const reference = randomUUID();
  const input = items(20, [3, 7]);
  input[9]!.json.text = { a: 1 } as never;
  const output = outputOf(await run(input, schedule({ options: { reference } }, CONTINUE)), 'schedule');
  expect(pairs(output)).toEqual(input.map((_, item) => ({ item })));
  const alone = outputOf(await run([input[3]!], schedule({}, CONTINUE)), 'schedule')[0]!;
  for (const bad of [3, 7]) {
    const withoutId = (text: unknown) => String(text).replace(/req_\w+/, '');
    expect(output[bad]!.json.error).toBe(alone.json.error);
    expect(output[bad]!.error?.description).toMatch(/^Correct the field named above/);
    expect(withoutId(output[bad]!.error?.description)).toBe(withoutId(alone.error?.description));
    expect(output[bad]!.error).toMatchObject({ context: { itemIndex: bad } });
  }
  expect(output[9]!.json.error).toMatch(/^Text: the expression returns an object/);
  const good = input.flatMap(({ json }, index) => ([3, 7, 9].includes(index) ? [] : [json.text]));
  expect(await listed(reference)).toEqual(good);
});

it('stops at the first bad item, after those before it', async () => {
  const reference = randomUUID();
  const card = cardOf(await run(items(20, [5, 8]), schedule({ options: { reference } })));
  expect(card.message).toMatch(/^to has no \+ and country code/);
  expect(card.context.itemIndex).toBe(5);
  expect(await listed(reference)).toEqual(texts(items(5).map(({ json }) => json)));
});

it('sends nothing twice when the execution is retried, whatever came in a batch before', async () => {
  const reference = randomUUID();
  const node = (to: string) => schedule({ to, options: { reference } });
  const input = items(6, [4]);
  const failed = await run(input, node('={{ $json.to }}'));
  expect(await listed(reference)).toHaveLength(4);
  const retried = await run(input, node(TO), { retryOf: failed });
  expect(texts(jsonOf(retried, 'schedule'))).toEqual(texts(input.map(({ json }) => json)));
  expect(await listed(reference)).toEqual(texts(input.map(({ json }) => json)));
});

it('keeps the idempotency key of each item, also of two with the same', async () => {
  const reference = randomUUID();
  const input = ['a', 'b', 'a', 'c'].map((text) => ({
    json: { to: TO, text, key: `${reference}${text}`.slice(-40) },
  }));
  const options = { reference, idempotencyKey: '={{ $json.key }}' };
  const alone = jsonOf(await run([input[1]!], schedule({ options })), 'schedule');
  const ids = jsonOf(await run(input, schedule({ options })), 'schedule').map(({ id }) => id);
  expect([ids[0] === ids[2], ids[1] === alone[0]!.id, new Set(ids).size]).toEqual([true, true, 3]);
  expect([...(await listed(reference))].sort()).toEqual(['a', 'b', 'c']);
  const other = input.map(({ json }, index) => ({ json: { ...json, text: index === 1 ? 'x' : json.text } }));
  const output = outputOf(await run(other, schedule({ options }, CONTINUE)), 'schedule');
  expect(output[1]!.error?.description).toMatch(/Use a different key/);
  expect(output.filter(({ json }) => json.error)).toHaveLength(1);
});

it('gives every item the error of an engine that is out of reach, after one request', async () => {
  answers = (_, response) => {
    const error = { code: 'unavailable', message: 'The database is out of reach.', request_id: 'req_1' };
    reply(response, 503, { error });
    return true;
  };
  const output = outputOf(await run(items(5), schedule({}, CONTINUE)), 'schedule');
  expect(posts).toEqual(['/batch']);
  expect(output.map(({ json }) => json.error)).toEqual(Array(5).fill('The database is out of reach.'));
  expect(output.map(({ error }) => error?.context.itemIndex)).toEqual([0, 1, 2, 3, 4]);
});

it('sends files in requests that the engine takes', async () => {
  const data = Buffer.alloc(5 * 1024 * 1024, 'x').toString('base64');
  const input = items(3).map((item) => ({
    ...item,
    binary: { data: { data, mimeType: 'application/octet-stream', fileName: 'a.bin' } },
  }));
  const node = schedule({ type: 'media', mediaSource: 'binary', binaryPropertyName: 'data' });
  expect(jsonOf(await run(input, node), 'schedule')).toHaveLength(3);
  expect(posts.length).toBeGreaterThan(1);
});
