import { baileys, type Message } from '../baileys';
import type { MediaKind } from '../media/media-crypto';
import { readVcard, type ContactCard } from './vcard';

/** A message in a form that tests can compare. */
export interface MessageSummary {
  readonly kind:
    | MediaKind
    | 'text'
    | 'poll'
    | 'vote'
    | 'location'
    | 'contact'
    | 'reaction'
    | 'edit'
    | 'revoke'
    | 'pin'
    | 'other';
  /** The text, the caption, the emoji, the poll's question, or the name of a place or contact. */
  readonly text?: string;
  /** The wire id of the message that it quotes. */
  readonly quotes?: string;
  readonly mentions?: readonly string[];
  /** The seconds after which it disappears. */
  readonly expires?: number;
  /** How often it was forwarded before it came here, if it is marked as forwarded. */
  readonly forwarded?: number;
  /** The wire id of the message that it reacts to, edits, revokes, pins or votes in. */
  readonly target?: string;
  /** For how many seconds it pins the message; 0 unpins it. */
  readonly pinnedFor?: number;
  readonly options?: readonly string[];
  readonly file?: MediaFile;
  /** Of a place: latitude and longitude. */
  readonly place?: readonly [number, number];
  readonly address?: string;
  /** Of a contact, from its vCard. */
  readonly card?: ContactCard;
}

export interface MediaFile {
  readonly kind: MediaKind;
  readonly mimetype: string;
  readonly fileName?: string;
  readonly directPath: string;
  readonly mediaKey: Uint8Array;
  readonly seconds?: number;
}

type Contextual = {
  contextInfo?: {
    stanzaId?: string | null;
    mentionedJid?: string[] | null;
    expiration?: number | null;
    isForwarded?: boolean | null;
    forwardingScore?: number | null;
  } | null;
};

const there = <T>(value: T | null | undefined): T | undefined => value ?? undefined;

export function summarize(raw: Message): MessageSummary {
  const { proto, normalizeMessageContent } = baileys();
  const message = normalizeMessageContent(raw) ?? {};
  const { EDIT, REVOKE } = {
    EDIT: proto.Message.ProtocolMessage.Type.MESSAGE_EDIT,
    REVOKE: proto.Message.ProtocolMessage.Type.REVOKE,
  };
  if (message.conversation) return { kind: 'text', text: message.conversation };
  const { extendedTextMessage: extended, reactionMessage: reaction, protocolMessage: protocol } = message;
  if (extended) return { kind: 'text', text: there(extended.text), ...context(extended) };
  if (reaction) return { kind: 'reaction', text: there(reaction.text), target: there(reaction.key?.id) };
  const target = there(protocol?.key?.id);
  if (protocol?.type === EDIT) {
    return { ...summarize(protocol.editedMessage ?? {}), kind: 'edit', target };
  }
  if (protocol?.type === REVOKE) return { kind: 'revoke', target };
  return (
    pin(message) ??
    poll(message) ??
    location(message) ??
    contact(message) ??
    media(message) ?? { kind: 'other' }
  );
}

function pin({ pinInChatMessage: pinned, messageContextInfo: info }: Message): MessageSummary | undefined {
  if (!pinned) return undefined;
  const { PIN_FOR_ALL } = baileys().proto.Message.PinInChatMessage.Type;
  const pinnedFor = pinned.type === PIN_FOR_ALL ? (info?.messageAddOnDurationInSecs ?? 0) : 0;
  return { kind: 'pin', target: there(pinned.key?.id), pinnedFor };
}

function context({
  contextInfo,
}: Contextual): Pick<MessageSummary, 'quotes' | 'mentions' | 'expires' | 'forwarded'> {
  const mentions = there(contextInfo?.mentionedJid);
  const expires = there(contextInfo?.expiration);
  return {
    quotes: there(contextInfo?.stanzaId),
    ...(mentions?.length ? { mentions } : {}),
    ...(expires ? { expires } : {}),
    ...(contextInfo?.isForwarded ? { forwarded: contextInfo.forwardingScore ?? 0 } : {}),
  };
}

function poll(message: Message): MessageSummary | undefined {
  const created =
    message.pollCreationMessage ?? message.pollCreationMessageV2 ?? message.pollCreationMessageV3;
  if (created) {
    const options = (created.options ?? []).map(({ optionName }) => optionName ?? '');
    return { kind: 'poll', text: there(created.name), options, ...context(created) };
  }
  const vote = message.pollUpdateMessage;
  return vote ? { kind: 'vote', target: there(vote.pollCreationMessageKey?.id) } : undefined;
}

function location({ locationMessage: place }: Message): MessageSummary | undefined {
  if (!place) return undefined;
  const { degreesLatitude = 0, degreesLongitude = 0, name, address } = place;
  return {
    kind: 'location',
    text: there(name),
    address: there(address),
    place: [degreesLatitude ?? 0, degreesLongitude ?? 0],
    ...context(place),
  };
}

function contact({ contactMessage: sent }: Message): MessageSummary | undefined {
  if (!sent) return undefined;
  return {
    kind: 'contact',
    text: there(sent.displayName),
    card: readVcard(sent.vcard ?? ''),
    ...context(sent),
  };
}

function media(message: Message): MessageSummary | undefined {
  const { imageMessage, videoMessage, audioMessage, documentMessage, stickerMessage } = message;
  const found = imageMessage ?? videoMessage ?? audioMessage ?? documentMessage ?? stickerMessage;
  if (!found) return undefined;
  const kind = kindOf(message);
  const file: MediaFile = {
    kind,
    mimetype: found.mimetype ?? '',
    directPath: found.directPath ?? '',
    mediaKey: found.mediaKey ?? new Uint8Array(),
    fileName: there(documentMessage?.fileName),
    seconds: there(audioMessage?.seconds ?? videoMessage?.seconds),
  };
  const caption = imageMessage?.caption ?? videoMessage?.caption ?? documentMessage?.caption;
  return { kind, text: there(caption), file, ...context(found as Contextual) };
}

function kindOf({ imageMessage, videoMessage, audioMessage, stickerMessage }: Message): MediaKind {
  if (imageMessage) return 'image';
  if (stickerMessage) return 'sticker';
  if (videoMessage) return videoMessage.gifPlayback ? 'gif' : 'video';
  if (audioMessage) return audioMessage.ptt ? 'voice' : 'audio';
  return 'document';
}
