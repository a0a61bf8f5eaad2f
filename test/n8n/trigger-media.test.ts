import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IDataObject } from 'n8n-workflow';
import { until } from '../support/engine/until';
import { LocalServer, reply } from './harness/local-server';
import { signedDelivery } from './harness/signed-delivery';
import { TriggerHost } from './harness/trigger-host';

const SECRET = 'whsec_test';
const SIGNED = '/v1/media/in_1?expires=1&signature=abc';
const file = Buffer.from('a picture, let us say');

/** The trigger in n8n-core's contexts. The engine has a file and does nothing else. */
describe('the file of a received message', () => {
  let engine: LocalServer;
  let requests: string[];
  let host: TriggerHost;
  let answer: (response: ServerResponse) => unknown;

  beforeEach(async () => {
    answer = (response) => response.writeHead(200, { 'content-type': 'image/png' }).end(file);
    engine = new LocalServer(handle);
    const baseUrl = await engine.listen();
    const credential = { connection: 'url', baseUrl, apiKey: `bt_test_${'x'.repeat(40)}` };
    host = new TriggerHost(credential, { events: ['message.received'], filters: {}, downloadMedia: true });
    await host.listen();
    requests = [];
    await host.activate();
    requests = [];
  });
  afterEach(() => {
    host.close();
    engine.close();
  });

  function handle({ url = '', method }: IncomingMessage, response: ServerResponse): unknown {
    requests.push(`${method} ${url}`);
    if (url.startsWith('/v1/media/')) return answer(response);
    return reply(response, method === 'POST' ? 201 : 200, { id: 'wh_1', secret: SECRET, data: [] });
  }

  /** The run that starts when the engine delivers a message with this file. */
  async function runOf(media: IDataObject | IDataObject[] | null) {
    const event = {
      id: `evt_${randomUUID()}`,
      type: 'message.received',
      created_at: '2026-01-05T09:00:00Z',
      data: { text: null, is_group: false, media },
    };
    const { status } = await fetch(host.urlOf('production'), signedDelivery(event, SECRET));
    expect(status).toBe(200);
    return await until('it runs', () => host.runs[0]);
  }
  const media = { mime: 'image/png', filename: 'a.png', size: file.length };

  it.each([
    ['the engine itself', 'http://127.0.0.1:7717'],
    ['a proxy with a path', 'https://engine.example/blueticks'],
  ])('is downloaded if its URL is that of %s', async (_whose, base) => {
    const { binary } = await runOf({ ...media, url: base + SIGNED });
    expect(requests).toEqual([`GET ${SIGNED}`]);
    expect(binary).toMatchObject({ data: { mimeType: 'image/png', fileName: 'a.png' } });
    expect(Buffer.from(binary!.data!.data, 'base64')).toEqual(file);
  });

  it('is one of several that a burst has, numbered in their order', async () => {
    let asked = 0;
    answer = (response) =>
      asked++ === 1 ? response.writeHead(410).end() : response.writeHead(200).end(`file ${asked}`);
    const url = `http://127.0.0.1:7717${SIGNED}`;
    const files = ['a.png', 'b.png', 'c.png', null].map((filename) => ({ ...media, filename, url }));
    files[3]!.url = 'none';
    const { json, binary } = await runOf(files);
    const contents = Object.entries(binary!).map(([name, { data, fileName }]) => [
      ...[name, fileName, Buffer.from(data, 'base64').toString()],
    ]);
    expect(contents).toEqual([
      ['data', 'a.png', 'file 1'],
      ['data2', 'c.png', 'file 3'],
    ]);
    expect(json.media).toEqual([files[0], { ...files[1], error: expect.anything() }, ...files.slice(2)]);
  });

  it('does not stop the run if it is gone', async () => {
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
    ['no URL', { ...media, url: null }],
    ['a URL that is not of the engine', { ...media, url: 'https://evil.example/v2/secrets?x=1' }],
  ])('is not downloaded with %s', async (_what, received) => {
    const { json, binary } = await runOf(received);
    expect(json.media).toEqual(received);
    expect(binary).toBeUndefined();
    expect(requests).toEqual([]);
  });

  it('is not downloaded unless wanted', async () => {
    host.parameters = { events: ['message.received'], filters: {} };
    expect((await runOf({ ...media, url: `http://127.0.0.1:7717${SIGNED}` })).binary).toBeUndefined();
    expect(requests).toEqual([]);
  });
});
