import type { MessageRow } from '../store/tables/messages';
import type { Content } from '../transport/transport';

/** The content of a message, without the bytes of a file. */
export type ContentOfRow = Exclude<Content, { type: 'media' }> | { type: 'media' };

/** A message's content as the transport expects it. The bytes of a file come from elsewhere. */
export function contentOf(row: MessageRow): ContentOfRow {
  if (row.poll) {
    const { question, options, allow_multiple: allowMultiple } = row.poll;
    return { type: 'poll', question, options, allowMultiple };
  }
  if (row.media) return { type: 'media' };
  if (row.location) return { type: 'location', ...row.location };
  if (row.contact) return { type: 'contact', ...row.contact };
  return { type: 'text', text: row.text ?? '', linkPreview: row.link_preview ?? true };
}
