import { filetypemime } from 'magic-bytes.js';

/** The deepest signature that is looked for (tar) lies within these bytes. */
const HEAD_BYTES = 4100;

/** MIME types that the bytes can be, likeliest first; none where no signature is known (plain text, for one). */
export function sniffMimes(bytes: Uint8Array): string[] {
  const head = bytes.subarray(0, HEAD_BYTES);
  const ascii = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  return special(head, ascii) ?? filetypemime(head).map((mime) => mime.replace(/;.*$/, ''));
}

/** Where magic-bytes.js stops at the container or knows no signature, and WhatsApp needs to know what is inside. */
function special(head: Uint8Array, ascii: string): string[] | null {
  if (ascii.startsWith('#!AMR')) return ['audio/amr'];
  if (ascii.startsWith('OggS')) {
    const firstPage = ascii.slice(0, 128);
    if (/OpusHead|\x01vorbis|Speex {3}/.test(firstPage)) return ['audio/ogg'];
    return firstPage.includes('\x80theora') ? ['video/ogg'] : ['application/ogg'];
  }
  if (ascii.startsWith('ftyp', 4)) return isoMedia(ascii.slice(8, 12));
  // MPEG audio frame: eleven bits of sync and layer III. ADTS AAC has layer bits 00.
  if (head[0] === 0xff && (head[1]! & 0xe6) === 0xe2) return ['audio/mpeg'];
  if (head[0] === 0xff && (head[1]! & 0xf6) === 0xf0) return ['audio/aac'];
  return null;
}

function isoMedia(brand: string): string[] | null {
  if (/^(M4A|M4B|F4A)/.test(brand)) return ['audio/mp4'];
  if (/^3g/.test(brand)) return ['video/3gpp'];
  // The general brands hold sound alone as often as a film.
  if (/^(isom|iso\d|mp4\d|avc1|dash|MSNV|M4V|f4v|mmp4)/.test(brand)) return ['video/mp4', 'audio/mp4'];
  return null;
}

/** Whether the bytes are text in UTF-8: no control characters but tab and line ends. */
export function looksLikeText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, HEAD_BYTES);
  const text = new TextDecoder('utf-8').decode(head, { stream: true });
  return head.length > 0 && !/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]/.test(text);
}
