import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { controlClient } from '../../../engine/cli/engine/call-engine';
import { engineProof } from '../../../engine/data-folder/control-proof';
import { writeEngineFile, type EngineFile } from '../../../engine/data-folder/engine-file';
import { findRunningEngine } from '../../../engine/data-folder/running-engine';
import { tempFolder } from '../../support/servers/temp-folder';

const TOKEN = 'the-control-token';

/** The program that listens where the engine of the data folder listened before it was killed. */
let server: Server;
let asked: { request: IncomingMessage; body: string }[];
let answer: RequestListener;
let file: EngineFile;
let folder: Awaited<ReturnType<typeof tempFolder>>;

beforeAll(async () => {
  folder = await tempFolder('running-engine');
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      asked.push({ request, body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  file = {
    ...{ url: `http://127.0.0.1:${port}`, pid: process.pid, version: '0.1.0' },
    ...{ control_token: TOKEN, started_at: '2026-01-01T00:00:00.000Z' },
  };
  writeEngineFile(folder.path, file);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await folder.remove();
});
beforeEach(() => (asked = []));

const json =
  (make: (query: URLSearchParams) => object): RequestListener =>
  ({ url }, response) =>
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify(make(new URL(url ?? '', file.url).searchParams)));

const challenge = '1.2.3';
const proofFor = (nonce: string | null, token = TOKEN): object => ({
  challenge,
  proof: engineProof(token, nonce ?? '', challenge),
});

it('finds an engine that proves that it knows the token', async () => {
  answer = json((query) => proofFor(query.get('nonce')));
  expect(await findRunningEngine(folder.path)).toEqual(file);
});

describe('a stranger on the port of the engine', () => {
  const strangers: [string, RequestListener][] = [
    ['answers with the process id of the engine', json(() => ({ status: 'ok', pid: process.pid }))],
    ['makes up a proof', json((query) => proofFor(query.get('nonce'), 'guessed'))],
    ['repeats the proof of another challenge', json(() => proofFor('an-older-nonce'))],
    ['sends back what it got', json((query) => ({ challenge, proof: query.get('nonce') }))],
    ['answers with something else', (_request, response) => response.end('hello')],
    ['leads elsewhere', (_request, response) => response.writeHead(302, { location: '/x' }).end()],
    ['never stops answering', (_request, response) => void endless(response)],
  ];

  it.each(strangers)('that %s is not the engine, and learns nothing', async (_name, stranger) => {
    answer = stranger;
    expect(await findRunningEngine(folder.path)).toBeNull();
    const import_ = { name: 'secret contacts' };
    await expect(controlClient(file)('POST', '/keys', import_)).rejects.toThrow(/could not prove/);
    expect(asked.length).toBeGreaterThan(0);
    for (const { request, body } of asked) {
      expect(request.url).toMatch(/^\/(control\/challenge\?nonce=[\w-]{22}|x)$/);
      expect(JSON.stringify([request.headers, request.url])).not.toContain(TOKEN);
      expect(request.headers.authorization).toBeUndefined();
      expect(body).toBe('');
    }
  });
});

function endless(response: Parameters<RequestListener>[1]): void {
  const chunk = `{"proof":"${'x'.repeat(1000)}`;
  const timer = setInterval(() => response.write(chunk), 1);
  response.on('close', () => clearInterval(timer));
}
