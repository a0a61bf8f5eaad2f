import { publishedKind, REVOKED } from '../domain/chats/message-kinds';
import { ackOf } from '../domain/messages/ack';
import { wireKey } from '../domain/messages/wire-key';
import type { ShownChatMessageRow } from '../store/tables/chat-messages';
import type { ChatMessage } from './chat-schema';

/** The signed URL of a file, by the id of its inbound message or file. */
export type MediaUrlOf = (id: string) => string;

export function presentChatMessage(row: ShownChatMessageRow, urlOf: MediaUrlOf | null): ChatMessage {
  const isOut = row.direction === 'out';
  const isGroup = row.chat_id.endsWith('@g.us');
  return {
    key: keyOf(row),
    chat_id: row.chat_id,
    from: row.author ?? row.chat_id,
    author: isGroup ? row.author : null,
    from_name: row.from_name,
    from_me: isOut,
    timestamp: row.at.toISOString(),
    type: row.revoked_at ? REVOKED : publishedKind(row.type),
    text: row.text,
    ack: row.status === null ? null : ackOf({ ...row, status: row.status }),
    media_url: urlOf && mediaUrl(row, urlOf),
    caption: row.media ? row.text : null,
    filename: row.media?.filename ?? null,
    media: row.media,
    reply_to: row.reply_to,
    source: row.source,
    message_id: row.source === 'engine' ? row.id : null,
    session_id: row.session_id,
    edited_at: row.edited_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
    own_reaction: row.own_reaction,
    pinned_until: row.pinned_until?.toISOString() ?? null,
  };
}

/** Where the file of a message can be fetched; null if it has none, or none that is kept. */
export function mediaUrl(row: ShownChatMessageRow, urlOf: MediaUrlOf): string | null {
  if (!row.media) return null;
  if (row.source !== 'engine') return urlOf(row.id);
  const { url = null, file_id: fileId = null } = row.sent_media ?? {};
  return url ?? (fileId && urlOf(fileId));
}

function keyOf({ direction, chat_id: chatId, wire_id: wireId, author }: ShownChatMessageRow): string {
  const isOut = direction === 'out';
  return wireKey({ fromMe: isOut, chatId, wireId, author: !isOut && author !== chatId ? author : null });
}
