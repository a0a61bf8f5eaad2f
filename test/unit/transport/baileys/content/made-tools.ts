import { readFile } from 'node:fs/promises';
import type { ChatSettings } from '../../../../../engine/transport/baileys/chats/chat-settings';
import { ChannelUploads } from '../../../../../engine/transport/baileys/content/channel-media';
import type { WireTools } from '../../../../../engine/transport/baileys/tools';
import { jidOf } from '../../../../../engine/transport/baileys/jids';
import type { PagePreview } from '../../../../../engine/transport/preview-source';
import type { OutgoingMessage } from '../../../../../engine/transport/transport';
import { loadBaileys } from '../../../../wire/baileys';
import { SmallMemory } from '../small-memory';

/** The tools of session +14155550100, with everything they uploaded and fetched. */
export interface MadeTools extends WireTools {
  memory: SmallMemory;
  /** Of every chat. */
  settings: ChatSettings;
  /** The encrypted files. */
  uploads: Buffer[];
  /** Pages and pictures on the web, by URL. */
  pages: Map<string, PagePreview>;
  pictures: Map<string, Uint8Array>;
  /** The next upload fails. */
  failNextUpload(): void;
}

export async function madeTools(): Promise<MadeTools> {
  const uploads: Buffer[] = [];
  const pages = new Map<string, PagePreview>();
  const pictures = new Map<string, Uint8Array>();
  const settings: ChatSettings = { timer: null, nameOf: async (jid) => jid };
  let failing = false;
  const upload: WireTools['upload'] = async (path) => {
    if (failing) {
      failing = false;
      throw new Error('the host is down');
    }
    uploads.push(await readFile(path));
    return { mediaUrl: `https://mmg.whatsapp.net/${uploads.length}`, directPath: `/${uploads.length}` };
  };
  return {
    baileys: await loadBaileys(),
    memory: new SmallMemory(),
    me: { jid: '14155550100:7@s.whatsapp.net', lid: '200000000000100:7@lid' },
    resolve: async (chatId) => jidOf(chatId),
    settingsOf: async () => settings,
    upload,
    channelUploads() {
      const noSocket = { refreshMediaConn: () => Promise.reject(new Error('no socket')) };
      const uploads = new ChannelUploads(noSocket, undefined);
      const keep: WireTools['upload'] = (path, options) => {
        uploads.handle = `handle of ${options.mediaType}`;
        return upload(path, options);
      };
      return Object.assign(uploads, { upload: keep });
    },
    reachable: (content) => Promise.resolve(content),
    previews: {
      page: async (url) => pages.get(url) ?? null,
      picture: async (url) => pictures.get(url) ?? null,
    },
    settings,
    uploads,
    pages,
    pictures,
    failNextUpload: () => void (failing = true),
  };
}

export const WIRE_ID = '3EB0C0FFEE';

/** A text to +14155551234, with the given changes. */
export function outgoing(change: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    wireId: WIRE_ID,
    chatId: '14155551234@c.us',
    content: { type: 'text', text: 'hello', linkPreview: false },
    replyTo: null,
    mentions: null,
    ...change,
  };
}

export const file = (
  kind: Extract<OutgoingMessage['content'], { type: 'media' }>['kind'],
  bytes: Buffer,
  mime: string,
  more: { filename?: string; caption?: string } = {},
): OutgoingMessage['content'] => ({
  ...{ type: 'media', kind, bytes, mime },
  filename: more.filename ?? null,
  caption: more.caption ?? null,
});
