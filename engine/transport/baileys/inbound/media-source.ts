import { pipeline } from 'node:stream';
import { FileGone, type MediaSource, type OpenFile } from '../../media-source';
import type { BaileysModule } from '../wire-types';
import { fileAddress } from './file-address';
import { fileOf, mediaOf } from './media-of';
import { BLOCK, MAC_BYTES, unsealFile } from './unseal-file';
import { unwrap } from './unwrap';

/** How WhatsApp's hosts say that they do not have a file any more: its address is valid for some weeks. */
const GONE = [403, 404, 410];

export interface MediaSourceOptions {
  load(): Promise<BaileysModule>;
  openFile: OpenFile;
  /** Tests only: files may lie on any host. */
  anyHost: boolean;
}

/** Fetches and opens the files of messages that came in. Any process can: no link is needed. */
export function createMediaSource({ load, openFile, anyHost }: MediaSourceOptions): MediaSource {
  return {
    async open(content) {
      const baileys = await load();
      const message = unwrap(baileys.proto.WebMessageInfo.decode(content).message);
      const media = message && mediaOf(message);
      const file = message && fileOf(message);
      const address = file && fileAddress(file.part, anyHost);
      if (!media || !file?.part.mediaKey || !address) throw new FileGone();
      const { iv, cipherKey, macKey } = await baileys.getMediaKeys(file.part.mediaKey, file.sealedAs);
      const { status, length, body } = await openFile(address);
      if (status !== 200) {
        body.on('error', () => undefined).destroy();
        if (GONE.includes(status)) throw new FileGone();
        throw new Error(`WhatsApp's media host answered ${status}`);
      }
      const size = fits(media.size, length) ? media.size : null;
      const stream = unsealFile({ iv, cipherKey, macKey: macKey! }, size);
      // Its fault is told by the stream that is read.
      pipeline(body, stream, () => undefined);
      return { mime: media.mime, filename: media.filename, size, stream };
    },
  };
}

/** Whether a file of that many bytes, filled up to whole blocks and with its MAC, has the length that came. */
function fits(size: number, length: number | null): boolean {
  return length === (Math.floor(size / BLOCK) + 1) * BLOCK + MAC_BYTES;
}
