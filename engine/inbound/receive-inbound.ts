import { newId } from '../domain/ids';
import { wireKey } from '../domain/messages/wire-key';
import type { Mode } from '../domain/mode';
import type { NewEvent, Transact, Work } from '../events/transact';
import { findByWireId, type MessageRow } from '../store/tables/messages';
import { insertInbound } from '../store/tables/inbound-messages';
import { learnNames, type Who } from '../people/learn-names';
import { rememberMet, saveWhatsappName } from '../store/tables/people';
import type { SessionRow } from '../store/tables/sessions';
import type { Encryption } from '../encryption/encryption';
import type { MediaLinks } from './media-links';
import type { Inbound } from '../transport/transport';
import { applyReply, type OptOutRules } from './apply-reply';

const EVENT_OF_KIND = {
  message: 'message.received',
  reaction: 'message.reaction',
  poll_vote: 'poll.voted',
  edited: 'message.edited',
  revoked: 'message.revoked',
} as const;

export interface InboundDependencies {
  transact: Transact;
  encryption: Encryption;
  optOuts: OptOutRules;
  mediaLinks: MediaLinks;
}

/**
 * Stores what came in from a chat, only once even if it is reported again. The same transaction cancels what a reply
 * should stop, applies a stop or start word, and emits the event.
 */
export async function receiveInbound(
  { transact, encryption, optOuts, mediaLinks }: InboundDependencies,
  session: SessionRow,
  inbound: Inbound,
): Promise<void> {
  const { media } = inbound;
  const urlOf = media && inbound.content ? await mediaLinks.maker() : null;
  await transact(async (work) => {
    const { mode } = session;
    const writer = await writerOf(work, mode, inbound);
    const chat =
      inbound.isGroup || !writer ? { id: inbound.chatId, ids: [inbound.chatId], phone: null } : writer;
    const who = chat.id;
    const id = newId('inbound');
    const isNew = await insertInbound(work.sql, {
      id,
      mode: session.mode,
      session_id: session.id,
      kind: inbound.kind,
      chat_id: inbound.chatId,
      who,
      wire_id: inbound.id,
      sealed_content: inbound.content ? encryption.seal(Buffer.from(inbound.content), id) : null,
      created_at: work.now,
      written_at: new Date(inbound.at),
    });
    if (!isNew) return;
    rememberMet(work.sql, session.id, [{ mode, who, chat_id: inbound.chatId }], work.now);
    if (inbound.fromName && writer) saveWhatsappName(work.sql, writer.id, inbound.fromName);
    const { targetWireId } = inbound;
    const target = targetWireId ? await findByWireId(work.sql, session.id, targetWireId) : undefined;
    await applyReply(work, session, inbound, chat, optOuts);
    const told: Inbound = {
      ...inbound,
      from: inbound.from ?? phoneOfName(writer?.phone ?? null),
      media: media && urlOf ? { ...media, url: urlOf(id) } : media,
    };
    work.tell([inboundEvent(session, told, target, { who, writer: writer?.id ?? null })]);
  });
}

/** Null for something in a group by what has no name of a person, such as WhatsApp's assistant. */
async function writerOf(work: Work, mode: Mode, { names }: Inbound): Promise<Who | null> {
  if (names.length === 0) return null;
  const [writer] = await learnNames(work, mode, [names]);
  return writer!;
}

function inboundEvent(
  session: SessionRow,
  inbound: Inbound,
  target: MessageRow | undefined,
  { who, writer }: { who: string; writer: string | null },
): NewEvent {
  return {
    mode: session.mode,
    type: EVENT_OF_KIND[inbound.kind],
    data: presentInbound(session, inbound, target, writer),
    subjectId: target?.id ?? null,
    fromPhone: inbound.from,
    chatId: inbound.chatId,
    who,
    fromWho: writer,
    reference: target?.reference ?? null,
    isReply: inbound.kind === 'message' && target !== undefined,
  };
}

function presentInbound(
  session: SessionRow,
  inbound: Inbound,
  target: MessageRow | undefined,
  writer: string | null,
) {
  const { targetWireId, chatId } = inbound;
  return {
    key: wireKey({ fromMe: false, chatId, wireId: inbound.id, author: inbound.author }),
    chat_id: chatId,
    from: inbound.from,
    from_name: inbound.fromName,
    person_id: writer,
    is_group: inbound.isGroup,
    // A group member without a known number has at least a LID.
    author: inbound.isGroup ? (inbound.from ?? inbound.author ?? null) : null,
    type: inbound.type,
    text: inbound.text,
    ...(inbound.kind === 'poll_vote' ? { options: inbound.options ?? [] } : {}),
    ...(inbound.kind === 'reaction' ? { emoji: inbound.text } : {}),
    media: inbound.media,
    reply_to: targetWireId ? wireKey({ fromMe: target !== undefined, chatId, wireId: targetWireId }) : null,
    in_reply_to_message_id: target?.id ?? null,
    reference: target?.reference ?? null,
    timestamp: new Date(inbound.at).toISOString(),
    session_id: session.id,
  };
}

/** E.164 of `<digits>@c.us`. */
const phoneOfName = (name: string | null): string | null => name && `+${name.slice(0, -'@c.us'.length)}`;
