import { join } from 'node:path';
import { SideThread } from '../../async/side-thread';
import type { PageMetadata } from './read-page.cjs';

export type { PageMetadata };

/** It takes a few milliseconds; a page that takes longer was made to, and a message waits for it. */
const PAGE_MS = 2_000;
/** A QR code is ours. It only has to wait for its turn, on a busy machine. */
const QR_MS = 20_000;

const thread = new SideThread(join(__dirname, 'render-worker.cjs'));

/**
 * Reads how a page describes itself, off the main thread: strangers write pages.
 * @param contentType the server's own, for its charset
 * @returns null when the page has no title at all
 * @throws Error if it takes too long
 */
export function readPage(bytes: Uint8Array, contentType: string | null): Promise<PageMetadata | null> {
  return thread.run('page', { bytes, contentType }, PAGE_MS);
}

/** A QR code as a picture: bytes of a PNG, or the text of an SVG. @throws Error if it takes too long */
export function qrPicture(text: string, type: 'image/png' | 'image/svg+xml'): Promise<Uint8Array | string> {
  return thread.run('qr', { text, type }, QR_MS);
}
