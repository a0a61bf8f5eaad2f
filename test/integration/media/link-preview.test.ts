import type { RequestListener } from 'node:http';
import { createPreviewSource } from '../../../engine/media/link-preview';
import type { PreviewSource } from '../../../engine/transport/preview-source';
import { FakeClock } from '../../support/clock/fake-clock';
import { closedPort, startHttp, type LocalServer } from '../network/local-servers';

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const head = (more = '') => `<html><head><title>Menu</title>${more}</head>`;

describe('the preview source', () => {
  let server: LocalServer;
  let base: string;
  let asked: string[];
  let answer: RequestListener;
  let clock: FakeClock;
  let source: PreviewSource;

  beforeEach(async () => {
    asked = [];
    server = await startHttp((request, response) => {
      asked.push(request.url ?? '');
      answer(request, response);
    });
    base = `http://127.0.0.1:${server.port}`;
    clock = new FakeClock();
    source = createPreviewSource({ allowPrivate: true }, clock);
  });
  afterEach(() => server.close());

  it('follows a redirect, and resolves the picture against the final page', async () => {
    answer = ({ url }, response) => {
      if (url === '/a') response.writeHead(302, { location: '/b/' }).end();
      else if (url === '/b/')
        response.writeHead(200, HTML).end(head('<meta property="og:image" content="p.png">'));
      else response.writeHead(200).end('the picture');
    };
    expect(await source.page(`${base}/a`)).toEqual({
      title: 'Menu',
      description: null,
      picture: Buffer.from('the picture'),
    });
    expect(asked).toEqual(['/a', '/b/', '/b/p.png']);
  });

  it('reads only the start of a very long page', async () => {
    answer = (_request, response) => response.writeHead(200, HTML).end(head() + 'x'.repeat(2_000_000));
    expect(await source.page(base)).toMatchObject({ title: 'Menu' });
  });

  it('omits a picture that is too large or missing', async () => {
    answer = ({ url }, response) => {
      if (url === '/large') response.end(Buffer.alloc(2_000_000));
      else if (url === '/gone') response.writeHead(404).end();
      else response.writeHead(200, HTML).end(head(`<meta property="og:image" content="${url!.slice(2)}">`));
    };
    expect(await source.page(`${base}/?/large`)).toMatchObject({ title: 'Menu', picture: null });
    expect(await source.page(`${base}/?/gone`)).toMatchObject({ title: 'Menu', picture: null });
    expect(await source.page(`${base}/?http://[`)).toMatchObject({ title: 'Menu', picture: null });
  });

  it.each([
    ['does not exist', (response) => response.writeHead(404, HTML).end(head())],
    [
      'is not a web page',
      (response) => response.writeHead(200, { 'content-type': 'application/pdf' }).end(head()),
    ],
    ['says nothing', (response) => response.writeHead(200, HTML).end('<p>hello')],
    ['is cut', (response) => void response.destroy()],
  ] satisfies [string, (response: Parameters<RequestListener>[1]) => unknown][])(
    'returns null for a page that %s',
    async (_what, respond) => {
      answer = (_request, response) => void respond(response);
      expect(await source.page(base)).toBeNull();
    },
  );

  it('gives up on a page that does not answer, and does not retry it at once', async () => {
    answer = () => undefined;
    expect(await source.page(base)).toBeNull();
    expect(await source.page(base)).toBeNull();
    expect(asked).toHaveLength(1);
  });

  it('refuses private addresses unless they are allowed', async () => {
    answer = (_request, response) => response.writeHead(200, HTML).end(head());
    const guarded = createPreviewSource({ allowPrivate: false }, clock);
    expect(await guarded.page(base)).toBeNull();
    expect(await guarded.page(base.replace('http:', 'https:'))).toBeNull();
    expect(await guarded.picture(base)).toBeNull();
    expect(server.sockets).toHaveLength(0);
  });

  it('fetches a page once for many messages, and again after some minutes', async () => {
    answer = (_request, response) => response.writeHead(200, HTML).end(head());
    const pages = await Promise.all([source.page(base), source.page(base)]);
    expect(pages).toEqual([expect.objectContaining({ title: 'Menu' }), pages[0]]);
    await source.page(base);
    expect(asked).toHaveLength(1);
    clock.advance(5 * 60_000);
    await source.page(base);
    expect(asked).toHaveLength(2);
  });

  it('evicts the least recently used pages', async () => {
    answer = (_request, response) => response.writeHead(200, HTML).end(head());
    for (let n = 0; n < 17; n += 1) await source.page(`${base}/${n}`);
    await source.page(`${base}/16`);
    await source.page(`${base}/0`);
    expect(asked.slice(17)).toEqual(['/0']);
  });

  it('returns a picture, or null', async () => {
    answer = (_request, response) => response.end('a picture');
    expect(await source.picture(`${base}/p`)).toEqual(Buffer.from('a picture'));
    expect(await source.picture(`http://127.0.0.1:${await closedPort()}`)).toBeNull();
  });
});
