import type { BaileysClient } from './baileys-client';
import { linked } from './linked';
import type { Contact } from './people/contact';
import type { Phone } from './people/phone';
import { startWhatsApp, type WhatsApp } from './whatsapp';

describe('messages from an unmodified Baileys socket', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let client: BaileysClient;
  let number = 14155551000;
  const someone = (): Contact => whatsapp.contact(`+${number++}`);

  beforeAll(async () => {
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    client = await linked(whatsapp, phone);
  });
  afterEach(() => {
    expect(whatsapp.complaints.splice(0)).toEqual([]);
    whatsapp.faults.heal();
  });
  afterAll(async () => {
    await client.end();
    await whatsapp.close();
  });

  const send = async (to: string, text: string): Promise<string> => {
    const id = (await client.socket.sendMessage(to, { text }))?.key.id;
    if (!id) throw new Error('Baileys gave no id.');
    return id;
  };
  const receiptsFor = (id: string, jid: string): (string | undefined)[] =>
    client.stanzas
      .filter(({ tag, attrs }) => tag === 'receipt' && attrs.id === id && attrs.from === jid)
      .map(({ attrs }) => attrs.type);

  it('are decrypted to the exact text, acknowledged and delivered', async () => {
    const contact = someone();
    const text = 'Caffè alle 9? 🇮🇹\nA domani — “sì”';
    const id = await send(contact.jid(), text);
    expect(await contact.hears(text)).toMatchObject({ id, copies: 1, kind: 'text', by: 'number', device: 1 });
    expect((await client.stanza(id, 'ack')).attrs).toMatchObject({ class: 'message', from: contact.jid() });
    await client.stanza(id, 'receipt', { type: undefined });
    expect(receiptsFor(id, contact.jid())).toEqual([undefined]);
  });

  it('arrive in order, ten in a row', async () => {
    const contact = someone();
    for (let i = 0; i < 10; i++) await send(contact.jid(), `number ${i}`);
    await contact.hears('number 9');
    expect(contact.received.map(({ text }) => text)).toEqual(
      Array.from({ length: 10 }, (_, i) => `number ${i}`),
    );
  });

  it('can be read before they are delivered', async () => {
    const contact = someone();
    contact.behaves({ read: true, order: 'read-first' });
    const id = await send(contact.jid(), 'read first');
    await client.stanza(id, 'receipt', { type: 'read' });
    await client.stanza(id, 'receipt', { type: undefined });
    expect(receiptsFor(id, contact.jid())).toEqual(['read', undefined]);
  });

  it('can be read without any delivery receipt', async () => {
    const contact = someone();
    contact.behaves({ read: true, lose: ['delivered'] });
    const id = await send(contact.jid(), 'lost receipt');
    await client.stanza(id, 'receipt', { type: 'read' });
    expect(receiptsFor(id, contact.jid())).toEqual(['read']);
  });

  it('can get receipts by LID although they were sent by number', async () => {
    const contact = someone();
    contact.behaves({ receiptsBy: 'lid' });
    const id = await send(contact.jid(), 'by number');
    const receipt = await client.stanza(id, 'receipt', { type: undefined });
    expect(receipt.attrs.from).toBe(contact.jid('lid'));
  });

  it('get a read receipt later, when the contact opens the chat', async () => {
    const contact = someone();
    const id = await send(contact.jid(), 'later');
    await client.stanza(id, 'receipt', { type: undefined });
    expect(receiptsFor(id, contact.jid())).toEqual([undefined]);
    contact.reads(id);
    await client.stanza(id, 'receipt', { type: 'read' });
  });

  it('can be observed on the wire', async () => {
    const seen: string[] = [];
    whatsapp.onStanza = ({ tag, attrs }) => void seen.push(`${tag} ${attrs.id}`);
    const id = await send(someone().jid(), 'watched');
    await client.stanza(id, 'ack');
    expect(seen).toContain(`message ${id}`);
  });

  it('are copied to the account’s own phone', async () => {
    const contact = someone();
    const id = await send(contact.jid(), 'for the record');
    const receipt = await client.stanza(id, 'receipt', { type: 'sender' });
    expect(receipt.attrs.recipient).toBe(contact.jid());
  });

  it('reach a contact by LID', async () => {
    const contact = someone();
    await send(contact.jid('lid'), 'to the lid');
    expect(await contact.hears('to the lid')).toMatchObject({ by: 'lid' });
  });

  it.each([463, 479, 500])('are refused with %i, and the contact gets nothing', async (code) => {
    const contact = someone();
    whatsapp.faults.nextAck(code);
    const id = await send(contact.jid(), 'refused');
    expect((await client.stanza(id, 'ack')).attrs.error).toBe(String(code));
    await contact.settled();
    expect(contact.received).toEqual([]);
  });

  it('go to nobody if the number is not on WhatsApp', async () => {
    const id = await send('14155559999@s.whatsapp.net', 'to nobody');
    expect((await client.stanza(id, 'ack')).attrs.error).toBeUndefined();
    expect(await client.socket.onWhatsApp('14155559999')).toEqual([]);
  });

  it('reach an account through another form of its number', async () => {
    whatsapp.contact('+551187654321', { aliases: ['+5511987654321'] });
    expect(await client.socket.onWhatsApp('5511987654321')).toEqual([
      { jid: '551187654321@s.whatsapp.net', exists: true },
    ]);
  });

  it('are counted, not shown twice, if sent again with the same id', async () => {
    const contact = someone();
    const id = await send(contact.jid(), 'once');
    await client.socket.sendMessage(contact.jid(), { text: 'once' }, { messageId: id });
    await client.stanza(id, 'ack');
    await contact.settled();
    expect(contact.received).toHaveLength(1);
    expect(contact.received[0]).toMatchObject({ id, copies: 2 });
  });

  it('can be edited and revoked', async () => {
    const contact = someone();
    const sent = await client.socket.sendMessage(contact.jid(), { text: 'eight o’clock' });
    if (!sent) throw new Error('Baileys gave nothing.');
    await client.socket.sendMessage(contact.jid(), { text: 'nine o’clock', edit: sent.key });
    await contact.hears(({ kind }) => kind === 'edit');
    expect(contact.received[0]).toMatchObject({ text: 'eight o’clock', shown: 'nine o’clock' });
    await client.socket.sendMessage(contact.jid(), { delete: sent.key });
    await contact.hears(({ kind }) => kind === 'revoke');
    expect(contact.received[0]?.shown).toBeUndefined();
  });

  it('can contain a file, which the contact downloads and decrypts', async () => {
    const contact = someone();
    const document = Buffer.from('%PDF-1.4 not much of a document');
    await client.socket.sendMessage(contact.jid(), {
      document,
      mimetype: 'application/pdf',
      fileName: 'offer.pdf',
      caption: 'as promised',
    });
    const received = await contact.hears('as promised');
    expect(received.file).toMatchObject({
      kind: 'document',
      mimetype: 'application/pdf',
      fileName: 'offer.pdf',
    });
    expect(contact.opens(received)).toEqual(document);
  });

  it('fail if their file cannot be uploaded', async () => {
    whatsapp.media.refuseNext(500);
    const content = { document: Buffer.from('x'), mimetype: 'text/plain', fileName: 'x.txt' };
    await expect(client.socket.sendMessage(someone().jid(), content)).rejects.toThrow('Media upload failed');
  });

  it('reach everybody in a group, and each member sends receipts', async () => {
    const [ada, bob] = [someone(), someone()];
    const group = whatsapp.group({ subject: 'Lunch', members: [ada, bob, phone] });
    expect(await client.socket.groupMetadata(group.jid)).toMatchObject({ subject: 'Lunch', size: 3 });
    const id = await send(group.jid, 'pizza?');
    await send(group.jid, 'or pasta?');
    for (const member of [ada, bob]) {
      expect(await member.hears('pizza?')).toMatchObject({ id, group: group.jid });
      await member.hears('or pasta?');
      const receipt = { type: undefined, from: group.jid, participant: member.jid('lid') };
      await client.stanza(id, 'receipt', receipt);
    }
  });

  it('to a channel are readable by the server', async () => {
    const channel = whatsapp.channel('News');
    const id = await send(channel.jid, 'we open at nine');
    await client.stanza(id, 'ack');
    expect(channel.posts).toEqual([{ id, text: 'we open at nine' }]);
  });
});
