import type { Inbound } from '../../transport';
import type { WireMessage } from '../baileys';
import { fileOf, mediaOf } from './message-file';

/** The content of a message, as events describe it. */
export interface MessageContent {
  type: string;
  text: string | null;
  media: Inbound['media'];
  /** The wire id of the message that it replies to. */
  quotes: string | null;
}

/** Message fields that nobody wrote. */
const SILENT = [
  'messageContextInfo',
  'senderKeyDistributionMessage',
  'fastRatchetKeySenderKeyDistributionMessage',
  'protocolMessage',
  'stickerSyncRmrMessage',
  'keepInChatMessage',
  'pinInChatMessage',
  // The pictures of the album follow as messages of their own.
  'albumMessage',
  'messageHistoryBundle',
  'messageHistoryNotice',
  'placeholderMessage',
  'call',
  'callLogMesssage',
  'bcallMessage',
  'limitSharingMessage',
  // Encrypted with the secret of a message that we do not keep.
  'encReactionMessage',
  'encCommentMessage',
  'encEventResponseMessage',
  'secretEncryptedMessage',
];

/**
 * Reads an unwrapped message. A form that is not known here becomes `unsupported`, so that a reply is never missed.
 * Null if nobody wrote it.
 */
export function contentOf(message: WireMessage): MessageContent | null {
  const { type, text } = typeAndText(message) ?? { type: null, text: null };
  if (type === null) {
    const kinds = Object.entries(message).filter(([, value]) => value !== null && value !== undefined);
    if (kinds.every(([kind, value]) => SILENT.includes(kind) || isEmptyList(value))) return null;
  }
  return {
    type: type ?? 'unsupported',
    text: text || null,
    media: mediaOf(message),
    quotes: quoted(message),
  };
}

interface TypeAndText {
  type: string;
  text: string | null | undefined;
}

function typeAndText(message: WireMessage): TypeAndText | null {
  if (typeof message.conversation === 'string') return { type: 'text', text: message.conversation };
  if (message.extendedTextMessage) return { type: 'text', text: message.extendedTextMessage.text };
  const file = fileOf(message);
  if (file) return { type: file.type, text: file.caption };
  return contacts(message) ?? location(message) ?? poll(message) ?? choice(message) ?? rarer(message);
}

function poll({ pollCreationMessage, ...message }: WireMessage): TypeAndText | null {
  const { pollCreationMessageV2, pollCreationMessageV3, pollCreationMessageV5 } = message;
  const found =
    pollCreationMessage ?? pollCreationMessageV2 ?? pollCreationMessageV3 ?? pollCreationMessageV5;
  if (!found) return null;
  const options = found.options?.map(({ optionName }) => `- ${optionName ?? ''}`) ?? [];
  return { type: 'poll', text: [found.name ?? '', ...options].join('\n') };
}

/** What the sender picked from a list or buttons, as it was shown to them. */
function choice(message: WireMessage): TypeAndText | null {
  const { listResponseMessage: list, buttonsResponseMessage: button } = message;
  const { templateButtonReplyMessage: template, interactiveResponseMessage: interactive } = message;
  if (list) return { type: 'list_reply', text: list.title || list.singleSelectReply?.selectedRowId };
  if (button) return { type: 'button_reply', text: button.selectedDisplayText || button.selectedButtonId };
  if (template) return { type: 'button_reply', text: template.selectedDisplayText || template.selectedId };
  return interactive ? { type: 'button_reply', text: interactive.body?.text } : null;
}

function rarer({
  groupInviteMessage,
  eventMessage,
  productMessage,
  orderMessage,
}: WireMessage): TypeAndText | null {
  if (groupInviteMessage)
    return { type: 'group_invite', text: groupInviteMessage.caption || groupInviteMessage.groupName };
  if (eventMessage) return { type: 'event', text: eventMessage.name };
  if (productMessage) return { type: 'product', text: productMessage.product?.title || productMessage.body };
  return orderMessage ? { type: 'order', text: orderMessage.message || orderMessage.orderTitle } : null;
}

/** Shared contacts: a line each, with their numbers. */
function contacts({ contactMessage, contactsArrayMessage }: WireMessage): TypeAndText | null {
  const shared = contactsArrayMessage?.contacts ?? (contactMessage ? [contactMessage] : null);
  if (!shared) return null;
  return {
    type: 'contact',
    text: shared.map(({ displayName, vcard }) => contact(displayName, vcard)).join('\n'),
  };
}

function contact(name: string | null | undefined, vcard: string | null | undefined): string {
  // RFC 6350: TEL;TYPE=cell;waid=14155551234:+1 415 555 1234, on iPhones with a group name before it.
  const numbers = [...(vcard ?? '').matchAll(/^(?:[\w-]+\.)?TEL[^:\r\n]*:([^\r\n]+)/gim)].map(([, number]) =>
    number!.trim(),
  );
  return [name || 'Contact', numbers.join(', ')].filter((part) => part !== '').join(': ');
}

/** A location: its name and address, if it has them, and a link to a map. */
function location({ locationMessage, liveLocationMessage }: WireMessage): TypeAndText | null {
  const found = locationMessage ?? liveLocationMessage;
  if (!found) return null;
  const { degreesLatitude: latitude, degreesLongitude: longitude } = found;
  const about = locationMessage
    ? [locationMessage.name, locationMessage.address, locationMessage.comment]
    : [liveLocationMessage?.caption];
  const isPlace = Number.isFinite(latitude) && Number.isFinite(longitude);
  const link = isPlace ? `https://maps.google.com/?q=${latitude},${longitude}` : null;
  return { type: 'location', text: [...about, link].filter(Boolean).join('\n') };
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** All kinds of messages have `contextInfo` in the same place. */
function quoted(message: WireMessage): string | null {
  for (const part of Object.values(message) as unknown[]) {
    const { contextInfo } = (part ?? {}) as { contextInfo?: { stanzaId?: unknown } | null };
    if (typeof contextInfo?.stanzaId === 'string' && contextInfo.stanzaId !== '') return contextInfo.stanzaId;
  }
  return null;
}
