import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { unsealFile } from '../../../../../engine/transport/baileys/inbound/unseal-file';
import { loadBaileys, type Baileys } from '../../../../wire/baileys';
import { sealMedia } from '../../../../wire/media/media-crypto';

describe('unsealFile', () => {
  let baileys: Baileys;
  beforeAll(async () => void (baileys = await loadBaileys()));

  /** Decrypts data that arrives in pieces of these sizes, repeated. */
  async function opened(sealed: Buffer, mediaKey: Buffer, size: number | null, pieces = [sealed.length]) {
    const { iv, cipherKey, macKey } = await baileys.getMediaKeys(mediaKey, 'image');
    const parts: Buffer[] = [];
    for (let at = 0, n = 0; at < sealed.length; n += 1)
      parts.push(sealed.subarray(at, (at += pieces[n % pieces.length]!)));
    const stream = unsealFile({ iv, cipherKey, macKey: macKey! }, size);
    Readable.from(parts).pipe(stream);
    return buffer(stream);
  }

  it('decrypts a file however it is split', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        async (plain, pieces) => {
          const { bytes, mediaKey } = sealMedia(plain, 'image');
          expect(await opened(bytes, mediaKey, plain.length, pieces)).toEqual(Buffer.from(plain));
        },
      ),
    ));

  it('fails if any bit was changed or the end is missing', async () => {
    const { bytes, mediaKey } = sealMedia(Buffer.alloc(100, 'x'), 'image');
    for (const at of [0, 50, bytes.length - 11, bytes.length - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1;
      await expect(opened(damaged, mediaKey, 100)).rejects.toThrow('damaged');
    }
    for (const length of [0, 5, 10, bytes.length - 1]) {
      await expect(opened(bytes.subarray(0, length), mediaKey, null)).rejects.toThrow();
    }
  });

  it.each([0, 1, 15, 16, 17, 32])(
    'does not pass a whole file of %i bytes before its MAC is checked',
    async (size) => {
      const { bytes, mediaKey } = sealMedia(Buffer.alloc(size, 'x'), 'image');
      bytes[bytes.length - 1]! ^= 1;
      const { iv, cipherKey, macKey } = await baileys.getMediaKeys(mediaKey, 'image');
      const stream = unsealFile({ iv, cipherKey, macKey: macKey! }, size);
      let given = 0;
      stream.on('data', (chunk: Buffer) => (given += chunk.length));
      Readable.from([bytes]).pipe(stream);
      await new Promise((resolve) => stream.once('error', resolve));
      expect(given).toBeLessThan(Math.max(size, 1));
    },
  );

  it('fails if the size is not the expected one', async () => {
    const { bytes, mediaKey } = sealMedia(Buffer.alloc(100), 'image');
    await expect(opened(bytes, mediaKey, 99)).rejects.toThrow('size');
    expect(await opened(bytes, mediaKey, null)).toHaveLength(100);
  });
});
