import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createInflate, inflate } from 'node:zlib';
import { FileGone, type OpenFile } from '../../media-source';
import type { Baileys, HistoryNotification } from '../baileys';
import { fileAddress } from '../inbound/media-source';
import { unsealFile } from '../inbound/unseal-file';

const unpack = promisify(inflate);

/** WhatsApp's hosts no longer have the file. */
const GONE = [403, 404, 410];

export interface HistoryFileTools {
  baileys: Pick<Baileys, 'getMediaKeys'>;
  openFile: OpenFile;
  /** For tests with the WhatsApp simulator: files may be on any host. */
  anyHost: boolean;
  /** The host that WhatsApp wants this connection to use. */
  host(): Promise<string | undefined>;
}

/**
 * The history that a notification speaks of: in it, or in a file on WhatsApp's hosts.
 * @throws FileGone. Any other error may pass, unless the file is damaged.
 */
export async function historyBytes(
  { initialHistBootstrapInlinePayload: inside, directPath, mediaKey }: HistoryNotification,
  { baileys, openFile, anyHost, host }: HistoryFileTools,
): Promise<Uint8Array> {
  if (inside?.length) return unpack(inside);
  if (!directPath || !mediaKey) throw new FileGone();
  const named = await host();
  const address = fileAddress({ url: named && `https://${named}${directPath}`, directPath }, anyHost);
  if (!address) throw new FileGone();
  const { iv, cipherKey, macKey } = await baileys.getMediaKeys(mediaKey, 'md-msg-hist');
  const { status, body } = await openFile(address);
  if (status !== 200) {
    body.on('error', () => undefined).destroy();
    if (GONE.includes(status)) throw new FileGone();
    throw new Error(`WhatsApp's media host answered ${status}.`);
  }
  const chunks: Buffer[] = [];
  await pipeline(
    body,
    unsealFile({ iv, cipherKey, macKey: macKey! }, null),
    createInflate(),
    async (source) => {
      for await (const chunk of source) chunks.push(chunk as Buffer);
    },
  );
  return Buffer.concat(chunks);
}
