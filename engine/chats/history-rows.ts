import { wireKey } from '../domain/messages/wire-key';
import type { ChatMessageRow } from '../store/tables/chat-messages';
import type { MessageRow } from '../store/tables/messages';
import type { OlderRow } from '../store/tables/older-messages';
import type { SessionRow } from '../store/tables/sessions';
import type { Inbound } from '../transport/transport';

/** What was received, and whose chat it is in. */
export interface ReceivedInChat {
  session: SessionRow;
  inbound: Inbound;
  /** Of its row in `inbound_messages`. */
  id: string;
  /** Who the chat is with: a person's id, or a group's chat id. */
  who: string;
  /** The id of the person who wrote it; null if it was not a person. */
  personId: string | null;
  /** The message that it quotes or is about is our own. */
  isToOurs: boolean;
}

/** What the phone shared of the past. */
export interface OlderInChat extends ReceivedInChat {
  /** The message itself, encrypted; null if there is none to keep. */
  sealed: Buffer | null;
}

/** A message that WhatsApp's server has accepted. */
export interface SentInChat {
  row: MessageRow;
  /** Seconds after which it disappears from the chat; undefined: it stays. */
  disappearsInS?: number;
}

/** Nobody has done anything to it yet. */
const UNTOUCHED = { edited_at: null, revoked_at: null, own_reaction: null, pinned_until: null };

/** The row of something received, or written on the phone. */
export function receivedRow(
  { session, inbound, id, who, personId, isToOurs }: ReceivedInChat,
  now: Date,
): ChatMessageRow {
  const { chatId, isGroup, sentFromPhone = false, targetWireId, media, at } = inbound;
  const other = isGroup ? (inbound.author ?? null) : chatId;
  return {
    ...{ wire_id: inbound.id, session_id: session.id, chat_id: chatId, mode: session.mode, id, who },
    direction: sentFromPhone ? 'out' : 'in',
    source: sentFromPhone ? 'phone' : 'received',
    author: sentFromPhone ? chatIdOfPhone(inbound.from ?? session.phone) : other,
    writer: isGroup && !sentFromPhone ? personId : null,
    from_name: inbound.fromName,
    type: inbound.type,
    text: inbound.text,
    media: media && { mime: media.mime, filename: media.filename, size: media.size },
    reply_to: targetWireId && wireKey({ fromMe: isToOurs, chatId, wireId: targetWireId }),
    ...times(new Date(at), inbound.disappearsInS, now),
  };
}

/** The row of something that the phone shared of the past. */
export function olderRow({ sealed, ...older }: OlderInChat, now: Date): OlderRow {
  return { ...receivedRow(older, now), source: 'history', sealed };
}

/** The row of a message that WhatsApp's server has accepted. */
export function sentRow({ row, disappearsInS }: SentInChat, now: Date): ChatMessageRow {
  const { media } = row;
  return {
    ...{ wire_id: row.wire_id, session_id: row.session_id, chat_id: row.chat_id, mode: row.mode },
    ...{ id: row.id, who: row.who, direction: 'out', source: 'engine' },
    author: chatIdOfPhone(row.from_phone),
    ...{ writer: null, from_name: null },
    type: kindOf(row),
    text: textOf(row),
    media: media && { mime: null, filename: media.filename, size: null },
    reply_to: row.reply_to && withoutAuthor(row.reply_to),
    ...times(row.sent_at ?? now, disappearsInS, now),
  };
}

/** Until when a message is pinned; null if it is unpinned. */
export const pinnedUntil = ({ at, pinnedForS }: Pick<Inbound, 'at' | 'pinnedForS'>): Date | null =>
  pinnedForS ? new Date(at + pinnedForS * 1000) : null;

/** What kind of message it is, as in `message.received`. */
export const kindOf = ({ type, media }: Pick<MessageRow, 'type' | 'media'>): string =>
  type === 'media' ? (media?.kind ?? 'document') : type;

function times(
  at: Date,
  disappearsInS: number | undefined,
  now: Date,
): Pick<ChatMessageRow, 'at' | 'created_at' | 'expires_at' | keyof typeof UNTOUCHED> {
  const expiresAt = disappearsInS ? new Date(at.getTime() + disappearsInS * 1000) : null;
  return { at, created_at: now, expires_at: expiresAt, ...UNTOUCHED };
}

/** As what is received is put into words. */
function textOf({ text, media, poll, location, contact }: MessageRow): string | null {
  if (contact) return `${contact.name}: ${contact.phones.join(', ')}`;
  if (location) {
    const { name, address, latitude, longitude } = location;
    const place = `https://maps.google.com/?q=${latitude},${longitude}`;
    return [name, address, place].filter((line) => line).join('\n');
  }
  if (poll) return [poll.question, ...poll.options.map((option) => `- ${option}`)].join('\n');
  return text ?? media?.caption ?? null;
}

const chatIdOfPhone = (phone: string | null): string | null => phone && `${phone.slice(1)}@c.us`;

/** The key of a message in a group ends with who wrote it. Leave that out of messages by others. */
const withoutAuthor = (key: string): string => key.replace(/_\d+@[a-z.]+$/, '');
