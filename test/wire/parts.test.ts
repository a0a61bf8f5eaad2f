import { randomBytes } from 'node:crypto';
import { request } from 'node:https';
import { loadBaileys, type Baileys } from './baileys';
import { isSignedBy } from './linking/xeddsa';
import { readQrText } from './linking/qr-text';
import { MediaHost } from './media/media-host';
import { openMedia, sealMedia } from './media/media-crypto';
import { silenceLibsignal } from '../../engine/transport/baileys/silence';
import { FrameReader } from './transport/frame-reader';
import { encodeMessage, MessageReader, OPCODE } from './transport/websocket-messages';

describe('parts of the simulator', () => {
  let baileys: Baileys;
  beforeAll(async () => void (baileys = await loadBaileys()));

  describe('isSignedBy', () => {
    const message = Buffer.from('who I am');

    it('accepts every signature of the key', () => {
      for (let i = 0; i < 20; i++) {
        const pair = baileys.Curve.generateKeyPair();
        expect(isSignedBy(pair.public, message, baileys.Curve.sign(pair.private, message))).toBe(true);
      }
    });

    it('rejects another key, another message or another signature', () => {
      const [pair, other] = [baileys.Curve.generateKeyPair(), baileys.Curve.generateKeyPair()];
      const signature = Buffer.from(baileys.Curve.sign(pair.private, message));
      expect(isSignedBy(other.public, message, signature)).toBe(false);
      expect(isSignedBy(pair.public, Buffer.from('who I am not'), signature)).toBe(false);
      expect(isSignedBy(pair.public, message, randomBytes(64))).toBe(false);
      expect(isSignedBy(pair.public, message, signature.subarray(1))).toBe(false);
    });
  });

  it('finds frames wherever the stream is split', () => {
    const few = [randomBytes(1), randomBytes(300), Buffer.alloc(0), randomBytes(2)];
    // The reader copies what it has with each piece, so only large pieces make a large frame.
    const large = [...few, randomBytes(70_000)];
    for (const [frames, piece] of [
      [few, 1],
      [few, 2],
      [few, 7],
      [large, 4096],
      [large, 1e6],
    ] as const) {
      const reader = new FrameReader();
      const stream = Buffer.concat([FrameReader.intro, ...frames.map((frame) => FrameReader.frame(frame))]);
      const found: Buffer[] = [];
      for (let at = 0; at < stream.length; at += piece)
        found.push(...reader.push(stream.subarray(at, at + piece)));
      expect(found).toEqual(frames);
    }
  });

  it('rejects a stream that is not WhatsApp’s', () => {
    expect(() => new FrameReader().push(Buffer.from('GET / HTTP/1.1'))).toThrow('does not begin');
  });

  it.each([0, 125, 126, 65_535, 65_536])('reads back a WebSocket message of %i bytes', (size) => {
    const payload = randomBytes(size);
    const bytes = encodeMessage(OPCODE.binary, payload);
    const reader = new MessageReader();
    expect(reader.push(bytes.subarray(0, 1))).toEqual([]);
    expect(reader.push(bytes.subarray(1))).toEqual([{ opcode: OPCODE.binary, payload }]);
  });

  it('decrypts media only with its own key', () => {
    const plain = randomBytes(1000);
    const { bytes, mediaKey } = sealMedia(plain, 'voice');
    expect(openMedia(bytes, mediaKey, 'voice')).toEqual(plain);
    expect(() => openMedia(bytes, mediaKey, 'image')).toThrow('not encrypted with this key');
    expect(() => openMedia(bytes, randomBytes(32), 'voice')).toThrow('not encrypted with this key');
  });

  it('serves media under its own CA only, and accepts uploads only with the password', async () => {
    const host = await MediaHost.open();
    const post = (path: string, ca?: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const posted = request(`https://${host.hostname}${path}`, { method: 'POST', ca }, (response) => {
          resolve(response.resume().statusCode);
        });
        posted.on('error', reject).end('x');
      });
    await expect(post('/mms/image/x')).rejects.toThrow(/self-signed/);
    expect(await post('/mms/image/x?auth=guess', host.ca)).toBe(401);
    expect(await post(`/mms/image/x?auth=${host.password}`, host.ca)).toBe(200);
    await host.close();
  });

  it.each(['', 'hello', 'https://wa.me/settings/linked_devices#a,b,c,d', 'ref,AAAA,AAAA,AAAA'])(
    'rejects %j as the text of a QR code',
    (text) => expect(() => readQrText(text)).toThrow('not the text of a WhatsApp QR code'),
  );

  it('drops libsignal’s console lines and keeps all others', () => {
    const lines: unknown[] = [];
    const original = console.info;
    console.info = (line: unknown) => void lines.push(line);
    silenceLibsignal();
    console.info('Closing session:', { privKey: 'secret' });
    console.info('Closed the shop');
    console.info = original;
    expect(lines).toEqual(['Closed the shop']);
  });
});
