import type { Inbound } from '../../transport';
import type { Baileys, WireMessage } from '../baileys';
import type { InboundTools } from '../tools';
import { PROTOCOL_KINDS } from './kinds/protocol-kinds';
import { contentOf, type MessageContent } from './message-content';
import { chosenOptions } from './poll-vote';
import { openSealed, type UseCase } from './sealed-content';
import type { Sender } from './sender';
import { unwrap } from './unwrap';

/** What somebody wrote or did. */
export type Deed = Pick<Inbound, 'kind' | 'targetWireId' | 'type' | 'text' | 'media'> &
  Partial<Pick<Inbound, 'options' | 'form' | 'targetIsOwn' | 'pinnedForS'>>;

const EDITS: readonly UseCase[] = ['Message Edit', 'Event Edit', 'Poll Edit', 'Poll Add Option'];

/**
 * What somebody did to an earlier message: edits, revocations, pins, reactions, votes, comments, answers to events.
 * @returns null if the message holds no act that can be read; `undefined` if it holds none at all
 */
export async function actOf(
  message: WireMessage,
  sender: Sender,
  tools: InboundTools,
): Promise<Deed | null | undefined> {
  const { protocolMessage, reactionMessage, pollUpdateMessage, commentMessage, pinInChatMessage } = message;
  if (protocolMessage) return changeOf(protocolMessage, tools.baileys);
  if (reactionMessage) return reaction(reactionMessage.key, reactionMessage.text ?? '');
  if (pinInChatMessage) return pin(pinInChatMessage, message.messageContextInfo, tools.baileys);
  if (pollUpdateMessage) return vote(pollUpdateMessage, sender, tools);
  if (commentMessage) return comment(commentMessage.targetMessageKey, commentMessage.message);
  return sealedActOf(message, sender, tools);
}

async function sealedActOf(
  message: WireMessage,
  sender: Sender,
  tools: InboundTools,
): Promise<Deed | undefined> {
  const { Message } = tools.baileys.proto;
  const { secretEncryptedMessage, encReactionMessage, encCommentMessage, encEventResponseMessage } = message;
  if (secretEncryptedMessage) {
    const plain = await openSealed(secretEncryptedMessage, EDITS, sender, tools);
    return edit(secretEncryptedMessage.targetMessageKey, decoded(Message, plain));
  }
  if (encReactionMessage) {
    const plain = await openSealed(encReactionMessage, ['Enc Reaction'], sender, tools);
    const found = decoded(Message.ReactionMessage, plain);
    return reaction(encReactionMessage.targetMessageKey, found ? (found.text ?? '') : null);
  }
  if (encCommentMessage) {
    const plain = await openSealed(encCommentMessage, ['Enc Comment'], sender, tools);
    return comment(encCommentMessage.targetMessageKey, decoded(Message, plain));
  }
  if (!encEventResponseMessage) return undefined;
  const { eventCreationMessageKey: key, ...sealed } = encEventResponseMessage;
  const plain = await openSealed({ ...sealed, targetMessageKey: key }, ['Event Response'], sender, tools);
  return eventAnswer(key, decoded(Message.EventResponseMessage, plain), tools.baileys);
}

/** A message that was decrypted, but is not what it should be, is as good as none. */
function decoded<Decoded>(
  type: { decode(bytes: Uint8Array): Decoded },
  bytes: Uint8Array | null,
): Decoded | null {
  try {
    return bytes && type.decode(bytes);
  } catch {
    return null;
  }
}

type Key = { id?: string | null; fromMe?: boolean | null } | null | undefined;

/** From the sender's side: for what the owner does on the phone, whether it is about the owner's own message. */
const target = (key: Key): Pick<Deed, 'targetWireId' | 'targetIsOwn' | 'media'> => ({
  targetWireId: key?.id ?? null,
  targetIsOwn: key?.fromMe ?? false,
  media: null,
});

/** Edits and revocations. The other messages of this kind are between devices. */
function changeOf(part: NonNullable<WireMessage['protocolMessage']>, { proto }: Baileys): Deed | null {
  // `type` is 0 if it is not on the wire: a revocation, but only of a message.
  const name = proto.Message.ProtocolMessage.Type[part.type ?? 0] as keyof typeof PROTOCOL_KINDS | undefined;
  switch (name === undefined ? undefined : PROTOCOL_KINDS[name]) {
    case 'edited':
      return edit(part.key, part.editedMessage);
    case 'revoked':
      return part.key ? { kind: 'revoked', type: 'revoked', text: null, ...target(part.key) } : null;
    case 'status_mention':
      return { kind: 'message', type: 'status_mention', text: null, ...target(part.key) };
    case 'silent':
      return null;
    case undefined:
      return { kind: 'message', type: 'unsupported', text: null, ...target(part.key) };
  }
}

/** @param edited the new message, or an edit that holds it; null if it cannot be read */
function edit(key: Key, edited: WireMessage | null | undefined): Deed {
  const inside = unwrap(edited);
  const message = inside?.protocolMessage ? unwrap(inside.protocolMessage.editedMessage) : inside;
  const { type = 'unsupported', text = null } = (message && contentOf(message)) ?? {};
  return { kind: 'edited', type, text, ...target(key) };
}

/** @param emoji empty: an earlier reaction is withdrawn; null if it cannot be read */
const reaction = (key: Key, emoji: string | null): Deed => ({
  ...{ kind: 'reaction', type: emoji === null ? 'unsupported' : 'reaction', text: emoji },
  ...target(key),
});

/** WhatsApp's own choice, for a pin that does not say how long it stays. */
const USUAL_PIN_S = 7 * 86_400;

function pin(
  { key, type }: NonNullable<WireMessage['pinInChatMessage']>,
  info: WireMessage['messageContextInfo'],
  { proto }: Baileys,
): Deed {
  const isPinned = type !== proto.Message.PinInChatMessage.Type.UNPIN_FOR_ALL;
  const pinnedForS = isPinned ? info?.messageAddOnDurationInSecs || USUAL_PIN_S : 0;
  return { kind: 'pinned', type: 'pinned', text: null, pinnedForS, ...target(key) };
}

async function vote(
  part: NonNullable<WireMessage['pollUpdateMessage']>,
  sender: Sender,
  tools: InboundTools,
): Promise<Deed | null> {
  const options = await chosenOptions(part, sender, tools);
  const about = target(part.pollCreationMessageKey);
  return options && { kind: 'poll_vote', type: 'poll_vote', text: null, options, ...about };
}

/** A comment is a message like any other, about another one. */
function comment(key: Key, message: WireMessage | null | undefined): Deed {
  const inside = unwrap(message);
  const found: Partial<MessageContent> = (inside && contentOf(inside)) ?? {};
  const { type = 'unsupported', text = null } = found;
  return { kind: 'message', type, text, ...target(key) };
}

type EventAnswer = { response?: number | null };

function eventAnswer(key: Key, answer: EventAnswer | null, { proto }: Baileys): Deed {
  const name = proto.Message.EventResponseMessage.EventResponseType[answer?.response ?? 0];
  const text = answer && name !== 'UNKNOWN' ? name!.toLowerCase().replaceAll('_', ' ') : null;
  return { kind: 'message', type: text ? 'event_reply' : 'unsupported', text, ...target(key) };
}
