import type { MessageRow } from '../store/tables/messages';
import type { WithoutBytes } from '../transport/session-memory';

/** A message's content as the transport expects it. Bytes come from elsewhere. */
export function contentOf(row: MessageRow): WithoutBytes {
  if (row.forward_of?.inbound_id) return { type: 'forward' };
  if (row.poll) {
    const { question, options, allow_multiple: allowMultiple } = row.poll;
    return { type: 'poll', question, options, allowMultiple };
  }
  if (row.media) return { type: 'media' };
  if (row.location) return { type: 'location', ...row.location };
  if (row.contact) return { type: 'contact', ...row.contact };
  return { type: 'text', text: row.text ?? '', linkPreview: row.link_preview ?? true };
}
