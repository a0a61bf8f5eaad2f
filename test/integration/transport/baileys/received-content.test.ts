import { readInbound } from '../../../../engine/transport/baileys/inbound/read-inbound';
import type { Content } from '../../../../engine/transport/transport';
import type { Contact } from '../../../wire/people/contact';
import type { Content as Written } from '../../../wire/people/build-message';
import { LinkedSession } from './linked-session';

type File = Extract<Written, { media: unknown }>['media'];

describe('content received through a real socket', () => {
  let session: LinkedSession;
  let ada: Contact;
  let from: { chatId: string; from: string; isGroup: boolean };

  beforeAll(async () => void (session = await LinkedSession.start()));
  beforeEach(() => {
    ada = session.someone();
    from = { chatId: `${ada.person.digits}@c.us`, from: ada.number, isGroup: false };
  });
  afterEach(() => expect(session.whatsapp.complaints.splice(0)).toEqual([]));
  afterAll(() => session.close());

  const text = (words: string): Content => ({ type: 'text', text: words, linkPreview: false });

  describe.each(['lid', 'number'] as const)('by %s', (by) => {
    it('a text, with its sender’s number', async () => {
      const sent = await ada.sends({ text: 'ciao' }, { by });
      expect(await session.told(sent)).toMatchObject({
        ...from,
        ...{ kind: 'message', id: sent.id, type: 'text', text: 'ciao', targetWireId: null, media: null },
      });
    });

    it('a reply to our message', async () => {
      const id = await session.send(ada, text('at nine?'));
      await ada.hears('at nine?');
      const told = await session.told(await ada.sends({ text: 'yes', quote: id }, { by }));
      expect(told).toMatchObject({ ...from, text: 'yes', targetWireId: id });
    });

    it.each<[string, File]>([
      ['image', { kind: 'image', bytes: Buffer.from('p'), mimetype: 'image/png', caption: 'Look' }],
      ['video', { kind: 'video', bytes: Buffer.from('pp'), mimetype: 'video/mp4' }],
      ['gif', { kind: 'gif', bytes: Buffer.from('ppp'), mimetype: 'video/mp4' }],
      ['audio', { kind: 'audio', bytes: Buffer.from('pppp'), mimetype: 'audio/mpeg' }],
      ['voice', { kind: 'voice', bytes: Buffer.from('ppppp'), mimetype: 'audio/ogg; codecs=opus' }],
      ['sticker', { kind: 'sticker', bytes: Buffer.from('pppppp'), mimetype: 'image/webp' }],
      [
        'document',
        { kind: 'document', bytes: Buffer.from('ppppppp'), mimetype: 'application/pdf', fileName: 'a.pdf' },
      ],
    ])('a file: %s', async (type, media) => {
      expect(await session.told(await ada.sends({ media }, { by }))).toMatchObject({
        ...from,
        ...{ kind: 'message', type, text: media.caption ?? null },
        media: {
          mime: media.mimetype,
          filename: media.fileName ?? null,
          size: media.bytes.length,
          url: null,
        },
      });
    });

    it('a reaction to our message', async () => {
      const id = await session.send(ada, text('done'));
      await ada.hears('done');
      const told = await session.told(await ada.sends({ react: '👍', to: id }, { by }));
      expect(told).toMatchObject({ ...from, kind: 'reaction', text: '👍', targetWireId: id });
    });

    it('an edit and a revocation', async () => {
      const first = await ada.sends({ text: 'at eihgt' }, { by });
      const edit = await session.told(await ada.sends({ edit: first.id, text: 'at eight' }, { by }));
      expect(edit).toMatchObject({ ...from, kind: 'edited', text: 'at eight', targetWireId: first.id });
      const revocation = await session.told(await ada.sends({ revoke: first.id }, { by }));
      expect(revocation).toMatchObject({ ...from, kind: 'revoked', text: null, targetWireId: first.id });
    });

    it('a vote in our poll, and a poll of theirs', async () => {
      const poll: Content = { type: 'poll', question: 'Which?', options: ['A', 'B'], allowMultiple: false };
      const id = await session.send(ada, poll);
      await ada.hears('Which?');
      const vote = await session.told(await ada.sends({ vote: ['B'], poll: id }, { by }));
      expect(vote).toMatchObject({ ...from, kind: 'poll_vote', options: ['B'], targetWireId: id });
      const theirs = await ada.sends({ poll: { question: 'And?', options: ['C', 'D'] } }, { by });
      expect(await session.told(theirs)).toMatchObject({ ...from, type: 'poll', text: 'And?\n- C\n- D' });
    });

    it('a group message, and our reply to it', async () => {
      const { jid } = session.whatsapp.group({ subject: 'Lunch', members: [session.phone, ada], by });
      const group = session.whatsapp.directory.groups.get(jid)!;
      const sent = await ada.sends({ text: 'at one' }, { in: group });
      expect(await session.told(sent)).toMatchObject({
        ...{ chatId: jid, isGroup: true, from: ada.number, author: from.chatId, text: 'at one' },
      });
      await session.send(jid, text('fine'), { replyTo: `false_${jid}_${sent.id}_${from.chatId}` });
      const heard = await ada.hears('fine');
      expect(heard.message.extendedTextMessage?.contextInfo).toMatchObject({
        stanzaId: sent.id,
        participant: ada.jid(by),
        quotedMessage: { conversation: 'at one' },
      });
    });
  });

  it('nothing for a stanza without a sender', async () => {
    const read = (attrs: Record<string, string>) =>
      readInbound({ tag: 'message', attrs }, { conversation: 'hi' }, 0, session.tools);
    expect(await read({})).toBeNull();
    expect(await read({ id: '3A01', from: '120363000000000001@g.us' })).toBeNull();
    expect(await read({ id: '3A01', from: ada.jid(), t: '1767603600' })).toMatchObject({
      ...from,
      text: 'hi',
    });
  });
});
