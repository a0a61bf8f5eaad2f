import type { MediaKind } from '../../../domain/messages/message-content';
import type { Inbound } from '../../transport';
import type { WireMessage } from '../baileys';

/** The file of a message. */
export interface MessageFile {
  type: MediaKind;
  /** WhatsApp's own kind, which the encryption keys are derived for. */
  sealedAs: 'image' | 'video' | 'audio' | 'document' | 'sticker';
  caption: string | null | undefined;
  part: FilePart;
}

/** The fields that all kinds of files have. */
export interface FilePart {
  url?: string | null;
  directPath?: string | null;
  mediaKey?: Uint8Array | null;
  mimetype?: string | null;
  fileName?: string | null;
  /** A number, or a Long of protobufjs. */
  fileLength?: unknown;
}

const MIMES = {
  image: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/ogg',
  document: 'application/octet-stream',
  sticker: 'image/webp',
} as const;

/** The file of an unwrapped message, with the kind that its sender chose. */
export function fileOf(message: WireMessage): MessageFile | null {
  const { imageMessage, audioMessage, documentMessage, stickerMessage } = message;
  const video = message.videoMessage ?? message.ptvMessage;
  if (imageMessage)
    return { type: 'image', sealedAs: 'image', caption: imageMessage.caption, part: imageMessage };
  if (video) {
    const type = video.gifPlayback ? 'gif' : 'video';
    return { type, sealedAs: 'video', caption: video.caption, part: video };
  }
  if (audioMessage) {
    const type = audioMessage.ptt ? 'voice' : 'audio';
    return { type, sealedAs: 'audio', caption: null, part: audioMessage };
  }
  if (documentMessage) {
    const { caption } = documentMessage;
    return { type: 'document', sealedAs: 'document', caption, part: documentMessage };
  }
  return stickerMessage
    ? { type: 'sticker', sealedAs: 'sticker', caption: null, part: stickerMessage }
    : null;
}

/** The file as events describe it; null if there is none, or it could not be downloaded. */
export function mediaOf(message: WireMessage): Inbound['media'] {
  const file = fileOf(message);
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
