import { pipeline } from 'node:stream';
import { FileGone, type MediaSource, type OpenFile } from '../../media-source';
import type { Baileys } from '../baileys';
import { describeFile } from './kinds/files';
import type { FilePart } from './kinds/kind';
import { fileOf } from './message-content';
import { BLOCK, MAC_BYTES, unsealFile } from './unseal-file';
import { unwrap } from './unwrap';

/** WhatsApp's hosts no longer have the file; they keep files for some weeks. */
const GONE = [403, 404, 410];

export interface MediaSourceOptions {
  load(): Promise<Baileys>;
  openFile: OpenFile;
  /** For tests with the WhatsApp simulator: files may be on any host. */
  anyHost: boolean;
}

/** Downloads and decrypts the files of inbound messages. It needs no link, so any process can. */
export function createMediaSource({ load, openFile, anyHost }: MediaSourceOptions): MediaSource {
  return {
    async open(content) {
      const baileys = await load();
      const message = unwrap(baileys.proto.WebMessageInfo.decode(content).message);
      const file = message && fileOf(message);
      const media = describeFile(file);
      const address = file && fileAddress(file.part, anyHost);
      if (!media || !file?.part.mediaKey || !address) throw new FileGone();
      const { iv, cipherKey, macKey } = await baileys.getMediaKeys(file.part.mediaKey, file.sealedAs);
      const { status, length, body } = await openFile(address);
      if (status !== 200) {
        body.on('error', () => undefined).destroy();
        if (GONE.includes(status)) throw new FileGone(true);
        throw new Error(`WhatsApp's media host answered ${status}.`);
      }
      const size = fits(media.size, length) ? media.size : null;
      const stream = unsealFile({ iv, cipherKey, macKey: macKey! }, size);
      // Errors surface in the stream that is read.
      pipeline(body, stream, () => undefined);
      return { mime: media.mime, filename: media.filename, size, stream };
    },
  };
}

/** Whether a file of `size` bytes, padded to whole blocks and with its MAC, has the received length. */
function fits(size: number, length: number | null): boolean {
  return length === (Math.floor(size / BLOCK) + 1) * BLOCK + MAC_BYTES;
}

/** Where a file is if its message names no host that has files. It has all of them. */
const USUAL_HOST = 'mmg.whatsapp.net';
/** Hosts that have files. Messages also name `web.whatsapp.net`, which does not exist. */
const HAS_FILES = /^(?:mmg|media)[\w.-]*\.whatsapp\.net$/;

/**
 * The URL of a message's file; null if it names none. Senders can put any host there, so only WhatsApp's own are used.
 * @param anyHost for tests with the WhatsApp simulator
 */
export function fileAddress({ url, directPath }: FilePart, anyHost: boolean): string | null {
  const named = url && URL.canParse(url) ? new URL(url) : null;
  if (named && !isSafe(named, anyHost)) return directPath ? onUsualHost(directPath) : null;
  if (!named || !(anyHost || HAS_FILES.test(named.hostname))) {
    return onUsualHost(directPath || (named ? named.pathname + named.search : ''));
  }
  return directPath ? addressOf(named.host, directPath) : named.href;
}

const onUsualHost = (path: string): string | null => addressOf(USUAL_HOST, path);

/** Without a leading slash the path would become part of the host name. */
function addressOf(host: string, path: string): string | null {
  const inside = path.replace(/^\/+/, '');
  return inside === '' ? null : new URL(`https://${host}/${inside}`).href;
}

/** Whether it is one of WhatsApp's hosts. */
function isSafe({ protocol, hostname, port, username, password }: URL, anyHost: boolean): boolean {
  if (protocol !== 'https:' || username || password) return false;
  return anyHost || (port === '' && hostname.endsWith('.whatsapp.net'));
}
