import { lazy } from '../async/lazy';
import { detectMime, kindFault, kindOf } from '../media/media-kind';
import { MediaError } from '../media/media-error';
import type { Encryption } from '../encryption/encryption';
import type { Sql } from '../store/sql/database';
import { findInboundFile } from '../store/tables/inbound-messages';
import { readMediaFile } from '../store/tables/media-files';
import type { MessageRow } from '../store/tables/messages';
import { contentOf } from './content-of';
import type { MediaKind } from '../domain/messages/message-content';
import { TransportError, type Content } from '../transport/transport';

/** Loaded on first use: its HTTP client would slow down every start. */
const media = lazy<typeof import('../media/fetch-media')>(require, '../media/fetch-media');

/** Attempts to fetch media from a server that may recover, before the message fails. */
const MOST_FETCHES = 4;

/**
 * Prepares a message's content for the wire, and fetches its media.
 * @throws TransportError with `media_unreachable` (temporary for the first few attempts) or `media_too_large`.
 */
export async function prepareContent(
  row: MessageRow,
  { sql, encryption, allowPrivateMedia }: { sql: Sql; encryption: Encryption; allowPrivateMedia: boolean },
): Promise<Content> {
  const content = contentOf(row);
  if (content.type === 'forward') return forwarded(row.forward_of?.inbound_id ?? '', sql, encryption);
  if (!row.media || content.type !== 'media')
    return content as Exclude<Content, { type: 'media' | 'forward' }>;
  const { url, file_id: fileId, kind, caption, filename } = row.media;
  const file = fileId
    ? await storedFile(sql, fileId, filename)
    : await fetchedFile(url ?? '', allowPrivateMedia, row.attempts);
  return {
    type: 'media',
    kind: fittingKind(kind as MediaKind | null, file.mime),
    bytes: file.bytes,
    mime: file.mime,
    filename: filename ?? file.filename,
    caption,
  };
}

async function forwarded(inboundId: string, sql: Sql, encryption: Encryption): Promise<Content> {
  const sealed = (await findInboundFile(sql, inboundId))?.sealed_content;
  if (!sealed)
    throw new TransportError('media_unreachable', false, 'the message to forward no longer exists');
  return { type: 'forward', message: encryption.open(sealed, inboundId) };
}

/** The requested kind, or the real kind if the file turns out to be something else. */
function fittingKind(asked: MediaKind | null, mime: string): MediaKind {
  return asked === null || kindFault(asked, mime) !== null ? kindOf(mime) : asked;
}

interface File {
  bytes: Buffer;
  mime: string;
  filename: string | null;
}

async function storedFile(sql: Sql, id: string, filename: string | null): Promise<File> {
  const bytes = await readMediaFile(sql, id);
  if (!bytes)
    throw new TransportError('media_unreachable', false, 'the file for this message no longer exists');
  return { bytes, mime: detectMime({ bytes, filename }), filename };
}

async function fetchedFile(url: string, allowPrivate: boolean, attempts: number): Promise<File> {
  try {
    return await media().fetchMedia(url, { allowPrivate });
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    throw new TransportError(error.reason, error.mayPass && attempts < MOST_FETCHES, error.message);
  }
}
