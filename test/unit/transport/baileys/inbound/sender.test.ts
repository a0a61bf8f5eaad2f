import { ADA, AT, fromAda, GROUP, madeInbound, type MadeInbound } from './made-inbound';

const hello = { conversation: 'hello' };

describe('the sender of a message', () => {
  let tools: MadeInbound;
  beforeEach(async () => void (tools = await madeInbound()));

  it.each([
    ['by lid, with the number', { remoteJid: ADA.lid, remoteJidAlt: ADA.number }],
    ['by number, with the lid', { remoteJid: ADA.number, remoteJidAlt: ADA.lid }],
    [
      'by number alone, from a linked device',
      { remoteJid: '14155551234:12@s.whatsapp.net', remoteJidAlt: undefined },
    ],
    [
      'by lid, with the number of a device',
      { remoteJid: '200000000000001:3@lid', remoteJidAlt: '14155551234:3@s.whatsapp.net' },
    ],
  ])('%s', async (_how, key) => {
    const inbound = await fromAda(tools, hello, key);
    expect(inbound).toEqual({
      kind: 'message',
      id: '3A01',
      chatId: '14155551234@c.us',
      names: expect.any(Array),
      from: '+14155551234',
      fromName: 'Ada',
      isGroup: false,
      targetWireId: null,
      type: 'text',
      text: 'hello',
      media: null,
      content: expect.any(Uint8Array),
      at: AT,
    });
    const lid = 'remoteJidAlt' in key && key.remoteJidAlt === undefined ? [] : [ADA.lid];
    expect(inbound!.names.sort()).toEqual(['14155551234@c.us', ...lid].sort());
  });

  it('by lid alone has a number only if the session knows it', async () => {
    const key = { remoteJid: '200000000000001:3@lid', remoteJidAlt: undefined };
    expect(await fromAda(tools, hello, key)).toMatchObject({ chatId: ADA.lid, from: null });
    tools.numbers.set(ADA.lid, '14155551234:0@s.whatsapp.net');
    expect(await fromAda(tools, hello, key)).toMatchObject({
      chatId: '14155551234@c.us',
      from: '+14155551234',
    });
  });

  it.each([
    ['by lid', { participant: '200000000000001:2@lid', participantAlt: ADA.number }],
    ['by number', { participant: ADA.number, participantAlt: ADA.lid }],
  ])('in a group, %s', async (_how, key) => {
    const inbound = await fromAda(tools, hello, { remoteJid: GROUP, remoteJidAlt: undefined, ...key });
    expect(inbound).toMatchObject({
      chatId: GROUP,
      isGroup: true,
      from: '+14155551234',
      author: '14155551234@c.us',
    });
  });

  it('in a group has no number if nobody knows it', async () => {
    const key = { remoteJid: GROUP, remoteJidAlt: undefined, participant: ADA.lid };
    expect(await fromAda(tools, hello, key)).toMatchObject({ chatId: GROUP, from: null, author: ADA.lid });
  });

  it('is kept with the message, to quote it', async () => {
    const key = { remoteJid: GROUP, participant: ADA.lid };
    const { content } = (await fromAda(tools, { ephemeralMessage: { message: hello } }, key))!;
    const kept = tools.baileys.proto.WebMessageInfo.decode(content!);
    expect(kept.key).toMatchObject({ id: '3A01', remoteJid: GROUP, participant: ADA.lid });
    expect(kept.message?.conversation).toBe('hello');
  });

  it('has no name if WhatsApp gives none', async () => {
    expect(await fromAda(tools, hello, {}, '')).toMatchObject({ fromName: null });
  });

  it.each([
    ['a status update', { remoteJid: 'status@broadcast', participant: ADA.number }],
    ['a channel', { remoteJid: '120363000000000009@newsletter' }],
    ['a broadcast list', { remoteJid: '1400000000@broadcast' }],
    ['an announcement by WhatsApp', { remoteJid: '0@s.whatsapp.net' }],
    ['an assistant', { remoteJid: '13135550002@bot' }],
    ['nobody', { remoteJid: undefined }],
    ['something that is not a jid', { remoteJid: 'hello' }],
    ['a message without an id', { id: undefined }],
  ])('is ignored for %s', async (_what, key) => {
    expect(await fromAda(tools, hello, { remoteJidAlt: undefined, ...key })).toBeNull();
  });
});
