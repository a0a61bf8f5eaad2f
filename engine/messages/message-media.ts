import { newId } from '../domain/ids';
import { EngineError } from '../errors';
import { base64Fault, decodeBase64Strict } from '../media/base64';
import { detectMime, kindFault, kindOf } from '../media/media-kind';
import type { Transaction } from '../store/sql/database';
import { insertMediaFile, type StoredMedia } from '../store/tables/messages';
import type { MediaKind } from '../transport/transport';
import { MAX_BASE64 } from './message-schema';
import { checkUrl, type Faults } from './message-rules';

interface MediaInput {
  url?: string;
  data_base64?: string;
  kind?: MediaKind;
  caption?: string;
  filename?: string;
}

/** Media of a request that was found good: the stored part, and bytes that are still to be kept. */
export interface ReadMedia {
  stored: StoredMedia;
  bytes: Buffer | null;
}

/**
 * Checks media and decides its kind from the bytes where none was asked for. What is behind a URL is not known yet:
 * its kind stays null until it has been fetched.
 * @throws EngineError `payload_too_large` for too much base64.
 */
export function readMedia(media: MediaInput, allowPrivate: boolean, faults: Faults): ReadMedia {
  const stored: StoredMedia = {
    url: media.url ?? null,
    file_id: null,
    kind: media.kind ?? null,
    caption: media.caption ?? null,
    filename: media.filename ?? null,
  };
  if (media.url !== undefined) {
    checkUrl('media.url', media.url, allowPrivate, faults);
    return { stored, bytes: null };
  }
  const base64 = media.data_base64 ?? '';
  if (base64.length > MAX_BASE64) {
    throw new EngineError(
      'payload_too_large',
      `${faults.pathOf('media.data_base64')}: has ${base64.length} characters and may have ${MAX_BASE64}; give a url instead`,
    );
  }
  const bytes = decodeBase64Strict(base64);
  if (!bytes) {
    const fault = base64Fault(base64);
    faults.add('media.data_base64', fault?.code ?? 'invalid_base64', fault?.message ?? 'is not base64');
    return { stored, bytes: null };
  }
  const mime = detectMime({ bytes, filename: media.filename });
  const mismatch = media.kind && kindFault(media.kind, mime);
  if (mismatch) faults.add('media.kind', mismatch.code, mismatch.message);
  stored.file_id = newId('media');
  stored.kind ??= kindOf(mime);
  return { stored, bytes };
}

/** Keeps the bytes of a request beside its message. */
export function keepMedia(tx: Transaction, media: ReadMedia, now: Date): void {
  if (media.bytes && media.stored.file_id) insertMediaFile(tx, media.stored.file_id, media.bytes, now);
}
