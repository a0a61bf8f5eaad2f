import type { Inbound, Transport, TransportHandlers } from '../../../engine/transport/transport';
import { JumpingClock } from '../../support/clock/jumping-clock';
import { startEngine, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';
import { Receiver } from '../events/receiver';
import { loadBaileys, type Baileys } from '../../wire/baileys';
import { sealMedia } from '../../wire/media/media-crypto';
import { MediaHost } from '../../wire/media/media-host';

const bytes = Buffer.from('a received file '.repeat(10_000));

// A delivery on a connection that is about to close is retried after a minute.
jest.setTimeout(120_000);

describe('the file of a received message', () => {
  let host: MediaHost;
  let receiver: Receiver;
  let engine: TestEngine;
  let baileys: Baileys;
  let handlers: TransportHandlers;
  let nextId = 1;
  const clock = new JumpingClock();

  beforeAll(async () => {
    baileys = await loadBaileys();
    host = await MediaHost.open();
    receiver = await new Receiver().start();
    engine = await startEngine({
      flags: { BLUETICKS_PUBLIC_URL: 'https://engine.example/blueticks/' },
      parts: {
        clock,
        mediaAgent: host.agent(),
        // Inbound messages arrive through the sandbox's session.
        wrapTransport: (factory) => (session, time) => {
          const transport = factory(session, time);
          const open: Transport['open'] = (those) => transport.open((handlers = those));
          return new Proxy(transport, {
            get(target, name) {
              const value: unknown = name === 'open' ? open : Reflect.get(target, name, target);
              return typeof value === 'function' ? value.bind(target) : value;
            },
          });
        },
      },
    });
    await engine.call('POST', '/v1/webhooks', { url: receiver.url(), events: ['message.received'] });
    await until('the session is open', () => handlers);
  });
  afterAll(async () => {
    await engine.close();
    await Promise.all([receiver.stop(), host.close()]);
  });

  /** Receives a document. Returns its media as in the event. */
  async function comesIn(
    change: { fileName?: string; mimetype?: string; damaged?: boolean; size?: number } = {},
  ) {
    const { WebMessageInfo } = baileys.proto;
    const { bytes: sealed, ...keys } = sealMedia(bytes, 'document');
    if (change.damaged) sealed[sealed.length - 20]! ^= 1;
    const { fileName = 'bill.pdf', mimetype = 'application/pdf', size = bytes.length } = change;
    const documentMessage = { ...keys, ...host.put(sealed), fileName, mimetype, fileLength: size };
    const id = `3A${nextId++}`;
    const inbound: Inbound = {
      ...{ kind: 'message', id, chatId: '14155551234@c.us', from: '+14155551234', fromName: 'Ada' },
      names: ['14155551234@c.us'],
      ...{ isGroup: false, targetWireId: null, type: 'document', text: null, at: clock.now() },
      media: { mime: mimetype, filename: fileName, size, url: null },
      content: WebMessageInfo.encode({ key: { id }, message: { documentMessage } }).finish(),
    };
    await handlers.onInbound(inbound);
    const isIt = ({ event }: { event: { data: Record<string, unknown> } }) =>
      String(event.data.key).endsWith(`_${id}`);
    const told = await until('the event arrived', () => receiver.received.find(isIt), 100_000);
    return told.event.data.media as { mime: string; filename: string; size: number; url: string };
  }
  /** Its address on this machine. */
  const local = (url: string): string => url.replace('https://engine.example/blueticks', engine.url);

  it('is available at the URL in the event, without a key, under its file name', async () => {
    const media = await comesIn();
    expect(media).toMatchObject({ mime: 'application/pdf', filename: 'bill.pdf', size: bytes.length });
    expect(media.url).toMatch(
      /^https:\/\/engine\.example\/blueticks\/v1\/media\/\w+\?expires=\d+&signature=[\w-]{43}$/,
    );
    const response = await fetch(local(media.url));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(bytes.length),
      'content-disposition': `attachment; filename="bill.pdf"; filename*=UTF-8''bill.pdf`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  });

  it('is told without characters that a database cannot hold', async () => {
    expect(await comesIn({ fileName: 'bill\0.pdf' })).toMatchObject({ filename: 'bill.pdf' });
  });

  it('is never served as a web page, whatever name and type its sender gave it', async () => {
    const { url } = await comesIn({
      fileName: '../../"evil"\r\nx: y.html',
      mimetype: 'text/html\r\nset-cookie: a=b',
    });
    const { headers } = await fetch(local(url));
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="\.\._\.\.__evil_x: y.html";/);
    expect(headers.get('x')).toBeNull();
  });

  it.each([
    [
      'another message',
      (url: string) => url.replace(/media\/\w+/, 'media/in_01ARZ3NDEKTSV4RRFFQ69G5FAV'),
      403,
    ],
    ['another time', (url: string) => url.replace(/expires=\d+/, 'expires=99999999999'), 403],
    ['another signature', (url: string) => url.replace(/signature=./, 'signature=!'), 403],
    ['no signature', (url: string) => url.replace(/&signature.*/, ''), 400],
    ['no time', (url: string) => url.replace(/expires=\d+/, 'expires=soon'), 400],
  ])('is refused with %s', async (_what, change, status) => {
    const { url } = await comesIn();
    const answer = await engine.callAs(null)('GET', change(local(url)).slice(engine.url.length));
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({ message: expect.any(String), request_id: expect.any(String) });
  });

  it.each([
    [404, 410, 'not_found'],
    [410, 410, 'not_found'],
    [500, 503, 'unavailable'],
  ])('is not available if WhatsApp answers %i', async (theirs, ours, code) => {
    const { url } = await comesIn();
    host.refuseNext(theirs);
    const { status, body } = await engine.callAs(null)('GET', local(url).slice(engine.url.length));
    expect({ status, code: body.error.code }).toEqual({ status: ours, code });
  });

  it('aborts if it is damaged, instead of looking complete', async () => {
    const { url } = await comesIn({ damaged: true });
    const response = await fetch(local(url));
    await expect(response.arrayBuffer()).rejects.toThrow();
  });

  it('arrives complete even if the sender declared a wrong size', async () => {
    const { url } = await comesIn({ size: 5 });
    const response = await fetch(local(url));
    expect(response.headers.get('content-length')).toBeNull();
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  });

  it('is available for four days', async () => {
    const { url } = await comesIn();
    clock.jump(4 * 24 * 3_600_000 - 60_000);
    expect((await fetch(local(url))).status).toBe(200);
    clock.jump(61_000);
    const { status, body } = await engine.callAs(null)('GET', local(url).slice(engine.url.length));
    expect({ status, code: body.error.code }).toEqual({ status: 410, code: 'not_found' });
  });
});
