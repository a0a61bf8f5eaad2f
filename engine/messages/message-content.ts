import type { MediaKind } from '../domain/messages/message-content';
import { newId } from '../domain/ids';
import { EngineError, type Faults } from '../errors';
import { base64Fault, decodeBase64Strict } from '../media/base64';
import { detectMime, kindFault, kindOf } from '../media/media-kind';
import { checkMediaUrl } from '../media/media-url';
import type { Transaction } from '../store/sql/database';
import { insertMediaFile } from '../store/tables/media-files';
import type { MessageRow, StoredMedia } from '../store/tables/messages';
import { LONGEST_BASE64, type CreateMessage } from './message-schema';

/** The content of a new message, without its recipient and times. */
export type ContentInput =
  | Pick<Extract<CreateMessage, { type: 'text' }>, 'type' | 'text' | 'link_preview'>
  | Pick<Extract<CreateMessage, { type: 'media' }>, 'type' | 'media'>
  | Pick<Extract<CreateMessage, { type: 'poll' }>, 'type' | 'poll'>;

export interface NewContent {
  fields: Pick<MessageRow, 'type' | 'text' | 'media' | 'poll' | 'link_preview'>;
  media: ReadMedia | null;
}

interface MediaInput {
  url?: string;
  data_base64?: string;
  kind?: MediaKind;
  caption?: string;
  filename?: string;
}

/** Valid media of a request: what goes into the message's row, and bytes for `storeBytes`. */
export interface ReadMedia {
  stored: StoredMedia;
  bytes: Buffer | null;
}

/**
 * Reads the content of a new message as columns of its row, and notes its faults.
 * @throws EngineError `payload_too_large`
 */
export function readNewContent(input: ContentInput, allowPrivateMedia: boolean, faults: Faults): NewContent {
  const media = input.type === 'media' ? readMedia(input.media, allowPrivateMedia, faults) : null;
  return {
    fields: {
      type: input.type,
      text: input.type === 'text' ? input.text : null,
      media: media?.stored ?? null,
      poll: input.type === 'poll' ? input.poll : null,
      link_preview: input.type === 'text' ? input.link_preview : null,
    },
    media,
  };
}

/**
 * Checks media. Without `kind`, it is detected from the bytes; for a URL it stays null until the file is fetched.
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
    faults.note('media.url', checkMediaUrl(media.url, allowPrivate));
    return { stored, bytes: null };
  }
  const base64 = media.data_base64 ?? '';
  if (base64.length > LONGEST_BASE64) {
    const path = faults.pathOf('media.data_base64');
    throw new EngineError(
      'payload_too_large',
      `${path} has ${base64.length} characters, but the limit is ${LONGEST_BASE64}. Use media.url for a file of this size.`,
    );
  }
  const bytes = decodeBase64Strict(base64);
  if (!bytes) {
    faults.note('media.data_base64', base64Fault(base64));
    return { stored, bytes: null };
  }
  const mime = detectMime({ bytes, filename: media.filename });
  if (media.kind) faults.note('media.kind', kindFault(media.kind, mime));
  stored.file_id = newId('media');
  stored.kind ??= kindOf(mime);
  return { stored, bytes };
}

/** Stores the bytes in the same transaction as their message. */
export function storeBytes(tx: Transaction, media: ReadMedia, now: Date): void {
  if (media.bytes && media.stored.file_id) insertMediaFile(tx, media.stored.file_id, media.bytes, now);
}
