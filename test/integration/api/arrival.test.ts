import Fastify, { type FastifyInstance } from 'fastify';
import { limitArrival } from '../../../engine/api/edge/arrival';
import { limitConnections } from '../../../engine/api/edge/connections';
import { until } from '../../support/engine/until';
import { RawConnection } from '../../support/engine/raw-request';

/** Short, so that the test need not wait; each test proves that what is not late is left alone. */
const LIMIT_MS = 200;
const MOST = 4;

let app: FastifyInstance;
let url: string;
let open: RawConnection[];
/** Requests that a slow route has begun. */
let begun: number;

beforeEach(async () => {
  open = [];
  begun = 0;
  app = Fastify({ connectionTimeout: LIMIT_MS, forceCloseConnections: true });
  limitConnections(app.server, MOST);
  limitArrival(app, { headersMs: LIMIT_MS, bodyMs: LIMIT_MS, refusedMs: LIMIT_MS });
  app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload));
  app.post('/json', async () => 'whole');
  app.post('/stream', { config: { streams: true } }, async ({ body }) => {
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) bytes += chunk.length;
    return `${bytes} bytes`;
  });
  app.get('/slow', async () => {
    begun += 1;
    await new Promise((resolve) => setTimeout(resolve, 4 * LIMIT_MS));
    return 'after a while';
  });
  app.get('/large', async () => 'x'.repeat(64 * 1024 * 1024));
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  open.forEach((connection) => connection.destroy());
  await app.close();
});

async function send(text: string): Promise<RawConnection> {
  const connection = await RawConnection.open(url);
  open.push(connection);
  connection.write(text);
  return connection;
}

const head = (path: string, type: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\ncontent-length: 20\r\n\r\n`;

it('ends a request whose body does not arrive, and says so', async () => {
  const half = await send(`${head('/json', 'application/json')}{"half":`);
  await half.closed;
  expect(half.received).toMatch(/^HTTP\/1.1 408 [^]*did not arrive in time/);
  const whole = await send(`${head('/json', 'application/json')}{"half":${' '.repeat(10)}1}`);
  expect(await whole.until(/whole/)).toMatch(/^HTTP\/1.1 200 /);
});

it('reads a stream for as long as bytes come, and no longer', async () => {
  const sending = await send(head('/stream', 'text/csv'));
  for (let i = 0; i < 10; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, LIMIT_MS / 3));
    sending.write('ab');
  }
  expect(await sending.until(/20 bytes/)).toMatch(/^HTTP\/1.1 200 /);
  const silent = await send(`${head('/stream', 'text/csv')}ab`);
  await silent.closed;
  expect(silent.received).toMatch(/^HTTP\/1.1 408 /);
});

it('waits for its own answer, however long it takes', async () => {
  const asked = await send('GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await asked.until(/after a while/);
});

it('gives up a client that does not read its answer', async () => {
  const asked = await send('GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n');
  asked.socket.pause();
  await until('it is there', async () => (await count()) === 1);
  await until('the connection is closed', async () => (await count()) === 0);
});

it('closes the longest idle of too many connections, and none that is working', async () => {
  const working = await send('GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await until('it has begun', () => begun === 1);
  const idle: RawConnection[] = [];
  for (let i = 0; i < MOST; i += 1) idle.push(await send(''));
  await idle[0]!.closed;
  const next = await send('GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await idle[1]!.closed;
  await Promise.all([working.until(/after a while/), next.until(/after a while/)]);
});

const count = (): Promise<number> =>
  new Promise((resolve, reject) =>
    app.server.getConnections((error, connections) => (error ? reject(error) : resolve(connections))),
  );
