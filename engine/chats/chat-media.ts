import { Readable } from 'node:stream';
import { EngineError } from '../errors';
import { detectMime } from '../media/media-kind';
import type { Sql } from '../store/sql/database';
import type { ShownChatMessageRow } from '../store/tables/chat-messages';
import { readMediaFile } from '../store/tables/media-files';
import type { InboundFile } from '../transport/media-source';
import type { ChatMedia } from './chat-schema';
import { mediaUrl, type MediaUrlOf } from './present-chat-message';

/** Larger files are only given by their URL. */
const MOST_INLINE = 1024 * 1024;

/** Whether an id is that of a file that came in a request. */
export const isOwnFile = (id: string): boolean => id.startsWith('med_');

/** Opens a file that came in a request. @throws EngineError 410 if it is no longer kept */
export async function openOwnFile(sql: Sql, id: string): Promise<InboundFile> {
  const bytes = await readMediaFile(sql, id);
  if (!bytes) throw new EngineError('not_found', 'The engine no longer has this file.', { status: 410 });
  return {
    mime: detectMime({ bytes }),
    filename: null,
    size: bytes.length,
    stream: Readable.from([bytes]),
  };
}

/**
 * Where the file of a message can be fetched, or why it cannot. A file on WhatsApp's servers is looked at, and not taken
 * through here: it may be large.
 * @param open opens a file by its id. @throws EngineError
 */
export async function showChatMedia(
  row: ShownChatMessageRow,
  urlOf: MediaUrlOf,
  open: (id: string) => Promise<InboundFile>,
): Promise<ChatMedia> {
  const none = { url: null, mimetype: null, filename: null, data_base64: null, original_quality: null };
  if (!row.media) return { ...none, media_unavailable: 'no_media' };
  const { mime, filename } = row.media;
  const url = mediaUrl(row, urlOf);
  const id = fileIdOf(row);
  const known = { ...none, mimetype: mime, filename };
  if (url === null) return { ...known, media_unavailable: 'expired' };
  // A URL that the client gave itself.
  if (id === null) return { ...known, url, media_unavailable: null };
  try {
    const file = await open(id);
    file.stream.destroy();
    return { ...known, url, mimetype: mime ?? file.mime, media_unavailable: null };
  } catch (error) {
    return { ...known, media_unavailable: reasonOf(error) };
  }
}

/** A message's file in base64; null if it has none, or one that is too large or cannot be opened now. */
export async function contentInBase64(
  row: ShownChatMessageRow,
  open: (id: string) => Promise<InboundFile>,
): Promise<string | null> {
  const id = fileIdOf(row);
  if (id === null || (row.media?.size ?? 0) > MOST_INLINE) return null;
  try {
    const { stream } = await open(id);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      // Leaving the loop ends the download.
      if (size > MOST_INLINE) return null;
    }
    return Buffer.concat(chunks).toString('base64');
  } catch {
    return null;
  }
}

/** The id by which a message's file is opened; null if it has none, or one at a URL that the client gave itself. */
function fileIdOf(row: ShownChatMessageRow): string | null {
  if (!row.media) return null;
  return row.source === 'engine' ? (row.sent_media?.file_id ?? null) : row.id;
}

function reasonOf(error: unknown): ChatMedia['media_unavailable'] {
  if (!(error instanceof EngineError)) return 'error';
  // WhatsApp's servers, or our own phone, which may still have it.
  return error.status === 410 ? 'expired' : 'fetching';
}
