import type { MediaKind } from '../../../../domain/messages/message-content';
import type { Inbound } from '../../../transport';
import type { WireMessage } from '../../baileys';
import type { Content, MessageFile } from './kind';

type Part<Name extends keyof WireMessage> = NonNullable<WireMessage[Name]>;

export const image = (part: Part<'imageMessage'>): Content => ({
  text: part.caption,
  file: { sealedAs: 'image', part },
});

export function video(part: Part<'videoMessage'>): Content {
  const type: MediaKind = part.gifPlayback ? 'gif' : 'video';
  return { type, text: part.caption, file: { sealedAs: 'video', part } };
}

export function audio(part: Part<'audioMessage'>): Content {
  const type: MediaKind = part.ptt ? 'voice' : 'audio';
  return { type, file: { sealedAs: 'audio', part } };
}

export const document = (part: Part<'documentMessage'>): Content => ({
  text: part.caption,
  file: { sealedAs: 'document', part },
});

export const sticker = (part: Part<'stickerMessage'>): Content => ({ file: { sealedAs: 'sticker', part } });

/** The file at the top of a business message; null if it has none. */
export function headerFile(header: {
  imageMessage?: WireMessage['imageMessage'];
  videoMessage?: WireMessage['videoMessage'];
  documentMessage?: WireMessage['documentMessage'];
}): MessageFile | null {
  const { imageMessage, videoMessage, documentMessage } = header;
  if (imageMessage) return { sealedAs: 'image', part: imageMessage };
  if (videoMessage) return { sealedAs: 'video', part: videoMessage };
  return documentMessage ? { sealedAs: 'document', part: documentMessage } : null;
}

const MIMES = {
  image: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/ogg',
  document: 'application/octet-stream',
  sticker: 'image/webp',
} as const;

/** The file as events describe it; null if there is none, or it could not be downloaded. */
export function describeFile(file: MessageFile | null | undefined): Inbound['media'] {
  if (!file?.part.mediaKey?.length || !(file.part.directPath || file.part.url)) return null;
  const { mimetype, fileName, fileLength } = file.part;
  const size = Number(fileLength ?? 0);
  return {
    mime: mimetype || MIMES[file.sealedAs],
    filename: fileName || null,
    size: Number.isSafeInteger(size) && size >= 0 ? size : 0,
    url: null,
  };
}
