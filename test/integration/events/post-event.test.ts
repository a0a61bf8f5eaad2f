import type { IncomingMessage, RequestListener } from 'node:http';
import { systemClock, type Clock } from '../../../engine/async/clock';
import { createPoster, type Poster, type PosterOptions } from '../../../engine/events/post-event';
import type { Lookup } from '../../../engine/network/checked-lookup';
import {
  closedPort,
  selfSigned,
  startHttp,
  startHttps,
  startTcp,
  type LocalServer,
} from '../network/local-servers';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  // Servers first: a poster's close waits for what is under way, which a mute server would hold up.
  await Promise.all(
    open
      .splice(0)
      .reverse()
      .map((each) => each.close()),
  );
});

function keep<T extends { close(): Promise<void> }>(thing: T): T {
  open.push(thing);
  return thing;
}

/** Real timers, so many times faster: ten seconds pass in a fraction of one. */
const hurried = (times: number): Clock => ({
  ...systemClock,
  after: (ms, act) => systemClock.after(ms / times, act),
});

function poster(options: Partial<PosterOptions> = {}): Poster {
  return keep(createPoster({ targets: 'any', version: '1.2.3', ...options }));
}

async function http(listener: RequestListener): Promise<LocalServer> {
  return keep(await startHttp(listener));
}

async function text(req: IncomingMessage): Promise<string> {
  let all = '';
  for await (const chunk of req.setEncoding('utf8')) all += chunk;
  return all;
}

const event = (port: number, path = '/in', host = '127.0.0.1') => ({
  url: `http://${host}:${port}${path}`,
  body: '{"id":"evt_1","text":"caffè"}',
  headers: { 'Blueticks-Webhook-Id': 'wh_1' },
});

describe('the poster', () => {
  it('posts the body unchanged, with its headers and those of the engine', async () => {
    const seen: { req: IncomingMessage; body: string }[] = [];
    const server = await http(async (req, res) => {
      seen.push({ req, body: await text(req) });
      res.writeHead(204).end();
    });
    expect(await poster().post(event(server.port, '/in?x=1'))).toEqual({ ok: true, status: 204 });
    expect(seen).toHaveLength(1);
    const { req, body } = seen[0]!;
    expect([req.method, req.url, body]).toEqual(['POST', '/in?x=1', '{"id":"evt_1","text":"caffè"}']);
    expect(req.headers).toMatchObject({
      'blueticks-webhook-id': 'wh_1',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength('{"id":"evt_1","text":"caffè"}')),
      'user-agent': 'blueticks-engine/1.2.3',
    });
  });

  it('keeps connections for later events', async () => {
    const server = await http((_req, res) => res.end('{"received":true}'));
    const { post } = poster();
    for (let i = 0; i < 20; i += 1) expect(await post(event(server.port))).toEqual({ ok: true, status: 200 });
    // The next event may come a moment before the connection of the last one is free again.
    expect(server.sockets.length).toBeLessThanOrEqual(2);
  });

  it.each([301, 302, 307])('does not follow a %i', async (status) => {
    const paths: (string | undefined)[] = [];
    const server = await http((req, res) => {
      paths.push(req.url);
      res.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect(await poster().post(event(server.port))).toEqual({
      ok: false,
      status,
      error: `redirected (${status}); redirects are not followed`,
    });
    expect(paths).toEqual(['/in']);
  });

  it.each([400, 404, 410, 429, 500, 503])('says that %i was answered', async (status) => {
    const server = await http((_req, res) => res.writeHead(status).end('secret detail'));
    expect(await poster().post(event(server.port))).toEqual({
      ok: false,
      status,
      error: `answered ${status}`,
    });
  });

  it('distinguishes a closed port, a closed connection and an invalid response', async () => {
    const { post } = poster();
    const slam = keep(await startTcp((socket) => socket.once('data', () => socket.destroy())));
    const nonsense = keep(await startTcp((socket) => socket.once('data', () => socket.end('what?\r\n\r\n'))));
    const failed = (error: string) => ({ ok: false, status: null, error });
    expect(await post(event(await closedPort()))).toEqual(failed('connection refused'));
    expect(await post(event(slam.port))).toEqual(failed('connection closed before a response'));
    expect(await post(event(nonsense.port))).toEqual(failed('response is not valid HTTP'));
    expect(await post({ ...event(1), url: 'no url' })).toEqual(failed('target is not a URL'));
  });

  it('gives up after 10 s on a server that accepts and says nothing, and hangs up', async () => {
    let close: () => void = () => undefined;
    const hungUp = new Promise<void>((resolve) => (close = resolve));
    const mute = keep(await startTcp((socket) => socket.on('data', () => undefined).on('close', close)));
    const result = await poster({ clock: hurried(50) }).post(event(mute.port));
    expect(result).toEqual({ ok: false, status: null, error: 'timed out after 10 s' });
    await hungUp;
  });

  it('gives up after 10 s when the name server does not answer', async () => {
    let answer: (addresses: []) => void = () => undefined;
    const lookup: Lookup = () => new Promise((resolve) => (answer = resolve));
    const result = await poster({ clock: hurried(50), lookup }).post(event(80, '/', 'slow.test'));
    expect(result).toEqual({ ok: false, status: null, error: 'timed out after 10 s' });
    answer([]);
  });

  it('does not send an event late, once its time is over', async () => {
    let requests = 0;
    const server = await http((_req, res) => {
      requests += 1;
      res.end();
    });
    let answer: (addresses: { address: string; family: number }[]) => void = () => undefined;
    const lookup: Lookup = () => new Promise((resolve) => (answer = resolve));
    await poster({ clock: hurried(50), lookup }).post(event(server.port, '/', 'slow.test'));
    answer([{ address: '127.0.0.1', family: 4 }]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(requests).toBe(0);
  });

  it('counts a 2xx as success even if the body fails', async () => {
    const endless = await http((_req, res) => {
      res.writeHead(200).flushHeaders();
      const drip = setInterval(() => res.write('.'), 20);
      res.on('close', () => clearInterval(drip));
    });
    const huge = await http((_req, res) => res.end('x'.repeat(5_000_000)));
    const cut = await http((_req, res) => {
      res.writeHead(200, { 'content-length': 100 }).write('x');
      setTimeout(() => res.destroy(), 20);
    });
    for (const [clock, { port }] of [
      [hurried(4), endless],
      [systemClock, huge],
      [systemClock, cut],
    ] as const) {
      expect(await poster({ clock }).post(event(port))).toEqual({ ok: true, status: 200 });
    }
  });

  it('refuses what the policy forbids', async () => {
    const server = await http((_req, res) => res.end());
    const refused = { ok: false, status: null, error: 'target address is not allowed' };
    const metadata = async () => [{ address: '169.254.169.254', family: 4 }];
    expect(await poster().post(event(80, '/latest/meta-data', '169.254.169.254'))).toEqual(refused);
    expect(await poster({ lookup: metadata }).post(event(80, '/', 'innocent.test'))).toEqual(refused);
    expect(await poster({ targets: 'public' }).post(event(server.port))).toEqual(refused);
    expect(await poster({ targets: ['n8n.test'] }).post(event(server.port))).toEqual(refused);
    expect(await poster({ targets: ['127.0.0.1'] }).post(event(server.port))).toEqual({
      ok: true,
      status: 200,
    });
  });

  it('verifies certificates', async () => {
    const tls = selfSigned('IP:127.0.0.1');
    const server = keep(await startHttps(tls, (_req, res) => res.end()));
    const secure = { ...event(0), url: `https://127.0.0.1:${server.port}/in` };
    expect(await poster({ ca: tls.cert }).post(secure)).toEqual({ ok: true, status: 200 });
    expect(await poster().post(secure)).toEqual({
      ok: false,
      status: null,
      error: 'certificate is self-signed',
    });
  });

  it('finishes requests under way when it is closed', async () => {
    const server = await http((_req, res) => setTimeout(() => res.end(), 100));
    const closing = poster();
    const result = closing.post(event(server.port));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await closing.close();
    expect(await result).toEqual({ ok: true, status: 200 });
    expect(await closing.post(event(server.port))).toMatchObject({ ok: false, error: 'engine is stopping' });
  });
});
