import { pinnedUntil, type ReceivedInChat } from '../chats/history-rows';
import type { HandledBy } from '../domain/chats/takeover';
import { wireKey } from '../domain/messages/wire-key';
import type { NewEvent } from '../events/transact';
import type { MessageRow } from '../store/tables/messages';
import type { SessionRow } from '../store/tables/sessions';
import type { Inbound } from '../transport/transport';
import type { Origin } from './who-wrote';

const EVENT_OF_KIND = {
  message: 'message.received',
  reaction: 'message.reaction',
  poll_vote: 'poll.voted',
  edited: 'message.edited',
  revoked: 'message.revoked',
  pinned: 'message.pinned',
} as const;

/**
 * The event of what came in. Whatever the owner of the number does on the phone is one event, so that nobody takes it
 * for what a person wrote; its `type` says what it is. A pin says nothing, so it is the same event for all.
 * @param target our message that it is about
 * @param handledBy who has the chat now
 */
export function inboundEvent(
  session: SessionRow,
  inbound: Inbound,
  target: MessageRow | undefined,
  origin: Origin,
  handledBy: HandledBy,
): NewEvent {
  const from = inbound.from ?? phoneOfName(origin.person?.phone ?? null);
  return {
    mode: session.mode,
    type: isToldAsOwn(inbound) ? 'message.sent_from_phone' : EVENT_OF_KIND[inbound.kind],
    data: { ...presentInbound(session, { ...inbound, from }, target, origin), handled_by: handledBy },
    // Not an event of our message, which the owner only quoted.
    subjectId: inbound.sentFromPhone ? null : (target?.id ?? null),
    fromPhone: from,
    chatId: inbound.chatId,
    who: origin.who,
    fromWho: inbound.sentFromPhone ? null : (origin.person?.id ?? null),
    reference: target?.reference ?? null,
    isReply: inbound.kind === 'message' && target !== undefined && !inbound.sentFromPhone,
  };
}

const isToldAsOwn = ({ sentFromPhone, kind }: Inbound): boolean =>
  (sentFromPhone ?? false) && kind !== 'pinned';

/** The same for the history of its chat. @param id of its row in `inbound_messages` */
export function inChat(
  session: SessionRow,
  inbound: Inbound,
  id: string,
  target: MessageRow | undefined,
  { who, person }: Origin,
): ReceivedInChat {
  const isToOurs = isAboutOurs(inbound, target);
  return { session, inbound, id, who, personId: person?.id ?? null, isToOurs };
}

const isAboutOurs = (inbound: Inbound, target: MessageRow | undefined): boolean =>
  target !== undefined || ((inbound.sentFromPhone && inbound.targetIsOwn) ?? false);

function presentInbound(
  session: SessionRow,
  inbound: Inbound,
  target: MessageRow | undefined,
  { person }: Origin,
) {
  const { targetWireId, chatId, kind } = inbound;
  const isOwn = inbound.sentFromPhone ?? false;
  return {
    key: wireKey({ fromMe: isOwn, chatId, wireId: inbound.id, author: isOwn ? null : inbound.author }),
    chat_id: chatId,
    from: inbound.from,
    from_name: inbound.fromName,
    person_id: person?.id ?? null,
    is_group: inbound.isGroup,
    // A group member without a known number has at least a LID.
    author: inbound.isGroup ? (inbound.from ?? inbound.author ?? null) : null,
    type: isOwn && kind !== 'message' ? kind : inbound.type,
    text: inbound.text,
    ...(inbound.form ? { form: inbound.form } : {}),
    ...(kind === 'poll_vote' ? { options: inbound.options ?? [] } : {}),
    ...(kind === 'reaction' ? { emoji: inbound.text } : {}),
    ...(kind === 'pinned' ? { pinned_until: pinnedUntil(inbound)?.toISOString() ?? null } : {}),
    media: inbound.media,
    reply_to: targetWireId
      ? wireKey({ fromMe: isAboutOurs(inbound, target), chatId, wireId: targetWireId })
      : null,
    in_reply_to_message_id: target?.id ?? null,
    reference: target?.reference ?? null,
    timestamp: new Date(inbound.at).toISOString(),
    session_id: session.id,
  };
}

/** E.164 of `<digits>@c.us`. */
export const phoneOfName = (name: string | null): string | null =>
  name && `+${name.slice(0, -'@c.us'.length)}`;
