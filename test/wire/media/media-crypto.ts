import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { baileys } from '../baileys';

export type MediaKind = 'image' | 'video' | 'audio' | 'voice' | 'gif' | 'document' | 'sticker';

/** What keys are made for: a kind of file, or the history that a phone shares. */
type Purpose = MediaKind | 'history';

const HKDF_INFO: Readonly<Record<Purpose, string>> = {
  image: 'WhatsApp Image Keys',
  sticker: 'WhatsApp Image Keys',
  video: 'WhatsApp Video Keys',
  gif: 'WhatsApp Video Keys',
  audio: 'WhatsApp Audio Keys',
  voice: 'WhatsApp Audio Keys',
  document: 'WhatsApp Document Keys',
  history: 'WhatsApp History Keys',
};

const EXPANDED = 112;
const MAC = 10;

/** An encrypted file as stored on the media host, with what only the two ends know about it. */
export interface SealedMedia {
  readonly bytes: Buffer;
  readonly mediaKey: Buffer;
  readonly fileSha256: Buffer;
  readonly fileEncSha256: Buffer;
  readonly fileLength: number;
}

function keysFor(mediaKey: Uint8Array, kind: Purpose): { iv: Buffer; cipherKey: Buffer; macKey: Buffer } {
  const expanded = Buffer.from(baileys().hkdf(mediaKey, EXPANDED, { info: HKDF_INFO[kind] }));
  return {
    iv: expanded.subarray(0, 16),
    cipherKey: expanded.subarray(16, 48),
    macKey: expanded.subarray(48, 80),
  };
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

export function sealMedia(plain: Uint8Array, kind: Purpose): SealedMedia {
  const mediaKey = randomBytes(32);
  const { iv, cipherKey, macKey } = keysFor(mediaKey, kind);
  const cipher = createCipheriv('aes-256-cbc', cipherKey, iv);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  const mac = createHmac('sha256', macKey).update(iv).update(sealed).digest().subarray(0, MAC);
  const bytes = Buffer.concat([sealed, mac]);
  return {
    bytes,
    mediaKey,
    fileSha256: sha256(plain),
    fileEncSha256: sha256(bytes),
    fileLength: plain.length,
  };
}

/** Throws if the file was not encrypted with this key. */
export function openMedia(bytes: Buffer, mediaKey: Uint8Array, kind: MediaKind): Buffer {
  const { iv, cipherKey, macKey } = keysFor(mediaKey, kind);
  const sealed = bytes.subarray(0, -MAC);
  const mac = createHmac('sha256', macKey).update(iv).update(sealed).digest().subarray(0, MAC);
  if (!mac.equals(bytes.subarray(-MAC))) throw new Error('The file was not encrypted with this key.');
  const decipher = createDecipheriv('aes-256-cbc', cipherKey, iv);
  return Buffer.concat([decipher.update(sealed), decipher.final()]);
}
