import { createServer as createHttpsServer } from 'node:https';
import { createServer as createHttpServer, get, type Server as HttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { proxiedAgent, reachThrough } from '../../../engine/network/proxy/proxied-agents';
import { isProxy, readProxyUrl } from '../../../engine/network/proxy/proxy-url';
import { tunnelThrough, type TunnelOptions } from '../../../engine/network/proxy/tunnel';
import { ProxyProcess } from '../../support/proxy/proxy-process';
import { freePort } from '../../support/servers/child-server';
import { makePrivateCa } from '../../wire/media/private-ca';

describe('tunnels through a proxy', () => {
  let target: Server;
  let port: number;
  const proxies = new Map<string, ProxyProcess>();
  const closing: (() => unknown)[] = [];

  beforeAll(async () => {
    // Says back what it hears.
    target = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
    port = await listen(target);
    for (const kind of ['http', 'socks5'] as const) proxies.set(kind, await ProxyProcess.start(kind));
  });
  afterAll(async () => {
    for (const proxy of proxies.values()) await proxy.kill();
    for (const close of closing) close();
    target.close();
  });

  const listen = async (server: Server | HttpServer): Promise<number> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    return (server.address() as AddressInfo).port;
  };
  const open = (url: string, host: string, to = port, options: TunnelOptions = {}): Promise<Socket> => {
    const proxy = readProxyUrl(url);
    if (!isProxy(proxy)) throw new Error(proxy.message);
    return tunnelThrough(proxy, options)({ host, port: to });
  };
  const faultOf = (opened: Promise<unknown>): Promise<string> =>
    opened.then(
      () => 'none',
      (error: { word: string }) => error.word,
    );

  describe.each(['http', 'socks5'] as const)('of kind %s', (kind) => {
    const url = (password?: string): string => proxies.get(kind)!.url(password);

    it('carries bytes both ways, to a name that only the proxy knows', async () => {
      const socket = await open(url(), 'echo.test');
      const heard = new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(String(bytes))));
      socket.write('hello');
      expect(await heard).toBe('hello');
      socket.destroy();
    });

    it('names a wrong password', async () => {
      expect(await faultOf(open(url('wrong'), 'echo.test'))).toBe('wrong_password');
    });

    it('names a missing password', async () => {
      const bare = url().replace(/\/\/.*@/, '//');
      expect(await faultOf(open(bare, 'echo.test'))).toBe('wrong_password');
    });

    it('says when the proxy does not get to the target', async () => {
      expect(await faultOf(open(url(), '127.0.0.1', await freePort()))).toBe('no_way_out');
    });

    it('says when nobody listens at its port', async () => {
      expect(await faultOf(open(`${kind}://127.0.0.1:${await freePort()}`, 'echo.test'))).toBe('refused');
    });

    it('says when its name is not known', async () => {
      const lookup = () => Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
      expect(await faultOf(open(`${kind}://proxy.invalid:1080`, 'echo.test', port, { lookup }))).toBe(
        'name_not_found',
      );
    });

    it.each(['169.254.169.254', 'fe80::1'])(
      'never connects to a proxy whose name leads to %s',
      async (address) => {
        const lookup = async () => [{ address, family: address.includes(':') ? 6 : 4 }];
        const opened = open(`${kind}://proxy.example.com:1080`, 'echo.test', port, { lookup });
        expect(await faultOf(opened)).toBe('address_not_allowed');
      },
    );

    it('gives up on a proxy that says nothing', async () => {
      const sockets: Socket[] = [];
      const silent = await listen(createServer((socket) => void sockets.push(socket)));
      const opened = open(`${kind}://127.0.0.1:${silent}`, 'echo.test', port, { timeoutMs: 200 });
      expect(await faultOf(opened)).toBe('timed_out');
      for (const socket of sockets) socket.destroy();
    });

    it('says when the proxy hangs up', async () => {
      const rude = await listen(createServer((socket) => socket.once('data', () => socket.destroy())));
      expect(await faultOf(open(`${kind}://127.0.0.1:${rude}`, 'echo.test'))).toBe('hung_up');
    });

    it('says when something else answers there', async () => {
      const other = await listen(
        createServer((socket) =>
          socket
            .on('error', () => undefined)
            .once('data', () => socket.write('220 mail.example.com ready\r\n')),
        ),
      );
      expect(await faultOf(open(`${kind}://127.0.0.1:${other}`, 'echo.test'))).toBe('not_a_proxy');
    });

    it('tells a server that only pretends to be WhatsApp', async () => {
      const { key, certificate } = makePrivateCa();
      const pretender = createHttpsServer({ key, cert: certificate });
      const at = await listen(pretender);
      const proxy = readProxyUrl(url());
      if (!isProxy(proxy)) throw new Error(proxy.message);
      const reached = reachThrough(tunnelThrough(proxy), new URL(`wss://whatsapp.test:${at}/ws/chat`), 5_000);
      expect(await faultOf(reached)).toBe('not_whatsapp');
    });
  });

  it('speaks TLS to an https proxy, and checks its certificate', async () => {
    const { key, certificate } = makePrivateCa();
    const secure = createHttpsServer({ key, cert: certificate });
    secure.on('connect', (_request, client: Socket) => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.on('error', () => undefined).pipe(client);
    });
    const at = await listen(secure);
    expect(await faultOf(open(`https://127.0.0.1:${at}`, 'echo.test'))).toBe('bad_certificate');
    const socket = await open(`https://127.0.0.1:${at}`, 'echo.test', port, { ca: certificate });
    const heard = new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(String(bytes))));
    socket.write('hello');
    expect(await heard).toBe('hello');
    socket.destroy();
  });

  it('carries a request of Node.js, and its failure', async () => {
    const server = createHttpServer((_request, response) => response.end('hello'));
    const at = await listen(server);
    const ask = (password?: string): Promise<string> => {
      const proxy = readProxyUrl(proxies.get('socks5')!.url(password));
      if (!isProxy(proxy)) throw new Error(proxy.message);
      const agent = proxiedAgent(tunnelThrough(proxy), 'http:');
      return new Promise((resolve, reject) => {
        const asked = get({ host: 'echo.test', port: at, agent }, (response) => {
          response.setEncoding('utf8').once('data', resolve);
        });
        asked.once('error', reject);
      });
    };
    expect(await ask()).toBe('hello');
    expect(await faultOf(ask('wrong'))).toBe('wrong_password');
  });

  it('does not take the refusal of a proxy for the answer of a server', async () => {
    const refusing = createHttpServer();
    refusing.on('connect', (_request, client: Socket) => client.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    const at = await listen(refusing);
    expect(await faultOf(open(`http://127.0.0.1:${at}`, 'echo.test'))).toBe('no_way_out');
  });
});
