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
/** Of all files of one page together. In base64, and as the text of an answer, they take several times as much memory. */
const MOST_OF_PAGE = 8 * MOST_INLINE;

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

/** Why the content of a file is not in a list. */
export type LeftOut = 'too_large' | 'page_full' | 'unavailable';

/** A file in base64, or why it is not there. */
type Inline = { data_base64: string; left_out: null } | { data_base64: null; left_out: LeftOut };

/** The contents of the files of one page: so many that they fit into memory together. */
export class InlineFiles {
  private left = MOST_OF_PAGE;

  /** @param open opens a file by its id */
  constructor(private readonly open: (id: string) => Promise<InboundFile>) {}

  /** The file of a message that has one. One at a time: each is in memory as a whole. */
  async contentOf(row: ShownChatMessageRow): Promise<Inline> {
    const id = fileIdOf(row);
    if (id === null) return leftOut('unavailable');
    const most = Math.min(this.left, MOST_INLINE);
    const size = row.media?.size ?? 0;
    if (size > MOST_INLINE) return leftOut('too_large');
    if (size > most || most === 0) return leftOut('page_full');
    try {
      const bytes = await readUpTo(most, (await this.open(id)).stream);
      if (!bytes) return leftOut(most < MOST_INLINE ? 'page_full' : 'too_large');
      this.left -= bytes.length;
      return { data_base64: bytes.toString('base64'), left_out: null };
    } catch {
      return leftOut('unavailable');
    }
  }
}

const leftOut = (reason: LeftOut): Inline => ({ data_base64: null, left_out: reason });

/** Everything in a stream; null if that is more than `most` bytes. */
async function readUpTo(most: number, stream: Readable): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    // Leaving the loop ends the download.
    if (size > most) return null;
  }
  return Buffer.concat(chunks);
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
