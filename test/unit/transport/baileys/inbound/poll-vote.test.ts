import { createHash } from 'node:crypto';
import type { Message } from '../../../../wire/baileys';
import { ADA, fromAda, GROUP, madeInbound, type MadeInbound } from './made-inbound';

const POLL = '3EB0C0FFEE';
const OURS = { number: '14155550100@s.whatsapp.net', lid: '200000000000100@lid' };

describe('a vote', () => {
  let tools: MadeInbound;
  beforeEach(async () => {
    tools = await madeInbound();
    tools.memory.sent.set(POLL, {
      chatId: '14155551234@c.us',
      content: { type: 'poll', question: 'Which?', options: ['A', 'B', 'C'], allowMultiple: true },
      replyTo: null,
      mentions: null,
    });
  });

  /** Encrypted as WhatsApp's phones do it. */
  function vote(
    names: string[],
    creator: string,
    voter: string,
    secret = tools.memory.secretFor(POLL),
  ): Message {
    const { hmacSign, aesEncryptGCM, proto } = tools.baileys;
    const sign = Buffer.concat([Buffer.from(`${POLL}${creator}${voter}Poll Vote`), Buffer.from([1])]);
    const key = hmacSign(sign, hmacSign(secret, new Uint8Array(32)));
    const selectedOptions = names.map((name) => createHash('sha256').update(name).digest());
    const plain = proto.Message.PollVoteMessage.encode({ selectedOptions }).finish();
    const encIv = Buffer.alloc(12, 7);
    const encPayload = aesEncryptGCM(plain, key, encIv, Buffer.from(`${POLL}\0${voter}`));
    return { pollUpdateMessage: { pollCreationMessageKey: { id: POLL }, vote: { encPayload, encIv } } };
  }

  it.each([
    [OURS.number, ADA.number],
    [OURS.number, ADA.lid],
    [OURS.lid, ADA.number],
    [OURS.lid, ADA.lid],
  ])('is decrypted in a poll of %s by %s', async (creator, voter) => {
    const message = vote(['C', 'A'], creator, voter);
    const told = {
      kind: 'poll_vote',
      targetWireId: POLL,
      options: ['A', 'C'],
      text: null,
      type: 'poll_vote',
    };
    expect(await fromAda(tools, message)).toMatchObject(told);
    const inGroup = {
      remoteJid: GROUP,
      remoteJidAlt: undefined,
      participant: ADA.lid,
      participantAlt: ADA.number,
    };
    expect(await fromAda(tools, message, inGroup)).toMatchObject({
      ...told,
      chatId: GROUP,
      author: '14155551234@c.us',
    });
  });

  it('is decrypted if a lid encrypted it with a number that only the session knows', async () => {
    tools.numbers.set(ADA.lid, ADA.number);
    const message = vote(['B'], OURS.lid, ADA.number);
    expect(await fromAda(tools, message, { remoteJidAlt: undefined })).toMatchObject({ options: ['B'] });
  });

  it('has no options if it was withdrawn', async () => {
    expect(await fromAda(tools, vote([], OURS.lid, ADA.lid))).toMatchObject({
      kind: 'poll_vote',
      options: [],
    });
  });

  it('is ignored in other people’s polls, with a wrong secret, or without a ciphertext', async () => {
    const good = vote(['A'], OURS.lid, ADA.lid);
    expect(await fromAda(tools, vote(['A'], OURS.lid, ADA.lid, Buffer.alloc(32)))).toBeNull();
    expect(await fromAda(tools, { pollUpdateMessage: { ...good.pollUpdateMessage, vote: {} } })).toBeNull();
    tools.memory.sent.clear();
    expect(await fromAda(tools, good)).toBeNull();
  });
});
