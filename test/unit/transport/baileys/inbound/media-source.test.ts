import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createMediaSource, fileAddress } from '../../../../../engine/transport/baileys/inbound/media-source';
import { FileGone, type OpenFile } from '../../../../../engine/transport/media-source';
import { loadBaileys, type Baileys, type Message } from '../../../../wire/baileys';
import { sealMedia, type MediaKind } from '../../../../wire/media/media-crypto';

const plain = Buffer.from('a picture, let us say');

describe('downloading received files', () => {
  let baileys: Baileys;
  let asked: string[];
  let answer: OpenFile;
  beforeAll(async () => void (baileys = await loadBaileys()));
  beforeEach(() => void (asked = []));

  const contentOf = (message: Message): Uint8Array =>
    baileys.proto.WebMessageInfo.encode({ key: { id: '3A01' }, message }).finish();
  const open = (message: Message) => {
    const openFile: OpenFile = (url) => {
      asked.push(url);
      return answer(url);
    };
    return createMediaSource({ load: loadBaileys, openFile, anyHost: false }).open(contentOf(message));
  };
  const sealed = (kind: MediaKind) => {
    const { bytes, ...part } = sealMedia(plain, kind);
    answer = async () => ({ status: 200, length: bytes.length, body: Readable.from([bytes]) });
    return { ...part, directPath: '/v/1' };
  };

  it.each<[MediaKind, (part: object) => Message]>([
    ['image', (imageMessage) => ({ imageMessage })],
    ['video', (videoMessage) => ({ videoMessage })],
    ['gif', (part) => ({ videoMessage: { ...part, gifPlayback: true } })],
    ['voice', (part) => ({ audioMessage: { ...part, ptt: true } })],
    ['audio', (audioMessage) => ({ audioMessage })],
    ['document', (documentMessage) => ({ documentMessage })],
    ['sticker', (stickerMessage) => ({ stickerMessage })],
  ])('decrypts a %s', async (kind, message) => {
    const { stream, size } = await open(message(sealed(kind)));
    expect(await buffer(stream)).toEqual(plain);
    expect(size).toBe(plain.length);
    expect(asked).toEqual(['https://mmg.whatsapp.net/v/1']);
  });

  it.each([403, 404, 410])('reports a file as gone if WhatsApp answers %i', async (status) => {
    const imageMessage = sealed('image');
    const body = Readable.from(['gone']);
    answer = async () => ({ status, length: 4, body });
    await expect(open({ imageMessage })).rejects.toThrow(FileGone);
    expect(body.destroyed).toBe(true);
  });

  it('fails with another error for other statuses', async () => {
    const imageMessage = sealed('image');
    answer = async () => ({ status: 500, length: null, body: Readable.from([]) });
    await expect(open({ imageMessage })).rejects.toThrow('answered 500');
  });

  it.each<[string, Message]>([
    ['no file', { conversation: 'hi' }],
    ['a file without its key', { imageMessage: { directPath: '/v/1' } }],
    [
      'a file on another host',
      { imageMessage: { mediaKey: Buffer.alloc(32), url: 'https://evil.example/x' } },
    ],
  ])('makes no request for %s', async (_what, message) => {
    await expect(open(message)).rejects.toThrow(FileGone);
    expect(asked).toEqual([]);
  });
});

describe('fileAddress', () => {
  it.each([
    [
      { url: 'https://media-fra5-2.cdn.whatsapp.net/old', directPath: '/v/t62/1?oh=a' },
      'https://media-fra5-2.cdn.whatsapp.net/v/t62/1?oh=a',
    ],
    [{ url: 'https://mmg.whatsapp.net/v/1.enc?a=b' }, 'https://mmg.whatsapp.net/v/1.enc?a=b'],
    [{ directPath: '/v/1' }, 'https://mmg.whatsapp.net/v/1'],
    [{ url: 'https://web.whatsapp.net', directPath: '/v/1' }, 'https://mmg.whatsapp.net/v/1'],
    [{ url: 'https://web.whatsapp.net/v/1.enc?a=b' }, 'https://mmg.whatsapp.net/v/1.enc?a=b'],
    [{ url: 'https://static.whatsapp.net/old', directPath: '/v/1' }, 'https://mmg.whatsapp.net/v/1'],
    [{ url: 'https://mmg-fna.whatsapp.net/old', directPath: '/v/1' }, 'https://mmg-fna.whatsapp.net/v/1'],
  ])('of %j is %s', (part, address) => expect(fileAddress(part, false)).toBe(address));

  it.each([
    [{ url: 'https://169.254.169.254/latest', directPath: '/v/1' }],
    [{ url: 'https://whatsapp.net.evil.example/x', directPath: '/v/1' }],
    [{ url: 'http://mmg.whatsapp.net/x', directPath: '/v/1' }],
    [{ url: 'https://user@mmg.whatsapp.net/x', directPath: '/v/1' }],
    [{ url: 'https://mmg.whatsapp.net:22/x', directPath: '/v/1' }],
    [{ directPath: '//evil.example/v/1' }],
    [{ directPath: '.evil.example/v/1' }],
    [{ directPath: '@evil.example/v/1' }],
    [{ directPath: ':22/v/1' }],
  ])('of %j uses WhatsApp’s default host', (part) => {
    expect(new URL(fileAddress(part, false)!).host).toBe('mmg.whatsapp.net');
  });

  it.each([
    [{}],
    [{ url: 'https://web.whatsapp.net' }],
    [{ url: 'https://evil.example/x' }],
    [{ url: 'file:///etc/passwd' }],
    [{ url: 'nothing' }],
  ])('of %j is null', (part) => expect(fileAddress(part, false)).toBeNull());

  it('may be on any host in tests', () => {
    expect(fileAddress({ url: 'https://127.0.0.1:8443/x', directPath: '/v/1' }, true)).toBe(
      'https://127.0.0.1:8443/v/1',
    );
  });
});
