import { readFile } from 'node:fs/promises';
import { request, type Agent } from 'node:https';
import { TransportError } from '../../transport';
import type { Upload, WASocket, WireMessage } from '../baileys';

/** A channel's files are public: they go to a place of their own, unencrypted, and a post names its file by a handle. */

/** What WhatsApp's servers call the kinds of files, as whatsmeow has it. */
const STORED_AS: Record<string, string> = {
  image: 'image',
  sticker: 'image',
  video: 'video',
  ptv: 'video',
  audio: 'audio',
  document: 'document',
};
const TIMEOUT_MS = 60_000;

interface Stored {
  url?: string;
  direct_path?: string;
  handle?: string;
}

/** Uploads files to channels. `handle` is that of the file that was uploaded last. */
export class ChannelUploads {
  handle: string | null = null;

  constructor(
    private readonly socket: Pick<WASocket, 'refreshMediaConn'>,
    private readonly agent: Agent | undefined,
  ) {}

  /** For `prepareWAMessageMedia`, in place of the upload of encrypted files. */
  readonly upload: Upload = async (path, { mediaType, fileEncSha256B64: hash }) => {
    const bytes = await readFile(String(path));
    const { hosts, auth } = await this.socket.refreshMediaConn(false);
    const token = Buffer.from(hash, 'base64').toString('base64url');
    const place = `/newsletter/newsletter-${STORED_AS[mediaType] ?? 'document'}/${token}`;
    const query = `auth=${encodeURIComponent(auth)}&token=${token}`;
    for (const { hostname } of hosts) {
      const stored = await post(`https://${hostname}${place}?${query}`, bytes, this.agent).catch(() => null);
      if (!stored?.direct_path && !stored?.url) continue;
      this.handle = stored.handle ?? null;
      return { mediaUrl: stored.url ?? '', directPath: stored.direct_path ?? '' };
    }
    throw new TransportError('media_upload_failed', true, 'The file could not be uploaded to the channel.');
  };
}

function post(url: string, bytes: Buffer, agent: Agent | undefined): Promise<Stored> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/octet-stream', origin: 'https://web.whatsapp.com' };
    const sending = request(url, { method: 'POST', headers, agent, timeout: TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString()) as Stored);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    sending.on('timeout', () => sending.destroy(new Error('The upload took too long.')));
    sending.on('error', reject);
    sending.end(bytes);
  });
}

/** What a post says about its file besides the message; null if it has none. */
export function channelMediaType({
  imageMessage,
  videoMessage,
  audioMessage,
  ...rest
}: WireMessage): string | null {
  if (imageMessage) return 'image';
  if (videoMessage) return videoMessage.gifPlayback ? 'gif' : 'video';
  if (audioMessage) return audioMessage.ptt ? 'ptt' : 'audio';
  if (rest.stickerMessage) return 'sticker';
  return rest.documentMessage ? 'document' : null;
}
