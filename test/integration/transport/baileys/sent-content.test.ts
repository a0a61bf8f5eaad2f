import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { buildWireMessage } from '../../../../engine/transport/baileys/content/build-wire-message';
import type { Content } from '../../../../engine/transport/transport';
import { baileys } from '../../../wire/baileys';
import type { Contact } from '../../../wire/people/contact';
import { waitUntil } from '../../../wire/people/wait-until';
import { LinkedSession } from './linked-session';

const voice = readFileSync('test/assets/voice.ogg');

const text = (words: string, linkPreview = false): Content => ({ type: 'text', text: words, linkPreview });
function file(kind: Extract<Content, { type: 'media' }>['kind'], bytes: Buffer, mime: string): Content {
  return {
    type: 'media',
    kind,
    bytes,
    mime,
    filename: 'bill.pdf',
    caption: kind === 'document' ? 'Paid' : null,
  };
}

describe('sent content, as the recipient’s phone shows it', () => {
  let session: LinkedSession;
  let pictures: Record<'jpeg' | 'webp', Buffer>;
  let ada: Contact;

  beforeAll(async () => {
    session = await LinkedSession.start();
    const picture = sharp({ create: { width: 512, height: 512, channels: 3, background: 'teal' } });
    pictures = {
      jpeg: await picture.clone().jpeg().toBuffer(),
      webp: await picture.clone().webp().toBuffer(),
    };
  });
  beforeEach(() => void (ada = session.someone()));
  afterEach(() => expect(session.whatsapp.complaints.splice(0)).toEqual([]));
  afterAll(() => session.close());

  it.each([
    ['image', () => pictures.jpeg, 'image/jpeg'],
    ['sticker', () => pictures.webp, 'image/webp'],
    ['voice', () => voice, 'audio/ogg'],
    ['audio', () => voice, 'audio/ogg'],
    ['video', () => Buffer.from('not really an MP4'), 'video/mp4'],
    ['gif', () => Buffer.from('not really an MP4 either'), 'video/mp4'],
    ['document', () => Buffer.from('%PDF-1.7'), 'application/pdf'],
  ] as const)('shows a %s with the same bytes', async (kind, bytes, mime) => {
    const id = await session.send(ada, file(kind, bytes(), mime));
    const heard = await ada.hears((received) => received.id === id);
    expect(heard).toMatchObject({ kind, id });
    expect(ada.opens(heard)).toEqual(bytes());
    if (kind === 'document') expect(heard).toMatchObject({ text: 'Paid', file: { fileName: 'bill.pdf' } });
  });

  it('shows a text with its link preview', async () => {
    session.pages.set('https://a.example/menu', { title: 'Menu', description: 'x', picture: pictures.jpeg });
    await session.send(ada, text('See https://a.example/menu', true));
    const { message } = await ada.hears('See https://a.example/menu');
    expect(message.extendedTextMessage).toMatchObject({
      title: 'Menu',
      matchedText: 'https://a.example/menu',
    });
    expect((await sharp(message.extendedTextMessage!.jpegThumbnail!).metadata()).width).toBe(192);
  });

  it('shows mentions and a quote of our own message in a group', async () => {
    const bob = session.someone();
    const { jid } = session.whatsapp.group({ subject: 'Lunch', members: [session.phone, ada, bob] });
    const first = await session.send(jid, text('When?'));
    await session.send(jid, text('@Ada, at one?'), {
      mentions: { ids: [ada.number], displays: ['Ada'] },
      replyTo: `true_${jid}_${first}`,
    });
    for (const member of [ada, bob]) {
      const heard = await member.hears(`@${ada.person.lid}, at one?`);
      expect(heard).toMatchObject({ group: jid, quotes: first, mentions: [ada.jid('lid')] });
      const context = heard.message.extendedTextMessage?.contextInfo;
      expect(context).toMatchObject({
        participant: session.phone.jid('lid'),
        quotedMessage: { conversation: 'When?' },
      });
    }
  });

  it('shows the quoted message of a reply', async () => {
    const sent = await ada.sends({ text: 'at nine?' });
    await session.told(sent);
    const { id } = sent;
    const chatId = `${ada.person.digits}@c.us`;
    await session.send(ada, text('fine'), { replyTo: `false_${chatId}_${id}` });
    const heard = await ada.hears('fine');
    expect(heard.quotes).toBe(id);
    expect(heard.message.extendedTextMessage?.contextInfo).toMatchObject({
      participant: ada.jid(),
      quotedMessage: { conversation: 'at nine?' },
    });
  });

  it('shows a location', async () => {
    const place = { latitude: 41.902782, longitude: -12.496366, name: 'Office', address: 'Via Roma 1' };
    const id = await session.send(ada, { type: 'location', ...place });
    expect(await ada.hears('Office')).toMatchObject({
      ...{ id, kind: 'location', address: place.address },
      place: [place.latitude, place.longitude],
    });
  });

  it('shows a contact with its numbers, and buttons to write to them', async () => {
    const name = 'Lovelace, Ada; \\ "Countess"';
    const phones = ['+14155551234', '+442079460018'];
    const id = await session.send(ada, { type: 'contact', name, phones, organization: 'Engines; Ltd' });
    expect(await ada.hears(name)).toMatchObject({
      ...{ id, kind: 'contact' },
      card: {
        ...{ name, organization: 'Engines; Ltd' },
        phones: phones.map((number) => ({ number, account: number.slice(1) })),
      },
    });
  });

  it('accepts votes in a poll', async () => {
    const poll: Content = { type: 'poll', question: 'Which?', options: ['A', 'B'], allowMultiple: false };
    const id = await session.send(ada, poll);
    expect(await ada.hears('Which?')).toMatchObject({ id, kind: 'poll', options: ['A', 'B'] });
    const vote = await ada.sends({ vote: ['B'], poll: id });
    const update = (await session.client.message(vote.id)).message.message?.pollUpdateMessage;
    const { selectedOptions } = baileys().decryptPollVote(update!.vote!, {
      pollCreatorJid: session.phone.jid('lid'),
      pollMsgId: id,
      pollEncKey: session.memory.secretFor(id),
      voterJid: ada.jid('lid'),
    });
    expect(Buffer.from(selectedOptions![0]!)).toEqual(session.tools.baileys.sha256(Buffer.from('B')));
  });

  it('shows texts and files in a channel', async () => {
    const channel = session.whatsapp.channel('News');
    const first = await session.send(channel.jid, text('Open again'));
    const second = await session.send(channel.jid, file('document', Buffer.from('%PDF'), 'application/pdf'));
    await waitUntil('both posts were there', () => channel.posts[1]);
    expect(channel.posts).toEqual([
      { id: first, text: 'Open again' },
      { id: second, text: 'Paid', file: { type: 'document', handle: expect.any(String) } },
    ]);
    const { handle } = channel.posts[1]!.file!;
    // Not encrypted: the server and everybody else can read it.
    expect(session.whatsapp.media.get(session.whatsapp.media.handles.get(handle!)!)).toEqual(
      Buffer.from('%PDF'),
    );
  });

  it('shows a message once that was sent twice, with its file uploaded once', async () => {
    const content = file('document', Buffer.from('%PDF-2'), 'application/pdf');
    const id = await session.send(ada, content, { wireId: '3EB0FEEDFACE' });
    const first = await ada.hears((received) => received.id === id);
    await session.send(ada, content, { wireId: id });
    const message = {
      wireId: id,
      chatId: `${ada.person.digits}@c.us`,
      content,
      replyTo: null,
      mentions: null,
    };
    const again = (await buildWireMessage(message, session.tools)).message;
    expect(again.documentMessage?.directPath).toBe(first.file?.directPath);
    await waitUntil('it came again', () => (first.copies === 2 ? true : undefined));
    expect(ada.received.filter((received) => received.id === id)).toEqual([first]);
  });
});
