import { randomBytes } from 'node:crypto';
import type { Message } from '../../../../wire/baileys';
import { ADA, fromAda, GROUP, madeInbound, type MadeInbound } from './made-inbound';

const OURS = { number: '14155550100@s.whatsapp.net', lid: '200000000000100@lid' };
const TARGET = '3A00';
const secret = randomBytes(32);

describe('what is encrypted with the secret of an earlier message', () => {
  let tools: MadeInbound;
  beforeEach(async () => void (tools = await madeInbound()));

  /** Encrypted as phones do it: HKDF over the message, its author, the sender and the purpose. */
  function seal(plain: Uint8Array, author: string, by: string, useCase: string, authenticated = '') {
    const { hmacSign, aesEncryptGCM } = tools.baileys;
    const info = Buffer.concat([Buffer.from(`${TARGET}${author}${by}${useCase}`), Buffer.from([1])]);
    const key = hmacSign(info, hmacSign(secret, new Uint8Array(32)));
    const encIv = randomBytes(12);
    return { encIv, encPayload: aesEncryptGCM(plain, key, encIv, Buffer.from(authenticated)) };
  }
  /** Ada wrote the message earlier, and the engine stored it. */
  async function earlier(message: Message = { conversation: 'at eihgt' }): Promise<void> {
    const secretly = { ...message, messageContextInfo: { messageSecret: secret } };
    const inbound = await fromAda(tools, secretly, { id: TARGET });
    tools.memory.came.set(`${inbound!.chatId}/${TARGET}`, inbound!.content!);
  }
  const edited = (message: Message): Uint8Array => {
    const { Message } = tools.baileys.proto;
    const type = Message.ProtocolMessage.Type.MESSAGE_EDIT;
    return Message.encode({
      protocolMessage: { type, key: { id: TARGET }, editedMessage: message },
    }).finish();
  };
  const edit = (sealed: object, secretEncType = 2): Message => ({
    secretEncryptedMessage: { targetMessageKey: { id: TARGET, fromMe: true }, secretEncType, ...sealed },
  });

  it.each([ADA.lid, ADA.number])('is an edit by its author, named %s', async (ada) => {
    await earlier();
    const sealed = seal(edited({ conversation: 'at eight' }), ada, ada, 'Message Edit');
    expect(await fromAda(tools, edit(sealed))).toMatchObject({
      ...{ kind: 'edited', type: 'text', text: 'at eight', targetWireId: TARGET },
    });
  });

  it('is an edit of a message in a wrapper, beside which its secret was', async () => {
    await earlier({ ephemeralMessage: { message: { conversation: 'at eihgt' } } });
    const sealed = seal(edited({ conversation: 'at eight' }), ADA.lid, ADA.lid, 'Message Edit');
    expect(await fromAda(tools, edit(sealed))).toMatchObject({ text: 'at eight' });
  });

  it('is a changed event or poll', async () => {
    const { Message } = tools.baileys.proto;
    await earlier({ eventMessage: { name: 'Party' } });
    const event = Message.encode({ eventMessage: { name: 'Big party' } }).finish();
    const sealed = seal(event, ADA.lid, ADA.lid, 'Event Edit');
    expect(await fromAda(tools, edit(sealed, 1))).toMatchObject({
      ...{ kind: 'edited', type: 'event', text: 'Big party' },
    });
  });

  it('is an edit without its text if the message is not stored', async () => {
    const sealed = seal(edited({ conversation: 'at eight' }), ADA.lid, ADA.lid, 'Message Edit');
    const told = { kind: 'edited', type: 'unsupported', text: null, targetWireId: TARGET };
    expect(await fromAda(tools, edit(sealed))).toMatchObject(told);
    await earlier();
    sealed.encPayload[3]! ^= 1;
    expect(await fromAda(tools, edit(sealed))).toMatchObject(told);
  });

  it.each([
    ['our message', OURS.number],
    ['our message, in a chat of LIDs', OURS.lid],
  ])('is a reaction to %s', async (_what, author) => {
    const { ReactionMessage } = tools.baileys.proto.Message;
    tools.memory.sent.set(TARGET, {
      ...{ chatId: '14155551234@c.us', replyTo: null, mentions: null },
      content: { type: 'text', text: 'done', linkPreview: false },
    });
    tools.memory.secretFor = () => secret;
    const react = (text: string) => {
      const sealed = seal(ReactionMessage.encode({ text }).finish(), author, ADA.lid, 'Enc Reaction');
      return fromAda(tools, { encReactionMessage: { targetMessageKey: { id: TARGET }, ...sealed } });
    };
    const told = { kind: 'reaction', type: 'reaction', targetWireId: TARGET };
    expect(await react('👍')).toMatchObject({ ...told, text: '👍' });
    expect(await react('')).toMatchObject({ ...told, text: '' });
  });

  it('is a reaction without its emoji if it cannot be read', async () => {
    const told = await fromAda(tools, { encReactionMessage: { targetMessageKey: { id: TARGET } } });
    expect(told).toMatchObject({ kind: 'reaction', type: 'unsupported', text: null, targetWireId: TARGET });
  });

  it('is a comment on another’s message in a group', async () => {
    const bob = '200000000000002@lid';
    const key = { remoteJid: GROUP, remoteJidAlt: undefined };
    const inGroup = { ...key, participant: ADA.lid, participantAlt: ADA.number };
    const message = { conversation: 'who comes?', messageContextInfo: { messageSecret: secret } };
    const theirs = await fromAda(tools, message, { ...key, participant: bob, id: TARGET });
    tools.memory.came.set(`${GROUP}/${TARGET}`, theirs!.content!);
    const plain = tools.baileys.proto.Message.encode({ conversation: 'I do' }).finish();
    const encCommentMessage = {
      targetMessageKey: { id: TARGET, participant: bob },
      ...seal(plain, bob, ADA.lid, 'Enc Comment'),
    };
    expect(await fromAda(tools, { encCommentMessage }, inGroup)).toMatchObject({
      ...{ kind: 'message', type: 'text', text: 'I do', targetWireId: TARGET, from: '+14155551234' },
    });
  });

  it.each([
    [1, 'event_reply', 'going'],
    [2, 'event_reply', 'not going'],
    [3, 'event_reply', 'maybe'],
    [0, 'unsupported', null],
  ])('is an answer to an event: %i', async (response, type, text) => {
    const { EventResponseMessage } = tools.baileys.proto.Message;
    await earlier({ eventMessage: { name: 'Party' } });
    const plain = EventResponseMessage.encode({ response }).finish();
    const sealed = seal(plain, ADA.lid, ADA.number, 'Event Response', `${TARGET}\0${ADA.number}`);
    const encEventResponseMessage = { eventCreationMessageKey: { id: TARGET }, ...sealed };
    expect(await fromAda(tools, { encEventResponseMessage })).toMatchObject({
      ...{ kind: 'message', type, text, targetWireId: TARGET },
    });
  });
});
