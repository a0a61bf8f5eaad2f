import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { fetchMedia, type FetchMediaOptions } from '../../../engine/media/fetch-media';
import { MediaError } from '../../../engine/media/media-error';
import type { Lookup } from '../../../engine/network/checked-lookup';
import { closedPort, selfSigned, startHttp, startHttps, startTcp } from '../network/local-servers';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** Starts a server and returns the base of its URLs. */
async function serve(listener: RequestListener): Promise<string> {
  const server = await startHttp(listener);
  open.push(server);
  return `http://127.0.0.1:${server.port}`;
}

const inside = (options: Partial<FetchMediaOptions> = {}): FetchMediaOptions => ({
  allowPrivate: true,
  ...options,
});

/** The error of a fetch that must fail. */
async function failure(url: string, options: FetchMediaOptions): Promise<MediaError> {
  const error: unknown = await fetchMedia(url, options).catch((thrown: unknown) => thrown);
  if (error instanceof MediaError) return error;
  throw new Error(`no MediaError but ${String(error)}`);
}

describe('fetchMedia', () => {
  it('returns bytes, type, name and the final URL after a redirect', async () => {
    const base = await serve((req, res) => {
      if (req.url === '/short') res.writeHead(302, { location: '/files/logo%20small.png?v=2' }).end('moved');
      else res.writeHead(200, { 'content-type': 'application/octet-stream' }).end(png);
    });
    expect(await fetchMedia(`${base}/short`, inside())).toEqual({
      bytes: png,
      mime: 'image/png',
      contentType: 'application/octet-stream',
      filename: 'logo small.png',
      finalUrl: `${base}/files/logo%20small.png?v=2`,
    });
  });

  it('fetches over TLS and verifies the certificate by name', async () => {
    const tls = selfSigned('DNS:media.test');
    const server = await startHttps(tls, (_req, res) =>
      res.writeHead(200, { 'content-disposition': 'attachment; filename="a.png"' }).end(png),
    );
    open.push(server);
    const lookup: Lookup = async () => [{ address: '127.0.0.1', family: 4 }];
    const url = `https://media.test:${server.port}/x`;
    expect(await fetchMedia(url, inside({ ca: tls.cert, lookup }))).toMatchObject({
      bytes: png,
      filename: 'a.png',
    });
    expect((await failure(url, inside({ lookup }))).message).toContain('self-signed');
  });

  it('refuses private addresses, given directly or by name, unless they are allowed', async () => {
    const tls = selfSigned('DNS:media.test,IP:127.0.0.1');
    const server = await startHttps(tls, (_req, res) => res.end(png));
    open.push(server);
    const options = { allowPrivate: false, ca: tls.cert };
    const lookup: Lookup = async () => [{ address: '127.0.0.1', family: 4 }];
    const literal = await failure('https://127.0.0.1/a.png', options);
    const named = await failure('https://media.test/a.png', { ...options, lookup });
    const otherPort = await failure(`https://media.test:${server.port}/a.png`, { ...options, lookup });
    expect(literal).toMatchObject({ reason: 'media_unreachable', mayPass: false });
    expect(named).toMatchObject({ reason: 'media_unreachable', mayPass: false });
    expect(named.message).toContain('target address is not allowed');
    expect(otherPort.message).toContain('port 443 or 8443');
    expect((await failure('http://example.com/a.png', options)).message).toContain('https://');
    expect(server.sockets).toHaveLength(0);
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data/', 'leads to 169.254.169.254'],
    ['http://[fe80::1]/', 'leads to fe80::1'],
    ['http://metadata.test/', 'target address is not allowed'],
    ['file:///etc/passwd', 'starts with "file:"'],
    ['http://me:pw@127.0.0.1/', 'user name or password'],
    ['http://', 'without a usable Location'],
  ])('checks a redirect to %s like the first URL', async (location, words) => {
    const lookup: Lookup = async () => [{ address: '169.254.169.254', family: 4 }];
    const base = await serve((_req, res) => res.writeHead(302, { location }).end());
    const error = await failure(`${base}/a.png`, inside({ lookup }));
    expect(error).toMatchObject({ reason: 'media_unreachable', mayPass: false });
    expect(error.message).toContain(words);
  });

  it('follows five redirects but not a sixth', async () => {
    const base = await serve((req, res) => {
      const left = Number(req.url!.slice(1));
      if (left === 0) res.end(png);
      else res.writeHead(307, { location: `/${left - 1}` }).end();
    });
    expect((await fetchMedia(`${base}/5`, inside())).bytes).toEqual(png);
    expect((await failure(`${base}/6`, inside())).message).toContain('more than 5 times');
  });

  it('accepts exactly the limit and refuses one byte more, announced or not', async () => {
    const base = await serve((req, res) => {
      const size = Number(req.url!.split('/')[2]);
      if (req.url!.startsWith('/announced')) res.setHeader('content-length', size);
      res.flushHeaders();
      res.end(Buffer.alloc(size, 'a'));
    });
    for (const way of ['announced', 'chunked']) {
      const limit = inside({ maxBytes: 100_000 });
      expect((await fetchMedia(`${base}/${way}/100000`, limit)).bytes).toHaveLength(100_000);
      expect(await failure(`${base}/${way}/100001`, limit)).toMatchObject({
        reason: 'media_too_large',
        mayPass: false,
      });
    }
  });

  it('stops reading an endless body', async () => {
    let sent = 0;
    let closed: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (closed = resolve));
    const base = await serve((_req, res) => {
      const more = (): void => {
        while (!res.destroyed && res.write(Buffer.alloc(65_536))) sent += 65_536;
      };
      res.on('drain', more).on('close', closed);
      more();
    });
    expect(await failure(base, inside({ maxBytes: 200_000 }))).toMatchObject({ reason: 'media_too_large' });
    await ended;
    expect(sent).toBeLessThan(20_000_000);
  });

  it('leaves no connection open once it has the file', async () => {
    let closed: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (closed = resolve));
    const server = await startHttp((req, res) => {
      // Closed by us: the server would close an idle connection only after a while.
      req.socket.on('end', closed);
      res.end(png);
    });
    open.push(server);
    await fetchMedia(`http://127.0.0.1:${server.port}/`, inside());
    await ended;
  });

  it('times out on a slow body and closes the connection', async () => {
    let closed: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (closed = resolve));
    const base = await serve((_req, res) => {
      const drip = setInterval(() => res.write('.'), 20);
      res.on('close', () => {
        clearInterval(drip);
        closed();
      });
    });
    const error = await failure(base, inside({ timeoutMs: 400 }));
    expect(error).toMatchObject({ reason: 'media_unreachable', mayPass: true });
    expect(error.message).toContain('timed out after 0.4 s');
    await ended;
  });

  it('counts all redirects towards the same timeout', async () => {
    const base = await serve((req, res) => {
      setTimeout(() => res.writeHead(302, { location: `${req.url}x` }).end(), 150);
    });
    expect((await failure(base, inside({ timeoutMs: 400 }))).message).toContain('timed out');
  });

  it('times out on a silent server', async () => {
    const mute = await startTcp(() => undefined);
    open.push(mute);
    const error = await failure(`http://127.0.0.1:${mute.port}/`, inside({ timeoutMs: 300 }));
    expect(error.message).toContain('timed out after 0.3 s');
  });

  it('requests no compression and refuses compressed bodies (zip bombs)', async () => {
    const bomb = gzipSync(Buffer.alloc(30_000_000));
    const asked: unknown[] = [];
    const base = await serve((req, res) => {
      asked.push(req.headers['accept-encoding']);
      if (req.url === '/encoded') res.setHeader('content-encoding', 'gzip');
      res.end(bomb);
    });
    expect((await failure(`${base}/encoded`, inside())).message).toContain('compressed');
    const plain = await fetchMedia(`${base}/file.gz`, inside());
    expect(plain.bytes.equals(bomb)).toBe(true);
    expect(plain.mime).toBe('application/gzip');
    expect(asked).toEqual(['identity', 'identity']);
  });

  it.each([
    [404, false],
    [403, false],
    [204, false],
    [206, false],
    [304, false],
    [429, true],
    [500, true],
    [503, true],
  ])('treats status %i as temporary: %s', async (status, mayPass) => {
    const base = await serve((_req, res) => res.writeHead(status).end());
    const error = await failure(`${base}/a?token=geheim`, inside());
    expect(error).toMatchObject({ reason: 'media_unreachable', mayPass });
    expect(error.message).toContain(`answered ${status}`);
  });

  it('refuses an empty or truncated body', async () => {
    const base = await serve((req, res) => {
      if (req.url === '/empty') return res.end();
      res.writeHead(200, { 'content-length': 1000 }).write('half');
      return setTimeout(() => res.destroy(), 20);
    });
    expect((await failure(`${base}/empty`, inside())).message).toContain('empty');
    expect(await failure(`${base}/cut`, inside())).toMatchObject({
      reason: 'media_unreachable',
      mayPass: true,
    });
  });

  it('keeps the URL out of its errors', async () => {
    const port = await closedPort();
    const error = await failure(`http://127.0.0.1:${port}/private/path?token=geheim`, inside());
    expect(error.message).toBe('media could not be fetched: connection refused');
    expect(error).toMatchObject({ mayPass: true });
  });
});
