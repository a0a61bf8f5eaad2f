import type { MessageRow } from '../store/tables/messages';
import type { Content } from '../transport/transport';

/** What a message carries, apart from the bytes of a file. */
export type ContentOfRow = Exclude<Content, { type: 'media' }> | { type: 'media' };

/** A message's content in the transport's own terms; a file's bytes are got elsewhere. */
export function contentOf(row: MessageRow): ContentOfRow {
  if (row.poll) {
    const { question, options, allow_multiple: allowMultiple } = row.poll;
    return { type: 'poll', question, options, allowMultiple };
  }
  if (row.media) return { type: 'media' };
  return { type: 'text', text: row.text ?? '', linkPreview: row.link_preview ?? true };
}
