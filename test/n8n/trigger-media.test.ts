import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject } from 'n8n-workflow';
import { TriggerHost } from './harness/trigger-host';

const SECRET = 'whsec_test';
const SIGNED = '/v1/media/in_1?expires=1&signature=abc';
const file = Buffer.from('a picture, let us say');

/** The trigger in n8n-core's contexts, at an engine that has a file and does nothing else. */
describe('the file of a received message, in the trigger', () => {
  let engine: Server;
  let asked: string[];
  let host: TriggerHost;
  let answer: (response: ServerResponse) => void;

  beforeEach(async () => {
    asked = [];
    answer = (response) => response.writeHead(200, { 'content-type': 'image/png' }).end(file);
    engine = createServer((request, response) => take(request, response));
    await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`;
    const credential = { connection: 'url', baseUrl, apiKey: `bt_test_${'x'.repeat(40)}` };
    host = new TriggerHost(credential, { events: ['message.received'], filters: {}, downloadMedia: true });
    await host.listen();
    await host.activate();
    asked = [];
  });
  afterEach(() => {
    host.close();
    engine.closeAllConnections();
    engine.close();
  });

  function take({ url = '', method }: IncomingMessage, response: ServerResponse): void {
    asked.push(`${method} ${url}`);
    if (url.startsWith('/v1/media/')) return answer(response);
    response.writeHead(method === 'POST' ? 201 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id: 'wh_1', secret: SECRET, data: [] }));
  }

  /** What runs when the engine tells of a message with this file. */
  async function runOf(media: IDataObject | null) {
    const data = { text: null, is_group: false, media };
    const event = {
      id: `evt_${randomUUID()}`,
      type: 'message.received',
      created_at: '2026-01-05T09:00:00Z',
      data,
    };
    const body = JSON.stringify(event);
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex');
    const headers = {
      'blueticks-webhook-timestamp': timestamp,
      'blueticks-webhook-signature': `v1=${signature}`,
    };
    const { status } = await fetch(host.urlOf('production'), { method: 'POST', body, headers });
    expect(status).toBe(200);
    while (host.answers.length === 0) await new Promise((resolve) => setImmediate(resolve));
    return host.runs[0]!;
  }
  const media = { mime: 'image/png', filename: 'a.png', size: file.length };

  it.each([
    ['the engine’s own', 'http://127.0.0.1:7717'],
    ['another host’s, behind a path', 'https://engine.example/blueticks'],
  ])('is had by an address that is %s', async (_whose, base) => {
    const { binary } = await runOf({ ...media, url: base + SIGNED });
    expect(asked).toEqual([`GET ${SIGNED}`]);
    expect(binary).toMatchObject({ data: { mimeType: 'image/png', fileName: 'a.png' } });
    expect(Buffer.from(binary!.data!.data, 'base64')).toEqual(file);
  });

  it('that is gone does not keep the run from starting', async () => {
    answer = (response) =>
      response
        .writeHead(410, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: { code: 'not_found', message: 'It has expired.' } }));
    const { json, binary } = await runOf({ ...media, url: `http://127.0.0.1:7717${SIGNED}` });
    expect(binary).toBeUndefined();
    expect(json.media).toMatchObject({ filename: 'a.png', error: expect.stringContaining('expired') });
  });

  it.each([
    ['no file', null],
    ['no address', { ...media, url: null }],
    ['an address that is not the engine’s', { ...media, url: 'https://evil.example/v2/secrets?x=1' }],
  ])('is not asked for with %s', async (_what, told) => {
    const { json, binary } = await runOf(told);
    expect(json.media).toEqual(told);
    expect(binary).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('is not asked for unless it is wanted', async () => {
    host.parameters = { events: ['message.received'], filters: {} };
    expect((await runOf({ ...media, url: `http://127.0.0.1:7717${SIGNED}` })).binary).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
