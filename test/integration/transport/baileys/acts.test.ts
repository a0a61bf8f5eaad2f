import { Readable } from 'node:stream';
import sharp from 'sharp';
import { newWireId } from '../../../../engine/domain/ids';
import type { ActTarget, ChatAct } from '../../../../engine/transport/chat-acts';
import { FileGone, type MediaSource } from '../../../../engine/transport/media-source';
import type { Content, OutgoingMessage } from '../../../../engine/transport/transport';
import type { Contact } from '../../../wire/people/contact';
import type { Phone } from '../../../wire/people/phone';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { BreakableMemory } from './breakable-memory';
import { eventually, linkedLink, type LinkUnderTest } from './link-world';

describe('what is done to messages, as the other side’s phone sees it', () => {
  let whatsapp: WhatsApp;
  let phone: Phone;
  let link: LinkUnderTest;
  const memory = new BreakableMemory();
  let next = 14155574000;
  let ada: Contact;
  const bobs: Contact[] = [];
  const present = (): ReturnType<MediaSource['open']> =>
    Promise.resolve({ mime: 'x/y', filename: null, size: null, stream: Readable.from([]) });
  /** The files on WhatsApp's servers. */
  let files = present;

  beforeAll(async () => {
    whatsapp = await startWhatsApp();
    phone = whatsapp.phone('+14155550100');
    link = await linkedLink(whatsapp, phone, {
      memory,
      files: { open: () => files() },
      timing: { actMs: 1_000 },
      handlers: {
        onInbound: async (inbound) => {
          link.seen.inbounds.push(inbound);
          if (inbound.content) memory.came.set(`${inbound.chatId}/${inbound.id}`, inbound.content);
        },
      },
    });
  });
  beforeEach(() => {
    ada = whatsapp.contact(`+${next++}`);
    files = present;
  });
  afterEach(() => expect(whatsapp.complaints.splice(0)).toEqual([]));
  afterAll(async () => {
    await link.transport.close();
    await whatsapp.close();
  });

  const chatOf = (to: Contact | string) => (typeof to === 'string' ? to : `${to.number.slice(1)}@c.us`);
  async function send(
    to: Contact | string,
    content: Content,
    more: Partial<OutgoingMessage> = {},
  ): Promise<ActTarget> {
    const message = { ...link.text(to, ''), content, ...more };
    const { type } = content;
    const kept = type === 'media' || type === 'forward' ? { type } : content;
    memory.sent.set(message.wireId, { ...message, content: kept });
    await link.transport.send(message);
    return { chatId: chatOf(to), wireId: message.wireId, fromMe: true, author: null };
  }
  const say = (to: Contact | string, text: string, more: Partial<OutgoingMessage> = {}) =>
    send(to, { type: 'text', text, linkPreview: false }, more);
  const act = async (target: ActTarget, done: ChatAct) => {
    const id = newWireId();
    await link.transport.act(target, done, id);
    return id;
  };
  /** A new person. */
  const bob = (): Contact => {
    const contact = whatsapp.contact(`+${next++}`);
    bobs.push(contact);
    return contact;
  };
  /** The latest message with this text, to be forwarded. */
  const contentOf = (text: string): Content => {
    const [inbound] = link.seen.inbounds.filter((one) => one.text === text).slice(-1);
    return { type: 'forward', message: inbound!.content! };
  };
  const told = (text: string) =>
    eventually(`${text} is told`, () => link.seen.inbounds.find((inbound) => inbound.text === text));

  it('edits a text, and keeps its mentions', async () => {
    const mentions = { ids: [ada.number], displays: ['Ada'] };
    const target = await say(ada, 'at nine, @Ada?', { mentions });
    const sent = await ada.hears(({ id }) => id === target.wireId);
    const id = await act(target, { kind: 'edit', text: 'at ten, @Ada?' });
    const edit = await ada.hears((received) => received.id === id);
    expect(edit).toMatchObject({ kind: 'edit', target: target.wireId, mentions: [ada.jid()] });
    expect(sent.shown).toBe(`at ten, @${ada.person.digits}?`);
  });

  it('edits a caption, and keeps the file', async () => {
    const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();
    const file = { type: 'media', kind: 'image', bytes, mime: 'image/jpeg', filename: null } as const;
    const target = await send(ada, { ...file, caption: 'Menu' });
    const sent = await ada.hears('Menu');
    const id = await act(target, { kind: 'edit', text: 'New menu' });
    const edit = await ada.hears((received) => received.id === id);
    expect([edit.kind, sent.shown]).toEqual(['edit', 'New menu']);
    expect(ada.opens(edit)).toEqual(bytes);
  });

  it('takes a message back', async () => {
    const target = await say(ada, 'wrong person');
    const sent = await ada.hears('wrong person');
    const id = await act(target, { kind: 'revoke' });
    await ada.hears((received) => received.id === id);
    expect(sent.shown).toBeUndefined();
  });

  it('reacts to what a person wrote, takes it back, and pins it', async () => {
    const { id: wireId } = await ada.sends({ text: 'which one?' });
    const { chatId } = await told('which one?');
    const target = { chatId, wireId, fromMe: false, author: null };
    const ids = [
      await act(target, { kind: 'react', emoji: '👍' }),
      await act(target, { kind: 'react', emoji: '' }),
      await act(target, { kind: 'pin', seconds: 604_800 }),
      await act(target, { kind: 'pin', seconds: 0 }),
    ];
    await ada.hears(({ id }) => id === ids.at(-1));
    const seen = ada.received.filter(({ id }) => ids.includes(id));
    expect(seen).toMatchObject([
      { kind: 'reaction', target: wireId, text: '👍' },
      { kind: 'reaction', target: wireId },
      { kind: 'pin', target: wireId, pinnedFor: 604_800 },
      { kind: 'pin', target: wireId, pinnedFor: 0 },
    ]);
    expect(seen[1]!.text ?? '').toBe('');
  });

  it('names the writer of a message in a group, also one that is no longer stored', async () => {
    const bob = whatsapp.contact(`+${next++}`);
    const group = whatsapp.group({ subject: 'Lunch', members: [phone, ada, bob] });
    const { id: wireId } = await ada.sends({ text: 'who comes?' }, { in: group });
    const { chatId, author } = await told('who comes?');
    const target = { chatId, wireId, fromMe: false, author: author! };
    await act(target, { kind: 'react', emoji: '🎉' });
    memory.came.delete(`${chatId}/${wireId}`);
    await act(target, { kind: 'react', emoji: '👍' });
    const reaction = await ada.hears(({ kind, text }) => kind === 'reaction' && text === '👍');
    expect(reaction.message.reactionMessage?.key).toMatchObject({
      participant: ada.jid('lid'),
      fromMe: false,
    });
  });

  it('forwards a file without its context, marked, and with the timer of the new chat', async () => {
    const bytes = Buffer.from('%PDF-1.7 bill');
    const bill = { kind: 'document', bytes, mimetype: 'application/pdf', caption: 'the bill' } as const;
    const { id: quote } = await ada.sends({ text: 'look at' });
    await ada.sends({ media: bill, quote });
    await told('the bill');
    const forwarded = await send(bob(), contentOf('the bill'));
    const first = await bobs.at(-1)!.hears(({ id }) => id === forwarded.wireId);
    expect(first).toMatchObject({ kind: 'document', text: 'the bill', forwarded: 1 });
    expect([first.quotes, bobs.at(-1)!.opens(first)]).toEqual([undefined, bytes]);
    // Once more, by the person who got it.
    const [writer] = bobs.slice(-1);
    await writer!.sends({ raw: { ...first.message, messageContextInfo: undefined } });
    await eventually('it is told', () => link.seen.inbounds.filter(({ text }) => text === 'the bill')[1]);
    const again = await send(bob(), contentOf('the bill'));
    expect(await bobs.at(-1)!.hears(({ id }) => id === again.wireId)).toMatchObject({ forwarded: 2 });
  });

  it('forwards a text and a place, and a copy of its own', async () => {
    await ada.sends({ text: 'plain' });
    await ada.sends({ raw: { locationMessage: { degreesLatitude: 1, degreesLongitude: 2, name: 'Here' } } });
    await told('plain');
    const there = await eventually('the place', () =>
      link.seen.inbounds.find(({ type }) => type === 'location'),
    );
    const to = bob();
    await send(to, contentOf('plain'));
    await send(to, { type: 'forward', message: there.content! });
    await say(to, 'own', { forwarded: true });
    await bobs.at(-1)!.hears('own');
    expect(bobs.at(-1)!.received).toMatchObject([
      { kind: 'text', text: 'plain', forwarded: 1 },
      { kind: 'location', text: 'Here', place: [1, 2], forwarded: 1 },
      { kind: 'text', text: 'own', forwarded: 1 },
    ]);
  });

  it('has the phone upload a file that WhatsApp no longer has, or fails', async () => {
    files = () => Promise.reject(new FileGone(true));
    await ada.sends({
      media: { kind: 'image', bytes: Buffer.from('picture'), mimetype: 'image/jpeg', caption: 'old' },
    });
    await told('old');
    const { wireId } = await send(bob(), contentOf('old'));
    const heard = await bobs.at(-1)!.hears(({ id }) => id === wireId);
    expect(bobs.at(-1)!.opens(heard)).toEqual(Buffer.from('picture'));
    files = () => Promise.reject(new FileGone(false));
    await expect(send(bob(), contentOf('old'))).rejects.toMatchObject({
      reason: 'media_unreachable',
      mayPass: false,
    });
    files = () => Promise.reject(new Error('500'));
    await expect(send(bob(), contentOf('old'))).rejects.toMatchObject({
      reason: 'media_unreachable',
      mayPass: true,
    });
  });

  it('does not forward what may be seen once only', async () => {
    await ada.sends({ raw: { imageMessage: { caption: 'once', viewOnce: true } } });
    await told('once');
    await expect(send(bob(), contentOf('once'))).rejects.toMatchObject({
      reason: 'media_unreachable',
      mayPass: false,
    });
  });

  it('fails for now if WhatsApp does not answer, and can be repeated', async () => {
    const target = await say(ada, 'lost?');
    await ada.hears('lost?');
    // A receipt would prove that WhatsApp has it.
    ada.behaves({ deliver: false });
    phone.behaves({ silentCopies: true });
    whatsapp.faults.loseAck();
    await expect(act(target, { kind: 'revoke' })).rejects.toMatchObject({
      reason: 'unacknowledged',
      mayPass: true,
    });
    await act(target, { kind: 'revoke' });
  });
});
