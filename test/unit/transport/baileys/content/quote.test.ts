import { buildWireMessage } from '../../../../../engine/transport/baileys/content/build-wire-message';
import type { OutgoingMessage } from '../../../../../engine/transport/transport';
import { file, madeTools, outgoing, type MadeTools } from './made-tools';

const GROUP = '120363000000000001@g.us';

describe('a reply quotes', () => {
  let tools: MadeTools;
  beforeEach(async () => void (tools = await madeTools()));
  const context = async (change: Partial<OutgoingMessage>) =>
    (await buildWireMessage(outgoing(change), tools)).message.extendedTextMessage?.contextInfo;
  const cameIn = (chatId: string, id: string, participant: string | null, message: object): void => {
    const { WebMessageInfo } = tools.baileys.proto;
    const info = WebMessageInfo.fromObject({ key: { id, participant }, message });
    tools.memory.came.set(`${chatId}/${id}`, WebMessageInfo.encode(info).finish());
  };

  it('our message to a person', async () => {
    tools.memory.sent.set('3EB01', {
      chatId: '14155551234@c.us',
      content: { type: 'text', text: 'at nine?', linkPreview: false },
      replyTo: null,
      mentions: null,
    });
    expect(await context({ replyTo: 'true_14155551234@c.us_3EB01' })).toMatchObject({
      stanzaId: '3EB01',
      participant: '14155550100@s.whatsapp.net',
      quotedMessage: { conversation: 'at nine?' },
      remoteJid: null,
    });
  });

  it.each([
    ['200000000000001@lid', 'true_200000000000001@lid_3EB01', '200000000000100@lid'],
    [GROUP, `true_${GROUP}_3EB01`, '200000000000100@lid'],
  ])('our message to %s, with our lid as its author', async (chatId, replyTo, participant) => {
    expect(await context({ chatId, replyTo })).toMatchObject({ stanzaId: '3EB01', participant });
  });

  it('our message with a file, which is shown in the quote', async () => {
    const content = file('document', Buffer.from('%PDF'), 'application/pdf', { filename: 'a.pdf' });
    await buildWireMessage(
      outgoing({ wireId: '3EB01', content, replyTo: 'true_14155551234@c.us_3EB00' }),
      tools,
    );
    const quoted = (await context({ replyTo: 'true_14155551234@c.us_3EB01' }))?.quotedMessage;
    expect(quoted?.documentMessage).toMatchObject({ fileName: 'a.pdf', contextInfo: null });
    expect(quoted?.messageContextInfo).toBeFalsy();
  });

  it('our poll, without its secret', async () => {
    tools.memory.sent.set('3EB01', {
      chatId: '14155551234@c.us',
      content: { type: 'poll', question: 'Which?', options: ['A', 'B'], allowMultiple: false },
      replyTo: null,
      mentions: null,
    });
    const quoted = (await context({ replyTo: 'true_14155551234@c.us_3EB01' }))?.quotedMessage;
    expect(quoted?.pollCreationMessageV3?.name).toBe('Which?');
    expect(quoted?.messageContextInfo).toBeFalsy();
  });

  it('a person’s message, without its own quote', async () => {
    cameIn('14155551234@c.us', '3A01', null, {
      ephemeralMessage: {
        message: { extendedTextMessage: { text: 'yes', contextInfo: { stanzaId: '3EB0' } } },
      },
    });
    const info = await context({ replyTo: 'false_14155551234@c.us_3A01' });
    expect(info).toMatchObject({ stanzaId: '3A01', participant: '14155551234@s.whatsapp.net' });
    expect(info?.quotedMessage?.extendedTextMessage).toMatchObject({ text: 'yes', contextInfo: null });
  });

  it('a group message whose author only the message itself names', async () => {
    cameIn(GROUP, '3A01', '200000000000001:3@lid', { conversation: 'me too' });
    expect(await context({ chatId: GROUP, replyTo: `false_${GROUP}_3A01` })).toMatchObject({
      participant: '200000000000001@lid',
      quotedMessage: { conversation: 'me too' },
    });
  });

  it('a message that is no longer stored, by its id and without content', async () => {
    const key = `false_${GROUP}_3A99_14155551234@c.us`;
    expect(await context({ chatId: GROUP, replyTo: key })).toMatchObject({
      stanzaId: '3A99',
      participant: '14155551234@s.whatsapp.net',
      quotedMessage: { conversation: '' },
    });
  });

  it('a group message in a private reply', async () => {
    const key = `false_${GROUP}_3A99_14155551234@c.us`;
    expect(await context({ replyTo: key })).toMatchObject({ stanzaId: '3A99', remoteJid: GROUP });
  });

  it('a message next to a mention', async () => {
    const replyTo = 'false_14155551234@c.us_3A01';
    expect(await context({ replyTo, mentions: { ids: ['+14155551234'] } })).toMatchObject({
      stanzaId: '3A01',
      mentionedJid: ['14155551234@s.whatsapp.net'],
    });
  });
});
