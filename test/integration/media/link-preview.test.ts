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

  it('gets a page over a redirect, and its picture from where the page is', async () => {
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

  it('reads the start of a page that is very long', async () => {
    answer = (_request, response) => response.writeHead(200, HTML).end(head() + 'x'.repeat(2_000_000));
    expect(await source.page(base)).toMatchObject({ title: 'Menu' });
  });

  it('leaves the picture out when it is too large or not there', async () => {
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
    ['is not there', (response) => response.writeHead(404, HTML).end(head())],
    ['is no page', (response) => response.writeHead(200, { 'content-type': 'application/pdf' }).end(head())],
    ['says nothing', (response) => response.writeHead(200, HTML).end('<p>hello')],
    ['is cut', (response) => void response.destroy()],
  ] satisfies [string, (response: Parameters<RequestListener>[1]) => unknown][])(
    'knows nothing of a page that %s',
    async (_what, respond) => {
      answer = (_request, response) => void respond(response);
      expect(await source.page(base)).toBeNull();
    },
  );

  it('gives a page up that does not answer, and does not ask it again at once', async () => {
    answer = () => undefined;
    expect(await source.page(base)).toBeNull();
    expect(await source.page(base)).toBeNull();
    expect(asked).toHaveLength(1);
  });

  it('reaches nothing private unless that is allowed', async () => {
    answer = (_request, response) => response.writeHead(200, HTML).end(head());
    const guarded = createPreviewSource({ allowPrivate: false }, clock);
    expect(await guarded.page(base)).toBeNull();
    expect(await guarded.page(base.replace('http:', 'https:'))).toBeNull();
    expect(await guarded.picture(base)).toBeNull();
    expect(server.sockets).toHaveLength(0);
  });

  it('asks for a page once, however many messages have it, and again after some minutes', async () => {
    answer = (_request, response) => response.writeHead(200, HTML).end(head());
    const pages = await Promise.all([source.page(base), source.page(base)]);
    expect(pages).toEqual([expect.objectContaining({ title: 'Menu' }), pages[0]]);
    await source.page(base);
    expect(asked).toHaveLength(1);
    clock.advance(5 * 60_000);
    await source.page(base);
    expect(asked).toHaveLength(2);
  });

  it('forgets the pages that were asked for longest ago', async () => {
    answer = (_request, response) => response.writeHead(200, HTML).end(head());
    for (let n = 0; n < 17; n += 1) await source.page(`${base}/${n}`);
    await source.page(`${base}/16`);
    await source.page(`${base}/0`);
    expect(asked.slice(17)).toEqual(['/0']);
  });

  it('gets a picture, or nothing', async () => {
    answer = (_request, response) => response.end('a picture');
    expect(await source.picture(`${base}/p`)).toEqual(Buffer.from('a picture'));
    expect(await source.picture(`http://127.0.0.1:${await closedPort()}`)).toBeNull();
  });
});
