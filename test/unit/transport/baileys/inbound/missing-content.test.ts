import { readMissing } from '../../../../../engine/transport/baileys/inbound/missing-content';
import { readPhoneAnswer } from '../../../../../engine/transport/baileys/inbound/phone-answer';
import { readInbound } from '../../../../../engine/transport/baileys/inbound/read-inbound';
import type { BinaryNode, Message } from '../../../../wire/baileys';
import { ADA, AT, GROUP, madeInbound, type MadeInbound } from './made-inbound';

const ME = { number: '14155550100:0@s.whatsapp.net', lid: '200000000000100@lid' };
const DAY = 24 * 3_600_000;

describe('a message without its content', () => {
  let tools: MadeInbound;
  beforeEach(async () => void (tools = await madeInbound()));

  type Child = { tag: string; attrs: Record<string, string> };
  const stanza = (attrs: Record<string, string>, ...content: Child[]): BinaryNode => ({
    tag: 'message',
    attrs: { id: '3A01', from: ADA.lid, sender_pn: ADA.number, notify: 'Ada', ...attrs },
    content,
  });
  const read = (node: BinaryNode, at = AT) => readMissing(node, at, AT, tools);
  const unavailable = (type: string) => ({ tag: 'unavailable', attrs: { type } });

  it('is awaited, and says who wrote it', async () => {
    const inbound = await read(stanza({ type: 'text' }));
    expect(inbound).toMatchObject({
      ...{ kind: 'message', type: 'unsupported', text: null, media: null, isAwaited: true },
      ...{ id: '3A01', chatId: '14155551234@c.us', from: '+14155551234', fromName: 'Ada', at: AT },
    });
    const { key } = tools.baileys.proto.WebMessageInfo.decode(inbound!.content!);
    expect(key).toMatchObject({ remoteJid: ADA.lid, id: '3A01', fromMe: false });
  });

  it.each(['view_once', 'view_once_unavailable_fanout'])('is %s: told at once', async (type) => {
    const inbound = await read(stanza({ type: 'media' }, unavailable(type)));
    expect(inbound).toMatchObject({ kind: 'message', type: 'view_once', text: null });
    expect(inbound!.isAwaited).toBeUndefined();
  });

  it.each([
    ['that never comes', stanza({}, unavailable('hosted_unavailable_fanout')), AT],
    ['that is older than what the phone remembers', stanza({}), AT - 15 * DAY],
  ])('%s is told at once', async (_what, node, at) => {
    const inbound = await read(node, at);
    expect(inbound).toMatchObject({ kind: 'message', type: 'unsupported' });
    expect(inbound!.isAwaited).toBeUndefined();
  });

  it.each<[string, Record<string, string>, Child[], object]>([
    ['reaction', { type: 'reaction' }, [], { kind: 'reaction' }],
    ['edit', { type: 'text', edit: '1' }, [], { kind: 'edited' }],
    ['revocation', { type: 'text', edit: '7' }, [], { kind: 'revoked' }],
    ['revocation by an admin', { type: 'text', edit: '8' }, [], { kind: 'revoked' }],
    [
      'vote',
      { type: 'poll' },
      [{ tag: 'meta', attrs: { polltype: 'vote' } }],
      { kind: 'poll_vote', options: [] },
    ],
    ['poll', { type: 'poll' }, [{ tag: 'meta', attrs: { polltype: 'creation' } }], { kind: 'message' }],
  ])('is no answer if its outside says that it is a %s', async (_what, attrs, content, told) => {
    expect(await read(stanza(attrs, ...content))).toMatchObject({ ...told, isAwaited: true });
  });

  it.each<[string, BinaryNode]>([
    ['between devices', stanza({ category: 'peer' })],
    ['a pin', stanza({ edit: '2' })],
    ['of an assistant', stanza({}, { tag: 'enc', attrs: { type: 'msmsg' } })],
    ['of an assistant, for the phone alone', stanza({}, unavailable('bot_unavailable_fanout'))],
    ['a status', stanza({ from: 'status@broadcast', participant: ADA.lid })],
    ['of a channel', stanza({ from: '120363000000000001@newsletter' })],
    ['from nobody', { tag: 'message', attrs: {} }],
  ])('is ignored if it is %s', async (_what, node) => {
    expect(await read(node)).toBeNull();
  });

  it('from the owner’s phone is not an answer', async () => {
    const own = stanza({ from: ME.lid, recipient: ADA.lid, peer_recipient_pn: ADA.number });
    expect(await read(own)).toMatchObject({
      ...{ sentFromPhone: true, chatId: '14155551234@c.us', from: '+14155550100', fromName: null },
    });
  });

  describe('that the phone sends again', () => {
    const own = (): BinaryNode => ({
      tag: 'message',
      attrs: { id: 'P1', from: ME.number, category: 'peer' },
    });
    function answer(...infos: object[]): Message {
      const { WebMessageInfo } = tools.baileys.proto;
      const results = infos.map((info) => ({
        placeholderMessageResendResponse: {
          webMessageInfoBytes: WebMessageInfo.encode(WebMessageInfo.fromObject(info)).finish(),
        },
      }));
      const peerDataOperationRequestResponseMessage = { peerDataOperationResult: results };
      return { protocolMessage: { type: 17, peerDataOperationRequestResponseMessage } };
    }
    const info = (message: Message, key: object = {}) => ({
      ...{ key: { remoteJid: ADA.number, id: '3A01', ...key }, message },
      ...{ messageTimestamp: AT / 1000, pushName: 'Ada' },
    });

    it('is read like any other', async () => {
      const message = answer(
        info({ conversation: 'price?' }),
        info({ conversation: 'all?' }, { remoteJid: GROUP, participant: ADA.number, id: '3A02' }),
        info({ conversation: 'mine' }, { fromMe: true, id: '3A03' }),
        info({ protocolMessage: { type: 3 } }, { id: '3A04' }),
      );
      expect(await readPhoneAnswer(own(), message, AT + DAY, tools)).toMatchObject([
        {
          wireId: '3A01',
          inbound: { text: 'price?', chatId: '14155551234@c.us', from: '+14155551234', at: AT },
        },
        { inbound: { text: 'all?', chatId: GROUP, author: '14155551234@c.us' } },
        { inbound: { text: 'mine', sentFromPhone: true, from: '+14155550100' } },
        { wireId: '3A04', inbound: null },
      ]);
    });

    it('is believed only from the account’s own phone', async () => {
      const message = answer(info({ conversation: 'I am Ada' }));
      const fromEve = { tag: 'message', attrs: { id: 'P1', from: '14155559999@s.whatsapp.net' } };
      expect(await readPhoneAnswer(fromEve, message, AT, tools)).toBeNull();
      expect(await readInbound(fromEve, message, AT, tools)).toBeNull();
    });

    it('is skipped if the phone does not have it', async () => {
      const { WebMessageInfo } = tools.baileys.proto;
      const peerDataOperationResult = [
        {},
        { placeholderMessageResendResponse: {} },
        { placeholderMessageResendResponse: { webMessageInfoBytes: Buffer.from([255, 255]) } },
        {
          placeholderMessageResendResponse: {
            webMessageInfoBytes: WebMessageInfo.encode({ key: {} }).finish(),
          },
        },
      ];
      const message = {
        protocolMessage: { type: 17, peerDataOperationRequestResponseMessage: { peerDataOperationResult } },
      };
      expect(await readPhoneAnswer(own(), message, AT, tools)).toEqual([]);
    });
  });
});

describe('the outside of a message', () => {
  let tools: MadeInbound;
  beforeEach(async () => void (tools = await madeInbound()));
  const read = (attrs: Record<string, string>) =>
    readInbound({ tag: 'message', attrs: { id: '3A01', ...attrs } }, { conversation: 'hi' }, AT, tools);

  it.each([
    ['number', { participant: '14155551234:3@s.whatsapp.net' }],
    ['LID', { participant: '200000000000001:3@lid', sender_pn: ADA.number }],
    ['LID, with the participant’s number', { participant: ADA.lid, participant_pn: ADA.number }],
  ])('by a broadcast list is in the sender’s chat: by %s', async (_by, attrs) => {
    expect(await read({ from: '1700000000@broadcast', ...attrs } as Record<string, string>)).toMatchObject({
      ...{ chatId: '14155551234@c.us', from: '+14155551234', isGroup: false, text: 'hi' },
    });
  });

  it.each([
    ['a chat', { from: ME.number, recipient: ADA.number }, { chatId: '14155551234@c.us' }],
    [
      'a chat by LID',
      { from: ME.lid, recipient: ADA.lid, peer_recipient_pn: ADA.number },
      { chatId: '14155551234@c.us' },
    ],
    [
      'a chat by LID whose number is unknown',
      { from: ME.lid, recipient: ADA.lid, sender_pn: ME.number },
      { chatId: ADA.lid },
    ],
    ['a group', { from: GROUP, participant: ME.lid }, { chatId: GROUP, isGroup: true }],
  ])('of the owner’s own message in %s', async (_where, attrs, told) => {
    expect(await read(attrs as Record<string, string>)).toMatchObject({
      ...{ sentFromPhone: true, from: '+14155550100', fromName: null, text: 'hi' },
      ...told,
    });
  });

  it('of the owner’s own list, status or channel is ignored', async () => {
    for (const from of ['1700000000@broadcast', 'status@broadcast']) {
      expect(await read({ from, participant: ME.number })).toBeNull();
    }
  });
});
