import { filetypemime } from 'magic-bytes.js';
import { lookup } from 'mime-types';
import type { Fault } from '../network/fault';
import type { MediaKind } from '../domain/messages/message-content';

/** Types that WhatsApp shows in the chat; everything else is sent as a document. */
const SHOWN: Record<string, readonly string[]> = {
  image: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'],
  video: ['video/mp4', 'video/3gpp', 'video/quicktime'],
  audio: ['audio/aac', 'audio/mp4', 'audio/mpeg', 'audio/amr', 'audio/ogg'],
};

/**
 * The formats that each kind accepts. `voice` and `gif` are WhatsApp's own forms of one format each, and so is `sticker`
 * of WebP, to which other pictures are converted.
 */
const ACCEPTED: Record<Exclude<MediaKind, 'document'>, readonly string[]> = {
  image: SHOWN.image!,
  video: SHOWN.video!,
  audio: SHOWN.audio!,
  voice: ['audio/ogg'],
  gif: ['video/mp4'],
  sticker: SHOWN.image!,
};

/** Formats that others are built on: the name or the declared type says which one it is. */
const CONTAINERS = [
  'application/zip',
  'application/msword',
  'application/xml',
  'application/gzip',
  'video/x-matroska',
];
const GENERIC = 'application/octet-stream';

export interface MediaHints {
  /** Absent before the media is fetched: then only the declaration and the name count. */
  bytes?: Uint8Array | null;
  /** Content-Type, or what the caller declared. */
  declared?: string | null;
  /** Name or URL path; its extension counts. */
  filename?: string | null;
}

/** The MIME type: by the bytes first, then the declared type, then the name. The bytes are never contradicted. */
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

/** The kind that a MIME type is sent as. Sticker, voice and gif only on request: a WebP picture is an image. */
export function kindOf(mime: string): MediaKind {
  const family = mime.split('/')[0];
  if (family !== 'image' && family !== 'video' && family !== 'audio') return 'document';
  return SHOWN[family]!.includes(mime) ? family : 'document';
}

/** Why a file cannot be sent as the requested kind, or null. Anything can be a document. */
export function kindFault(asked: MediaKind, mime: string): Fault | null {
  if (asked === 'document' || ACCEPTED[asked].includes(mime)) return null;
  return {
    code: 'kind_mismatch',
    message: `is ${asked}, which accepts ${ACCEPTED[asked].join(', ')}, but the file is ${mime}. Convert it, or omit kind to send it as ${kindOf(mime)}.`,
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

/** Enough for the deepest known signature (tar). */
const HEAD_BYTES = 4100;

/** MIME types that the bytes can be, likeliest first; empty if no signature is known, as for plain text. */
function sniffMimes(bytes: Uint8Array): string[] {
  const head = bytes.subarray(0, HEAD_BYTES);
  const ascii = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  return special(head, ascii) ?? filetypemime(head).map((mime) => mime.replace(/;.*$/, ''));
}

/** Formats that magic-bytes.js does not know, or of which it knows only the container. */
function special(head: Uint8Array, ascii: string): string[] | null {
  if (ascii.startsWith('#!AMR')) return ['audio/amr'];
  if (ascii.startsWith('OggS')) {
    const firstPage = ascii.slice(0, 128);
    if (/OpusHead|\x01vorbis|Speex {3}/.test(firstPage)) return ['audio/ogg'];
    return firstPage.includes('\x80theora') ? ['video/ogg'] : ['application/ogg'];
  }
  if (ascii.startsWith('ftyp', 4)) return isoMedia(ascii.slice(8, 12));
  // MPEG audio frame: eleven sync bits and layer III. ADTS AAC has layer bits 00.
  if (head[0] === 0xff && (head[1]! & 0xe6) === 0xe2) return ['audio/mpeg'];
  if (head[0] === 0xff && (head[1]! & 0xf6) === 0xf0) return ['audio/aac'];
  return null;
}

function isoMedia(brand: string): string[] | null {
  if (/^(M4A|M4B|F4A)/.test(brand)) return ['audio/mp4'];
  if (/^3g/.test(brand)) return ['video/3gpp'];
  // The general brands hold audio as often as video.
  if (/^(isom|iso\d|mp4\d|avc1|dash|MSNV|M4V|f4v|mmp4)/.test(brand)) return ['video/mp4', 'audio/mp4'];
  return null;
}

/** Whether the bytes are UTF-8 text, without control characters except tab and line ends. */
function looksLikeText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, HEAD_BYTES);
  const text = new TextDecoder('utf-8').decode(head, { stream: true });
  return head.length > 0 && !/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]/.test(text);
}
