import { Agent, fetch } from 'undici';
import { loadBaileys, type Baileys } from './baileys';
import { BaileysClient } from './baileys-client';
import { linked } from './linked';
import type { Contact } from './people/contact';
import { waitUntil } from './people/wait-until';
import type { Phone } from './people/phone';
import { startWhatsApp, type WhatsApp } from './whatsapp';

describe('messages to an unmodified Baileys socket', () => {
  let baileys: Baileys;
  let whatsapp: WhatsApp;
  let phone: Phone;
  let client: BaileysClient;
  let number = 14155552000;
  const someone = (): Contact => whatsapp.contact(`+${number++}`);

  beforeAll(async () => {
    baileys = await loadBaileys();
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    client = await linked(whatsapp, phone);
  });
  afterEach(() => expect(whatsapp.complaints.splice(0)).toEqual([]));
  afterAll(async () => {
    await client.end();
    await whatsapp.close();
  });

  it('include the phone number if sent by LID, and the sender gets a delivery receipt', async () => {
    const contact = someone();
    const sent = await contact.sends({ text: 'ciao' });
    const { type, message } = await client.message(sent.id);
    expect(type).toBe('notify');
    expect(message.message?.conversation).toBe('ciao');
    expect(message.key).toMatchObject({
      remoteJid: contact.jid('lid'),
      remoteJidAlt: contact.jid('number'),
      fromMe: false,
      addressingMode: 'lid',
    });
    await waitUntil('the delivery receipt arrived', () => sent.delivered || undefined);
  });

  it('include the LID if sent by number', async () => {
    const contact = someone();
    const sent = await contact.sends({ text: 'hello' }, { by: 'number' });
    const { message } = await client.message(sent.id);
    expect(message.message?.conversation).toBe('hello');
    expect(message.key).toMatchObject({
      remoteJid: contact.jid('number'),
      remoteJidAlt: contact.jid('lid'),
      addressingMode: 'pn',
    });
  });

  it('can quote our message by its wire id', async () => {
    const contact = someone();
    const ours = await client.socket.sendMessage(contact.jid(), { text: 'tomorrow at nine?' });
    const heard = await contact.hears('tomorrow at nine?');
    const sent = await contact.sends({ text: 'yes', quote: heard.id }, { by: 'number' });
    const context = (await client.message(sent.id)).message.message?.extendedTextMessage?.contextInfo;
    expect(context?.stanzaId).toBe(ours?.key.id);
    expect(context?.quotedMessage?.extendedTextMessage?.text).toBe('tomorrow at nine?');
  });

  it('can be reactions, edits and revocations', async () => {
    const contact = someone();
    await client.socket.sendMessage(contact.jid(), { text: 'done!' });
    const { id } = await contact.hears('done!');
    const reaction = await contact.sends({ react: '👍', to: id });
    const original = await contact.sends({ text: 'at eihgt' });
    const edit = await contact.sends({ edit: original.id, text: 'at eight' });
    const revocation = await contact.sends({ revoke: original.id });
    const { message } = await client.message(reaction.id);
    expect(message.message?.reactionMessage).toMatchObject({ text: '👍', key: { id, fromMe: true } });
    const edited = (await client.message(edit.id)).message.message?.protocolMessage;
    expect(edited).toMatchObject({ key: { id: original.id }, editedMessage: { conversation: 'at eight' } });
    const revoked = (await client.message(revocation.id)).message.message?.protocolMessage;
    expect(revoked?.key?.id).toBe(original.id);
  });

  it.each(['lid', 'number'] as const)(
    'can be votes in our poll, encrypted with its secret, by %s',
    async (by) => {
      const contact = someone();
      const values = ['Margherita', 'Diavola'];
      const poll = await client.socket.sendMessage(contact.jid(), { poll: { name: 'Which?', values } });
      const received = await contact.hears('Which?');
      expect(received).toMatchObject({ kind: 'poll', options: values });
      const vote = await contact.sends({ vote: ['Diavola'], poll: received.id }, { by });
      const update = (await client.message(vote.id)).message.message?.pollUpdateMessage;
      const secret = poll?.message?.messageContextInfo?.messageSecret;
      if (!update?.vote || !secret) throw new Error('There is no vote or no secret.');
      const { selectedOptions } = baileys.decryptPollVote(update.vote, {
        pollCreatorJid: phone.jid(by),
        pollMsgId: received.id,
        pollEncKey: secret,
        voterJid: contact.jid(by),
      });
      expect(selectedOptions?.map((hash) => Buffer.from(hash))).toEqual([
        baileys.sha256(Buffer.from('Diavola')),
      ]);
    },
  );

  it('can be files', async () => {
    const contact = someone();
    const bytes = Buffer.from('not really a JPEG');
    const media = { kind: 'image', bytes, mimetype: 'image/jpeg', caption: 'look' } as const;
    const { id } = await contact.sends({ media });
    const image = (await client.message(id)).message.message?.imageMessage;
    expect(image).toMatchObject({ caption: 'look', mimetype: 'image/jpeg' });
    if (!image) throw new Error('There is no image.');
    const chunks: Buffer[] = [];
    for await (const chunk of await trusting(() => baileys.downloadContentFromMessage(image, 'image'))) {
      chunks.push(chunk as Buffer);
    }
    expect(Buffer.concat(chunks)).toEqual(bytes);
  });

  /** Baileys downloads with the global `fetch`, which does not trust the simulator's CA. */
  async function trusting<T>(download: () => Promise<T>): Promise<T> {
    const original = globalThis.fetch;
    const dispatcher = new Agent({ connect: { ca: whatsapp.media.ca } });
    globalThis.fetch = ((url: string, init: object) =>
      fetch(url, { ...init, dispatcher })) as typeof globalThis.fetch;
    try {
      return await download();
    } finally {
      globalThis.fetch = original;
    }
  }

  it('can be from a group', async () => {
    const contact = someone();
    const group = whatsapp.group({ subject: 'Team', members: [contact, phone] });
    const first = await contact.sends({ text: 'morning all' }, { in: group });
    const second = await contact.sends({ text: 'anybody?' }, { in: group });
    const { message } = await client.message(first.id);
    expect(message.message?.conversation).toBe('morning all');
    expect(message.key).toMatchObject({
      remoteJid: group.jid,
      participant: contact.jid('lid'),
      participantAlt: contact.jid('number'),
    });
    expect((await client.message(second.id)).message.message?.conversation).toBe('anybody?');
  });

  it('wait while the socket is offline, and arrive once when it is back', async () => {
    const contact = someone();
    await client.end();
    const sent = [await contact.sends({ text: 'are you' }), await contact.sends({ text: 'there?' })];
    client = await (await BaileysClient.connect(whatsapp, client.memory)).open();
    for (const { id } of sent) expect((await client.message(id)).type).toBe('append');
    await waitUntil('everything was acknowledged', () => phone.companions[0]?.waiting === 0 || undefined);
    await client.end();
    client = await (await BaileysClient.connect(whatsapp, client.memory)).open();
    expect(client.messages).toEqual([]);
  });

  it('can be copies of what the account sent from its phone', async () => {
    const contact = someone();
    const { id } = await phone.sends({ text: 'from my phone' }, { to: contact });
    const { message } = await client.message(id);
    expect(message.key).toMatchObject({ fromMe: true, remoteJid: contact.jid('lid') });
    expect(message.message?.conversation).toBe('from my phone');
  });

  it('are sent again on request if the socket could not decrypt them', async () => {
    const contact = someone();
    await client.message((await contact.sends({ text: 'first' })).id);
    await client.socket.signalRepository.deleteSession([contact.jid('lid')]);
    // The first message opened the session with a pre-key. The next one needs that session, which is gone.
    await client.socket.sendMessage(contact.jid('lid'), { text: 'answer' });
    await contact.hears('answer');
    await client.socket.signalRepository.deleteSession([contact.jid('lid')]);
    const sent = await contact.sends({ text: 'second' });
    await waitUntil('the socket asked again', () => sent.receipts.includes('retry') || undefined);
    await waitUntil('the second was read', () => {
      return client.messages.find(({ message }) => message.message?.conversation === 'second');
    });
  });

  it('do not keep the contact from reading what was encrypted before they were sent again', async () => {
    const contact = someone();
    const { socket } = client;
    const { keys } = socket.authState;
    const address = contact.jid('lid').replace('@lid', '_1.0');
    const kept = async (): Promise<Record<string, unknown>> => keys.get('session', [address]);
    await client.message((await contact.sends({ text: 'first' })).id);
    await socket.sendMessage(contact.jid('lid'), { text: 'answer' });
    await contact.hears('answer');
    await client.message((await contact.sends({ text: 'second' })).id);
    const earlier = await kept();
    await socket.signalRepository.deleteSession([contact.jid('lid')]);
    const sent = await contact.sends({ text: 'third' });
    await waitUntil('the socket asked again', () => sent.receipts.includes('retry') || undefined);
    await waitUntil('the third was read', () => {
      return client.messages.find(({ message }) => message.message?.conversation === 'third');
    });
    await keys.set({ session: earlier as never });
    await socket.sendMessage(contact.jid('lid'), { text: 'encrypted before' });
    await contact.hears('encrypted before');
  });
});
