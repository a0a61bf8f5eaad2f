import { lookup } from 'mime-types';
import type { Fault } from '../network/fault';
import type { MediaKind } from '../domain/messages/message-content';
import { looksLikeText, sniffMimes } from './sniff';

/** What WhatsApp shows in the chat itself; everything else travels as a document. */
const SHOWN: Record<string, readonly string[]> = {
  image: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'],
  video: ['video/mp4', 'video/3gpp', 'video/quicktime'],
  audio: ['audio/aac', 'audio/mp4', 'audio/mpeg', 'audio/amr', 'audio/ogg'],
};

/**
 * What each kind takes; `voice` and `gif` are WhatsApp's own forms of one format each. So is `sticker`, of WebP, which
 * other pictures are made into on their way.
 */
const TAKEN: Record<Exclude<MediaKind, 'document'>, readonly string[]> = {
  image: SHOWN.image!,
  video: SHOWN.video!,
  audio: SHOWN.audio!,
  voice: ['audio/ogg'],
  gif: ['video/mp4'],
  sticker: SHOWN.image!,
};

/** Formats that others are built on: the name or the declared type says which of them it is. */
const CONTAINERS = [
  'application/zip',
  'application/msword',
  'application/xml',
  'application/gzip',
  'video/x-matroska',
];
const GENERIC = 'application/octet-stream';

export interface MediaHints {
  /** Absent before the media has been fetched: then only what is said of it counts. */
  bytes?: Uint8Array | null;
  /** Content-Type, or what the caller declared. */
  declared?: string | null;
  /** Name or URL path; its extension counts. */
  filename?: string | null;
}

/** The MIME type, by the bytes before the declaration before the name. Bytes are never taken for what they are not. */
export function detectMime({ bytes, declared, filename }: MediaHints): string {
  const hints = [bare(declared ?? ''), bare(lookup(filename ?? '') || '')].filter((mime) => mime !== '');
  if (!bytes) return hints[0] ?? GENERIC;
  const asText = hints.find((mime) => isText(mime));
  if (asText && looksLikeText(bytes)) return asText;
  const seen = sniffMimes(bytes);
  const agreed = hints.find((mime) => seen.includes(mime));
  if (agreed) return agreed;
  const documentHint = hints.find((mime) => kindOf(mime) === 'document');
  if (!seen[0]) return documentHint ?? (looksLikeText(bytes) ? 'text/plain' : GENERIC);
  return documentHint && CONTAINERS.includes(seen[0]) ? documentHint : seen[0];
}

/** The kind that a MIME type is sent as. A picture in WebP is an image; sticker, voice and gif are only ever asked for. */
export function kindOf(mime: string): MediaKind {
  const family = mime.split('/')[0];
  if (family !== 'image' && family !== 'video' && family !== 'audio') return 'document';
  return SHOWN[family]!.includes(mime) ? family : 'document';
}

/** Why these bytes cannot be sent as the kind that was asked for, or null. Anything can be a document. */
export function kindFault(asked: MediaKind, mime: string): Fault | null {
  if (asked === 'document' || TAKEN[asked].includes(mime)) return null;
  return {
    code: 'kind_mismatch',
    message: `is ${asked}, which takes ${TAKEN[asked].join(', ')}, but the file is ${mime}; convert it, or leave kind out to send it as ${kindOf(mime)}`,
  };
}

function isText(mime: string): boolean {
  return (
    mime.startsWith('text/') || mime === 'application/json' || mime.endsWith('+xml') || mime.endsWith('+json')
  );
}

function bare(mime: string): string {
  const type = mime.split(';')[0]!.trim().toLowerCase();
  return /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(type) && !type.endsWith('/octet-stream') ? type : '';
}
