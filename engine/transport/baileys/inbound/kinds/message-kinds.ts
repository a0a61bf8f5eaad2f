import { buttonReply, interactiveReply, listReply, templateReply } from './answers';
import { buttons, interactive, list, structured, template } from './business';
import { audio, document, image, sticker, video } from './files';
import { act, silent, told, wrapper, type Kinds } from './kind';
import * as thing from './shared-things';

/** For what people did of which WhatsApp tells too little. */
const UNKNOWN = 'empty';

/**
 * Every field of WhatsApp's `Message`, in the order in which they count if a message has several: what somebody wrote or
 * did, what is around it, and what nobody wrote. A field that is in no list here is told as `unsupported`.
 *
 * A new version of Baileys may bring new fields: the compiler and a test then name those that are missing. The table in
 * `docs/received-messages.md` is made from this one.
 */
export const MESSAGE_KINDS: Kinds = {
  conversation: told('text', 'a text', 'the text', (text) => ({ text })),
  extendedTextMessage: told('text', 'a text with a link, a quote or mentions', 'the text', ({ text }) => ({
    text,
  })),
  imageMessage: told('image', 'a picture', 'its caption', image),
  videoMessage: told('video', 'a video, or a GIF (`gif`)', 'its caption', video),
  ptvMessage: told('video', 'a round video note', 'its caption', video),
  audioMessage: told('audio', 'a sound, or a voice message (`voice`)', UNKNOWN, audio),
  documentMessage: told('document', 'a document', 'its caption', document),
  stickerMessage: told('sticker', 'a sticker', UNKNOWN, sticker),
  stickerPackMessage: told('sticker_pack', 'a pack of stickers', 'its caption or name', thing.stickerPack),
  contactsArrayMessage: told(
    'contact',
    'several contacts',
    'a line each, with their numbers',
    thing.contacts,
  ),
  contactMessage: told('contact', 'a contact', 'the name and the numbers', thing.contact),
  locationMessage: told('location', 'a place', 'its name, its address and a link to a map', thing.location),
  liveLocationMessage: told(
    'location',
    'a live location',
    'its caption and a link to a map',
    thing.liveLocation,
  ),
  pollCreationMessage: told('poll', 'a poll', 'the question and the options', thing.poll),
  pollCreationMessageV2: told('poll', 'a poll', 'the question and the options', thing.poll),
  pollCreationMessageV3: told('poll', 'a poll', 'the question and the options', thing.poll),
  pollCreationMessageV5: told('poll', 'a poll', 'the question and the options', thing.poll),
  pollResultSnapshotMessage: told(
    'poll',
    'the result of a poll',
    'the question and the votes',
    thing.pollResult,
  ),
  pollResultSnapshotMessageV3: told(
    'poll',
    'the result of a poll',
    'the question and the votes',
    thing.pollResult,
  ),
  eventMessage: told('event', 'an event', 'its name, description, time and place', thing.event),
  scheduledCallCreationMessage: told('event', 'a planned call', 'its title', ({ title }) => ({
    text: title,
  })),
  listResponseMessage: told('list_reply', 'a choice from a list', 'the choice', listReply),
  buttonsResponseMessage: told('button_reply', 'a pressed button', 'the button', buttonReply),
  templateButtonReplyMessage: told('button_reply', 'a pressed button', 'the button', templateReply),
  interactiveResponseMessage: told(
    'button_reply',
    'a pressed button, or an answered form (`form_reply`)',
    'the button, or a line for each field of the form; `form` has the fields',
    interactiveReply,
  ),
  templateMessage: told('template', 'a template of a business', 'its texts and choices', template),
  highlyStructuredMessage: told('template', 'a template of a business', 'its texts', structured),
  buttonsMessage: told('buttons', 'a text with buttons', 'its texts and choices', buttons),
  listMessage: told('list', 'a text with a list', 'its texts and choices', list),
  interactiveMessage: told(
    'interactive',
    'a text with buttons, or cards',
    'its texts and choices',
    interactive,
  ),
  groupInviteMessage: told(
    'group_invite',
    'an invitation to a group',
    'its caption or name',
    thing.groupInvite,
  ),
  newsletterAdminInviteMessage: told(
    'channel_invite',
    'an invitation to manage a channel',
    'its caption or name',
    thing.channelInvite,
  ),
  newsletterFollowerInviteMessageV2: told(
    'channel_invite',
    'an invitation to a channel',
    'its caption or name',
    thing.channelInvite,
  ),
  productMessage: told('product', 'a product of a catalog', 'its title', thing.product),
  orderMessage: told('order', 'an order', 'its text or title', thing.order),
  invoiceMessage: told('invoice', 'an invoice', 'its note', ({ note }) => ({ text: note })),
  requestPaymentMessage: told(
    'payment_request',
    'a request for money',
    'its note and amount',
    thing.paymentRequest,
  ),
  sendPaymentMessage: told('payment', 'money', 'its note', thing.payment),
  richResponseMessage: told('text', 'an answer of an assistant', 'the text', thing.richResponse),
  statusQuestionAnswerMessage: told(
    'text',
    'an answer to a question in a status',
    'the text',
    thing.answered,
  ),
  questionResponseMessage: told('text', 'an answer to a question in a channel', 'the text', thing.answered),
  statusQuotedMessage: told('text', 'an answer to a status', 'the text', ({ text, originalStatusId }) => ({
    text,
    about: originalStatusId?.id,
  })),
  requestPhoneNumberMessage: told('phone_request', 'a request for your phone number', UNKNOWN),
  placeholderMessage: told('unsupported', 'a message that only the phone may show', UNKNOWN),
  declinePaymentRequestMessage: told('unsupported', 'a declined request for money', UNKNOWN),
  cancelPaymentRequestMessage: told('unsupported', 'a canceled request for money', UNKNOWN),
  paymentInviteMessage: told('unsupported', 'an invitation to payments', UNKNOWN),
  scheduledCallEditMessage: told('unsupported', 'a canceled call', UNKNOWN),
  statusNotificationMessage: told('unsupported', 'a shared status', UNKNOWN),
  statusStickerInteractionMessage: told('unsupported', 'a reaction to a sticker in a status', UNKNOWN),
  chat: told('unsupported', 'a shared chat', UNKNOWN),

  protocolMessage: act('message.edited', 'an edit, or a deletion (`message.revoked`)', 'the new text'),
  secretEncryptedMessage: act('message.edited', 'an edit, encrypted once more', 'the new text'),
  reactionMessage: act('message.reaction', 'a reaction', 'the emoji'),
  encReactionMessage: act('message.reaction', 'a reaction, encrypted once more', 'the emoji'),
  pollUpdateMessage: act('poll.voted', 'a vote in one of your polls', '`options` has the choice'),
  pinInChatMessage: act('message.pinned', 'a pinned message', 'nothing; `pinned_until` says how long'),
  commentMessage: act('message.received', 'a comment on a message', 'the comment'),
  encCommentMessage: act('message.received', 'a comment on a message, encrypted once more', 'the comment'),
  encEventResponseMessage: act(
    'message.received',
    'an answer to an event (`event_reply`)',
    '`going`, `not going` or `maybe`',
  ),

  deviceSentMessage: wrapper,
  ephemeralMessage: wrapper,
  viewOnceMessage: wrapper,
  viewOnceMessageV2: wrapper,
  viewOnceMessageV2Extension: wrapper,
  documentWithCaptionMessage: wrapper,
  editedMessage: wrapper,
  groupMentionedMessage: wrapper,
  associatedChildMessage: wrapper,
  lottieStickerMessage: wrapper,
  botInvokeMessage: wrapper,
  botForwardedMessage: wrapper,
  botTaskMessage: wrapper,
  pollCreationMessageV4: wrapper,
  pollCreationOptionImageMessage: wrapper,
  eventCoverImage: wrapper,
  statusMentionMessage: wrapper,
  statusAddYours: wrapper,
  groupStatusMessage: wrapper,
  groupStatusMessageV2: wrapper,
  groupStatusMentionMessage: wrapper,
  limitSharingMessage: wrapper,
  questionMessage: wrapper,
  questionReplyMessage: wrapper,

  messageContextInfo: silent('what belongs to the message beside it'),
  senderKeyDistributionMessage: silent('the key of a group member'),
  fastRatchetKeySenderKeyDistributionMessage: silent('the key of a group member'),
  stickerSyncRmrMessage: silent('stickers of your own devices'),
  messageHistoryBundle: silent('earlier messages of a group, for a new member'),
  messageHistoryNotice: silent('a note that earlier messages of a group were shared'),
  albumMessage: silent('the start of an album: its pictures follow as messages'),
  keepInChatMessage: silent('a disappearing message that is kept'),
  call: silent('the key of a call'),
  callLogMesssage: silent('a call in the list of calls'),
  bcallMessage: silent('the key of a call to many'),
};
