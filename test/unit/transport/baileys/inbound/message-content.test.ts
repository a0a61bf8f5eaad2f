import type { Message } from '../../../../wire/baileys';
import { fromAda, madeInbound, type MadeInbound } from './made-inbound';

const sealed = { mediaKey: Buffer.alloc(32, 1), directPath: '/v/1', fileLength: 1234 };

describe('the content of a message', () => {
  let tools: MadeInbound;
  beforeEach(async () => void (tools = await madeInbound()));

  it.each<[string, Message, object]>([
    ['text', { conversation: 'hi' }, { text: 'hi' }],
    [
      'text',
      { extendedTextMessage: { text: 'hi https://a.example', matchedText: 'https://a.example' } },
      { text: 'hi https://a.example' },
    ],
    [
      'image',
      { imageMessage: { ...sealed, mimetype: 'image/png', caption: 'Look' } },
      { text: 'Look', media: { mime: 'image/png', filename: null, size: 1234, url: null } },
    ],
    [
      'video',
      { videoMessage: sealed },
      { text: null, media: { mime: 'video/mp4', filename: null, size: 1234, url: null } },
    ],
    [
      'video',
      { ptvMessage: sealed },
      { media: { mime: 'video/mp4', filename: null, size: 1234, url: null } },
    ],
    ['gif', { videoMessage: { ...sealed, gifPlayback: true, caption: 'ha' } }, { text: 'ha' }],
    [
      'audio',
      { audioMessage: { ...sealed, mimetype: 'audio/mpeg' } },
      { text: null, media: { mime: 'audio/mpeg', filename: null, size: 1234, url: null } },
    ],
    [
      'voice',
      { audioMessage: { ...sealed, ptt: true, mimetype: 'audio/ogg; codecs=opus' } },
      { media: { mime: 'audio/ogg; codecs=opus', filename: null, size: 1234, url: null } },
    ],
    [
      'sticker',
      { stickerMessage: sealed },
      { media: { mime: 'image/webp', filename: null, size: 1234, url: null } },
    ],
    [
      'document',
      { documentMessage: { ...sealed, fileName: 'a.pdf', mimetype: 'application/pdf' } },
      { text: null, media: { mime: 'application/pdf', filename: 'a.pdf', size: 1234, url: null } },
    ],
    [
      'document',
      { documentWithCaptionMessage: { message: { documentMessage: { ...sealed, caption: 'Bill' } } } },
      { text: 'Bill' },
    ],
    [
      'image',
      { imageMessage: { caption: 'nothing to fetch', directPath: '/v/1' } },
      { text: 'nothing to fetch', media: null },
    ],
    [
      'location',
      {
        locationMessage: {
          degreesLatitude: 45.5,
          degreesLongitude: -9.25,
          name: 'Bar',
          address: 'Via Roma 1',
        },
      },
      { text: 'Bar\nVia Roma 1\nhttps://maps.google.com/?q=45.5,-9.25' },
    ],
    [
      'location',
      { liveLocationMessage: { degreesLatitude: 1, degreesLongitude: 2, caption: 'Here' } },
      { text: 'Here\nhttps://maps.google.com/?q=1,2' },
    ],
    ['location', { locationMessage: {} }, { text: null }],
    [
      'contact',
      {
        contactMessage: {
          displayName: 'Bob',
          vcard: 'BEGIN:VCARD\r\nitem1.TEL;waid=14155555678:+1 415 555 5678\r\nTEL:+39 06\r\nEND:VCARD',
        },
      },
      { text: 'Bob: +1 415 555 5678, +39 06' },
    ],
    [
      'contact',
      {
        contactsArrayMessage: { contacts: [{ displayName: 'Bob' }, { displayName: 'Eve', vcard: 'TEL:+1' }] },
      },
      { text: 'Bob\nEve: +1' },
    ],
    [
      'poll',
      { pollCreationMessageV3: { name: 'Which?', options: [{ optionName: 'A' }, { optionName: 'B' }] } },
      { text: 'Which?\n- A\n- B' },
    ],
    ['poll', { pollCreationMessage: { name: 'Which?' } }, { text: 'Which?' }],
    [
      'list_reply',
      { listResponseMessage: { title: 'Tuesday', singleSelectReply: { selectedRowId: 'tue' } } },
      { text: 'Tuesday' },
    ],
    ['list_reply', { listResponseMessage: { singleSelectReply: { selectedRowId: 'tue' } } }, { text: 'tue' }],
    [
      'button_reply',
      { buttonsResponseMessage: { selectedDisplayText: 'Yes', selectedButtonId: '1' } },
      { text: 'Yes' },
    ],
    [
      'button_reply',
      { templateButtonReplyMessage: { selectedDisplayText: 'No', selectedId: '2' } },
      { text: 'No' },
    ],
    ['button_reply', { interactiveResponseMessage: { body: { text: 'Maybe' } } }, { text: 'Maybe' }],
    ['group_invite', { groupInviteMessage: { groupName: 'Lunch' } }, { text: 'Lunch' }],
    ['event', { eventMessage: { name: 'Party' } }, { text: 'Party' }],
    ['product', { productMessage: { product: { title: 'Cup' } } }, { text: 'Cup' }],
    ['order', { orderMessage: { orderTitle: 'Two cups' } }, { text: 'Two cups' }],
    ['sticker_pack', { stickerPackMessage: { name: 'Cats' } }, { text: 'Cats' }],
    [
      'payment_request',
      {
        requestPaymentMessage: {
          currencyCodeIso4217: 'EUR',
          amount1000: 12_500,
          noteMessage: { extendedTextMessage: { text: 'Pizza' } },
        },
      },
      { text: 'Pizza\n12.5 EUR' },
    ],
    ['payment', { sendPaymentMessage: { noteMessage: { conversation: 'Pizza' } } }, { text: 'Pizza' }],
    ['invoice', { invoiceMessage: { note: 'May' } }, { text: 'May' }],
    ['channel_invite', { newsletterAdminInviteMessage: { newsletterName: 'News' } }, { text: 'News' }],
    [
      'poll',
      { pollResultSnapshotMessage: { name: 'Which?', pollVotes: [{ optionName: 'A', optionVoteCount: 2 }] } },
      { text: 'Which?\n- A: 2' },
    ],
    [
      'event',
      { eventMessage: { name: 'Party', location: { name: 'Bar' }, startTime: 1_767_603_600 } },
      { text: 'Party\n2026-01-05T09:00:00.000Z\nBar' },
    ],
    ['event', { scheduledCallCreationMessage: { title: 'Call' } }, { text: 'Call' }],
    [
      'text',
      { statusQuotedMessage: { text: 'nice', originalStatusId: { id: '3EB01' } } },
      { text: 'nice', targetWireId: '3EB01' },
    ],
    [
      'text',
      { commentMessage: { message: { conversation: 'well' }, targetMessageKey: { id: '3EB01' } } },
      { text: 'well', targetWireId: '3EB01' },
    ],
    [
      'unsupported',
      { commentMessage: { targetMessageKey: { id: '3EB01' } } },
      { text: null, targetWireId: '3EB01' },
    ],
    ['phone_request', { requestPhoneNumberMessage: {} }, { text: null }],
    [
      'status_mention',
      { statusMentionMessage: { message: { protocolMessage: { type: 25 } } } },
      { text: null },
    ],
    ['unsupported', { protocolMessage: { type: 999 } as object }, { text: null }],
    ['unsupported', { placeholderMessage: { type: 0 } }, { text: null }],
    ['unsupported', { cancelPaymentRequestMessage: {} }, { text: null, media: null }],
  ])('%s: %j', async (type, message, expected) => {
    expect(await fromAda(tools, message)).toMatchObject({ kind: 'message', type, ...expected });
  });

  it.each<[string, Message]>([
    ['vanishes', { ephemeralMessage: { message: { conversation: 'hi' } } }],
    ['can be viewed once', { viewOnceMessageV2: { message: { conversation: 'hi' } } }],
    ['was sent from another device', { deviceSentMessage: { message: { conversation: 'hi' } } }],
    [
      'is wrapped twice',
      { ephemeralMessage: { message: { groupMentionedMessage: { message: { conversation: 'hi' } } } } },
    ],
    ['comes with keys', { conversation: 'hi', senderKeyDistributionMessage: { groupId: 'x' } }],
  ])('is read from a message that %s', async (_how, message) => {
    expect(await fromAda(tools, message)).toMatchObject({ type: 'text', text: 'hi' });
  });

  it.each<[string, Message]>([
    ['text', { extendedTextMessage: { text: 'yes', contextInfo: { stanzaId: '3EB01' } } }],
    ['picture', { imageMessage: { ...sealed, contextInfo: { stanzaId: '3EB01' } } }],
    ['choice', { buttonsResponseMessage: { selectedButtonId: '1', contextInfo: { stanzaId: '3EB01' } } }],
  ])('names the quoted message of a %s', async (_what, message) => {
    expect(await fromAda(tools, message)).toMatchObject({ kind: 'message', targetWireId: '3EB01' });
  });

  it('can be a reaction, or its removal', async () => {
    const reaction = (text: string) => ({ reactionMessage: { key: { id: '3EB01' }, text } });
    const told = { kind: 'reaction', type: 'reaction', targetWireId: '3EB01', media: null };
    expect(await fromAda(tools, reaction('👍'))).toMatchObject({ ...told, text: '👍' });
    expect(await fromAda(tools, reaction(''))).toMatchObject({ ...told, text: '' });
  });

  it('can be a pin, or its end', async () => {
    const { PIN_FOR_ALL, UNPIN_FOR_ALL } = tools.baileys.proto.Message.PinInChatMessage.Type;
    const pin = (type: number, seconds?: number) => ({
      pinInChatMessage: { key: { id: '3EB01' }, type },
      messageContextInfo: { messageAddOnDurationInSecs: seconds },
    });
    const told = { kind: 'pinned', type: 'pinned', targetWireId: '3EB01', text: null };
    const week = 604_800;
    expect(await fromAda(tools, pin(PIN_FOR_ALL, 86_400))).toMatchObject({ ...told, pinnedForS: 86_400 });
    expect(await fromAda(tools, pin(PIN_FOR_ALL))).toMatchObject({ ...told, pinnedForS: week });
    expect(await fromAda(tools, pin(UNPIN_FOR_ALL, week))).toMatchObject({ ...told, pinnedForS: 0 });
  });

  it('can be an edit, in either form', async () => {
    const { MESSAGE_EDIT } = tools.baileys.proto.Message.ProtocolMessage.Type;
    const edit = (editedMessage: Message) => ({
      protocolMessage: { type: MESSAGE_EDIT, key: { id: '3A00' }, editedMessage },
    });
    const told = { kind: 'edited', id: '3A01', targetWireId: '3A00', type: 'text', text: 'at eight' };
    expect(await fromAda(tools, edit({ conversation: 'at eight' }))).toMatchObject(told);
    const wrapped = { editedMessage: { message: edit({ extendedTextMessage: { text: 'at eight' } }) } };
    expect(await fromAda(tools, wrapped)).toMatchObject(told);
    expect(await fromAda(tools, edit({ imageMessage: { caption: 'new' } }))).toMatchObject({
      type: 'image',
      text: 'new',
      media: null,
    });
  });

  it('can be a revocation', async () => {
    const { REVOKE } = tools.baileys.proto.Message.ProtocolMessage.Type;
    const message = { protocolMessage: { type: REVOKE, key: { id: '3A00' } } };
    expect(await fromAda(tools, message)).toMatchObject({
      ...{ kind: 'revoked', type: 'revoked', targetWireId: '3A00', text: null },
    });
  });

  it.each<[string, Message]>([
    ['nothing', {}],
    ['keys alone', { senderKeyDistributionMessage: { groupId: 'x' }, messageContextInfo: {} }],
    ['a settings change', { protocolMessage: { type: 3, ephemeralExpiration: 60 } }],
    ['history', { protocolMessage: { type: 5, historySyncNotification: {} } }],
    ['the head of an album', { albumMessage: { expectedImageCount: 2 } }],
    ['an empty wrapper', { ephemeralMessage: {} }],
    ['shared settings', { limitSharingMessage: { message: { protocolMessage: { type: 27 } } } }],
  ])('is ignored for %s', async (_what, message) => {
    expect(await fromAda(tools, message)).toBeNull();
  });

  it('is read from any number of wrappers', async () => {
    let message: Message = { conversation: 'hi' };
    for (let depth = 0; depth < 20; depth += 1) message = { ephemeralMessage: { message } };
    expect(await fromAda(tools, message)).toMatchObject({ text: 'hi' });
  });
});
