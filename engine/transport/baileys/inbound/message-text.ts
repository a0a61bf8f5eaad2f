import type { Inbound } from '../../transport';
import type { WireMessage } from '../wire-types';
import { cards, place } from './contact-cards';
import { fileOf, mediaOf } from './media-of';

/** What a message says, in the words of an event. */
export interface Said {
  type: string;
  text: string | null;
  media: Inbound['media'];
  /** The wire id of the message that it answers to. */
  quotes: string | null;
}

/** What comes in a message's form and says nothing to anybody. */
const SILENT = [
  'messageContextInfo',
  'senderKeyDistributionMessage',
  'fastRatchetKeySenderKeyDistributionMessage',
  'protocolMessage',
  'stickerSyncRmrMessage',
  'keepInChatMessage',
  'pinInChatMessage',
  // The pictures of an album follow, each as a message.
  'albumMessage',
  'messageHistoryBundle',
  'messageHistoryNotice',
  'placeholderMessage',
  'call',
  'callLogMesssage',
  'bcallMessage',
  'limitSharingMessage',
  // Sealed with the secret of a message that we do not keep.
  'encReactionMessage',
  'encCommentMessage',
  'encEventResponseMessage',
  'secretEncryptedMessage',
];

/**
 * Reads an unwrapped message. Something that a person wrote in a form that is not known here is still told, as
 * `unsupported`: whoever waits for an answer shall know that one came. Null for what nobody wrote.
 */
export function whatIsSaid(message: WireMessage): Said | null {
  const { type, text } = words(message) ?? { type: null, text: null };
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

interface Words {
  type: string;
  text: string | null | undefined;
}

function words(message: WireMessage): Words | null {
  if (typeof message.conversation === 'string') return { type: 'text', text: message.conversation };
  if (message.extendedTextMessage) return { type: 'text', text: message.extendedTextMessage.text };
  const file = fileOf(message);
  if (file) return { type: file.type, text: file.caption };
  return cards(message) ?? place(message) ?? poll(message) ?? choice(message) ?? rarer(message);
}

function poll({ pollCreationMessage, ...message }: WireMessage): Words | null {
  const { pollCreationMessageV2, pollCreationMessageV3, pollCreationMessageV5 } = message;
  const found =
    pollCreationMessage ?? pollCreationMessageV2 ?? pollCreationMessageV3 ?? pollCreationMessageV5;
  if (!found) return null;
  const options = found.options?.map(({ optionName }) => `- ${optionName ?? ''}`) ?? [];
  return { type: 'poll', text: [found.name ?? '', ...options].join('\n') };
}

/** What somebody chose from a list or of buttons, as it was shown to them. */
function choice(message: WireMessage): Words | null {
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
}: WireMessage): Words | null {
  if (groupInviteMessage)
    return { type: 'group_invite', text: groupInviteMessage.caption || groupInviteMessage.groupName };
  if (eventMessage) return { type: 'event', text: eventMessage.name };
  if (productMessage) return { type: 'product', text: productMessage.product?.title || productMessage.body };
  return orderMessage ? { type: 'order', text: orderMessage.message || orderMessage.orderTitle } : null;
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** Each kind of message has its context in the same place. */
function quoted(message: WireMessage): string | null {
  for (const part of Object.values(message) as unknown[]) {
    const { contextInfo } = (part ?? {}) as { contextInfo?: { stanzaId?: unknown } | null };
    if (typeof contextInfo?.stanzaId === 'string' && contextInfo.stanzaId !== '') return contextInfo.stanzaId;
  }
  return null;
}
