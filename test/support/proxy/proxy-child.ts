import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { PROXY_ADDRESS, type ProxySettings } from './proxy-settings';

/*
 * A proxy with a user and a password: HTTP CONNECT, or SOCKS5 (RFC 1928, 1929). It knows names that nobody else knows
 * (`*.test` is this machine), and connects from an address of its own, so that a test can tell what came through it.
 */

const { kind, port, user, password } = JSON.parse(process.argv[2] ?? '') as ProxySettings;

/** Connects the client to its target. @param answer tells the client whether that worked */
function join(client: Socket, host: string, to: number, answer: (worked: boolean) => void): void {
  const target = connect({
    host: host.endsWith('.test') ? '127.0.0.1' : host,
    port: to,
    localAddress: PROXY_ADDRESS,
    noDelay: true,
  });
  target.once('error', () => {
    answer(false);
    client.end();
  });
  target.once('connect', () => {
    process.send?.({ host, port: to });
    answer(true);
    pipeline(client, target, client, () => undefined);
  });
}

function httpProxy(): Server {
  const server = createHttpServer((_request, response) => response.writeHead(405).end());
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  server.on('connect', (request, client: Socket) => {
    client.on('error', () => undefined);
    if (request.headers['proxy-authorization'] !== wanted) {
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="test"\r\n\r\n',
      );
      return;
    }
    const { hostname, port: to } = new URL(`http://${request.url}`);
    join(client, hostname, Number(to || 80), (worked) =>
      client.write(
        worked ? 'HTTP/1.1 200 Connection established\r\n\r\n' : 'HTTP/1.1 502 Bad Gateway\r\n\r\n',
      ),
    );
  });
  return server;
}

/** Reads exactly so many bytes at a time. */
function reader(client: Socket): (length: number) => Promise<Buffer> {
  return async (length) => {
    for (;;) {
      const bytes = client.read(length) as Buffer | null;
      if (bytes) return bytes;
      await new Promise((resolve) => client.once('readable', resolve));
    }
  };
}

async function serveSocks(client: Socket): Promise<void> {
  const take = reader(client);
  const [, methods = 0] = await take(2);
  const offered = await take(methods);
  if (!offered.includes(2)) return void client.end(Buffer.of(5, 0xff));
  client.write(Buffer.of(5, 2));
  const [, userLength = 0] = await take(2);
  const givenUser = (await take(userLength)).toString();
  const [passwordLength = 0] = await take(1);
  const known = givenUser === user && (await take(passwordLength)).toString() === password;
  if (!known) return void client.end(Buffer.of(1, 1));
  client.write(Buffer.of(1, 0));
  const [, , , type] = await take(4);
  const host =
    type === 3
      ? (await take((await take(1))[0] ?? 0)).toString()
      : [...(await take(4))].map(String).join('.');
  const to = (await take(2)).readUInt16BE();
  join(client, host, to, (worked) => client.write(Buffer.of(5, worked ? 0 : 4, 0, 1, 0, 0, 0, 0, 0, 0)));
}

function socksProxy(): Server {
  return createServer((client) => {
    client.on('error', () => undefined);
    void serveSocks(client);
  });
}

const server = kind === 'http' ? httpProxy() : socksProxy();
server.listen(port, '127.0.0.1', () => process.send?.({ listens: (server.address() as AddressInfo).port }));
// With its parent.
process.on('disconnect', () => process.exit());
