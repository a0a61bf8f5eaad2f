import sharp from 'sharp';
import {
  buildWireMessage,
  rebuildWireMessage,
} from '../../../../../engine/transport/baileys/content/build-wire-message';
import { firstLink } from '../../../../../engine/transport/baileys/content/text-message';
import { mentionsIn, textWithMentions } from '../../../../../engine/transport/baileys/content/mentions';
import { madeTools, outgoing, WIRE_ID, type MadeTools } from './made-tools';

/** Only what is set. */
const plain = (message: object | null | undefined): unknown => JSON.parse(JSON.stringify(message));

describe('a text message', () => {
  let tools: MadeTools;
  let picture: Buffer;

  beforeEach(async () => {
    tools = await madeTools();
    picture = await sharp({ create: { width: 600, height: 300, channels: 3, background: 'teal' } })
      .png()
      .toBuffer();
  });
  const text = async (
    words: string,
    linkPreview: true | false | { title: string; [more: string]: string },
  ) => {
    const content = { type: 'text', text: words, linkPreview } as const;
    return (await buildWireMessage(outgoing({ content }), tools)).message.extendedTextMessage;
  };

  it('has the secret of its wire id, the same in every attempt', async () => {
    const [first, second] = [
      await buildWireMessage(outgoing(), tools),
      await buildWireMessage(outgoing(), tools),
    ];
    expect(first).toEqual(second);
    const secret = first.message.messageContextInfo?.messageSecret;
    expect(Buffer.from(secret!)).toEqual(Buffer.from(tools.memory.secretFor(WIRE_ID)));
    expect(first.message.extendedTextMessage).toMatchObject({ text: 'hello', contextInfo: null });
  });

  it('has a preview of its first link, with a small JPEG', async () => {
    tools.pages.set('https://a.example/menu', { title: 'Menu', description: 'What we cook', picture });
    const message = await text('See https://a.example/menu. Or https://b.example', true);
    expect(message).toMatchObject({
      text: 'See https://a.example/menu. Or https://b.example',
      matchedText: 'https://a.example/menu',
      title: 'Menu',
      description: 'What we cook',
    });
    const { format, width } = await sharp(message!.jpegThumbnail!).metadata();
    expect({ format, width }).toEqual({ format: 'jpeg', width: 192 });
  });

  it.each([
    ['the page has no description', true as const],
    ['none is wanted', false as const],
  ])('has no preview if %s', async (_why, wanted) => {
    if (!wanted) tools.pages.set('https://a.example', { title: 'Never', description: null, picture: null });
    const message = await text('https://a.example', wanted);
    expect(plain(message)).toEqual({ text: 'https://a.example' });
  });

  it('has a preview without a picture if the page’s picture is broken', async () => {
    const broken = Buffer.from('<html>not found</html>');
    tools.pages.set('https://a.example', { title: 'Home', description: null, picture: broken });
    const message = await text('https://a.example', true);
    expect(plain(message)).toEqual({
      text: 'https://a.example',
      matchedText: 'https://a.example',
      title: 'Home',
      previewType: 'NONE',
    });
  });

  it.each(['url', 'data url', 'base64'])('has the given preview, with its picture by %s', async (by) => {
    tools.pictures.set('https://a.example/p.png', picture);
    const base64 = picture.toString('base64');
    const thumbnail = {
      url: 'https://a.example/p.png',
      'data url': `data:image/png;base64,${base64}`,
      base64,
    }[by]!;
    const given = {
      title: 'Mine',
      description: 'Own words',
      canonical_url: 'https://b.example',
      thumbnail,
    };
    const message = await text('no link here', given);
    expect(message).toMatchObject({
      matchedText: 'https://b.example',
      title: 'Mine',
      description: 'Own words',
    });
    expect((await sharp(message!.jpegThumbnail!).metadata()).format).toBe('jpeg');
  });

  it('can be rebuilt for a phone that could not decrypt it', async () => {
    const { content } = outgoing();
    tools.memory.sent.set(WIRE_ID, {
      chatId: '14155551234@c.us',
      content: content as never,
      replyTo: null,
      mentions: null,
    });
    expect(await rebuildWireMessage(WIRE_ID, tools)).toEqual(
      (await buildWireMessage(outgoing(), tools)).message,
    );
    expect(await rebuildWireMessage('3EB0NEVER', tools)).toBeNull();
  });

  it('mentions people by number, chat id and lid', async () => {
    const { message } = await buildWireMessage(
      outgoing({
        chatId: '120363000000000001@g.us',
        content: { type: 'text', text: 'Ask @Ada or @Bob', linkPreview: false },
        mentions: {
          ids: ['+14155551234', '14155555678@c.us', '200000000000001@lid'],
          displays: ['Ada', '@Bob'],
        },
      }),
      tools,
    );
    expect(message.extendedTextMessage).toMatchObject({
      text: 'Ask @14155551234 or @14155555678',
      contextInfo: {
        mentionedJid: ['14155551234@s.whatsapp.net', '14155555678@s.whatsapp.net', '200000000000001@lid'],
      },
    });
  });

  it('mentions people as the chat knows them, each once', async () => {
    tools.settings.nameOf = async (jid) => (jid.startsWith('1415') ? '200000000000001@lid' : jid);
    const { message } = await buildWireMessage(
      outgoing({
        chatId: '120363000000000001@g.us',
        content: { type: 'text', text: '@Ada, @14155551234, @+14155551234 and @Bob', linkPreview: false },
        mentions: { ids: ['+14155551234', '200000000000001@lid', '+15550001'], displays: ['Ada', '', 'Bob'] },
      }),
      tools,
    );
    expect(message.extendedTextMessage).toMatchObject({
      text: '@200000000000001, @200000000000001, @200000000000001 and @15550001',
      contextInfo: { mentionedJid: ['200000000000001@lid', '15550001@s.whatsapp.net'] },
    });
  });

  it('carries the timer of its chat, and when that was set', async () => {
    tools.settings.timer = { seconds: 604_800, setAt: 1_700_000_000 };
    const { message } = await buildWireMessage(outgoing(), tools);
    expect(plain(message.extendedTextMessage?.contextInfo)).toMatchObject({
      expiration: 604_800,
      ephemeralSettingTimestamp: '1700000000',
    });
    tools.settings.timer = { seconds: 604_800, setAt: 0 };
    const { message: unsure } = await buildWireMessage(outgoing(), tools);
    expect(plain(unsure.extendedTextMessage?.contextInfo)).toEqual({ expiration: 604_800 });
  });

  it('omits what channels do not support', async () => {
    const { message } = await buildWireMessage(
      outgoing({
        chatId: '120363000000000009@newsletter',
        replyTo: 'true_14155551234@c.us_3EB01',
        mentions: { ids: ['+14155551234'] },
      }),
      tools,
    );
    expect(plain(message)).toEqual({ extendedTextMessage: { text: 'hello' } });
  });
});

describe('firstLink', () => {
  it.each([
    ['go to https://a.example/x?y=1#z now', 'https://a.example/x?y=1#z'],
    ['(see https://a.example/b)', 'https://a.example/b'],
    ['https://en.example/wiki/Turing_(film).', 'https://en.example/wiki/Turing_(film)'],
    ['*https://a.example*', 'https://a.example'],
    ['“https://a.example”, he said', 'https://a.example'],
    ['HTTPS://A.EXAMPLE!', 'HTTPS://A.EXAMPLE'],
    ['http://a.example only', null],
    ['https://', null],
    ['nothing', null],
  ])('in %j is %j', (text, link) => expect(firstLink(text)).toBe(link));
});

describe('textWithMentions', () => {
  it.each([
    ['@Ann and @Anna', ['Ann', 'Anna'], '@1 and @2'],
    ['@Anna', ['Ann'], '@Anna'],
    ['@Ann, @Ann!', ['Ann'], '@1, @1!'],
    ['mail ann@Ann', ['b.*'], 'mail ann@Ann'],
    ['@a.b (x)', ['a.b (x)'], '@1'],
    ['@1 stays', [], '@1 stays'],
    ['@15 and @+15, not @155', [], '@1 and @1, not @155'],
  ])('makes of %j with %j %j', async (text, displays, expected) => {
    const named = async (jid: string): Promise<string> => jid.replace(/^(\d)\d/, '$1');
    const mentions = await mentionsIn({ ids: ['+15', '+25'], displays }, named);
    expect(textWithMentions(text, mentions)).toBe(expected);
  });
});
