import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import {
  buildWireMessage,
  rebuildWireMessage,
} from '../../../../../engine/transport/baileys/content/build-wire-message';
import { file, madeTools, outgoing, WIRE_ID, type MadeTools } from './made-tools';

const voice = readFileSync('test/assets/voice.ogg');
const image = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: '#0808' } });

/** Two frames, one after the other. */
async function moving(format: 'gif' | 'webp'): Promise<Buffer> {
  const frames = await Promise.all(
    ['red', 'blue'].map((background) =>
      sharp({ create: { width: 40, height: 20, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  return sharp(frames, { join: { animated: true } })
    .toFormat(format)
    .toBuffer();
}

describe('a media message', () => {
  let tools: MadeTools;
  beforeEach(async () => void (tools = await madeTools()));
  const built = async (...of: Parameters<typeof file>) =>
    (await buildWireMessage(outgoing({ content: file(...of) }), tools)).message;
  const sizeOf = (part: { fileLength?: unknown } | null | undefined) => Number(part?.fileLength);

  it('sends a picture unchanged, with its size and a thumbnail', async () => {
    const bytes = await image(400, 200).jpeg().toBuffer();
    const { imageMessage } = await built('image', bytes, 'image/jpeg', { caption: 'Look' });
    expect(imageMessage).toMatchObject({
      ...{ caption: 'Look', mimetype: 'image/jpeg', width: 400, height: 200 },
      url: 'https://mmg.whatsapp.net/1',
      directPath: '/1',
    });
    expect(sizeOf(imageMessage)).toBe(bytes.length);
    const { width, format } = await sharp(imageMessage!.jpegThumbnail!).metadata();
    expect({ width, format }).toEqual({ width: 100, format: 'jpeg' });
  });

  it('gives the displayed size of a rotated picture', async () => {
    const bytes = await image(400, 200).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const { imageMessage } = await built('image', bytes, 'image/jpeg');
    expect(imageMessage).toMatchObject({ width: 200, height: 400 });
  });

  it.each(['webp', 'gif'] as const)('converts a picture in %s to JPEG', async (format) => {
    const { imageMessage } = await built('image', await moving(format), `image/${format}`);
    expect(imageMessage).toMatchObject({ mimetype: 'image/jpeg', width: 40, height: 20 });
  });

  it('sends an unreadable picture unchanged, without a thumbnail', async () => {
    const { imageMessage } = await built('image', Buffer.from('no picture'), 'image/webp');
    expect(imageMessage).toMatchObject({ mimetype: 'image/webp', jpegThumbnail: null });
  });

  it('sends a voice message with its duration and waveform', async () => {
    const { audioMessage } = await built('voice', voice, 'audio/ogg');
    expect(audioMessage).toMatchObject({ ptt: true, mimetype: 'audio/ogg; codecs=opus', seconds: 2 });
    const bars = [...audioMessage!.waveform!];
    expect(bars).toHaveLength(64);
    expect(Math.max(...bars)).toBe(100);
    const mean = (from: number, to: number) =>
      bars.slice(from, to).reduce((sum, bar) => sum + bar, 0) / (to - from);
    // The sample is soft for 0.8 s, loud for 0.6 s and silent for 0.6 s.
    expect(mean(2, 24)).toBeGreaterThan(10);
    expect(mean(2, 24)).toBeLessThan(50);
    expect(mean(28, 43)).toBeGreaterThan(80);
    expect(mean(48, 64)).toBeLessThan(5);
  });

  it('sends a voice message that is not Opus, or broken, as ordinary audio', async () => {
    const vorbis = Buffer.concat([voice.subarray(0, 28), Buffer.from('\x01vorbis'), voice.subarray(35)]);
    for (const bytes of [vorbis, Buffer.from('OggS, or not')]) {
      const { audioMessage } = await built('voice', bytes, 'audio/ogg');
      expect(audioMessage).toMatchObject({ ptt: false, mimetype: 'audio/ogg', waveform: null });
    }
  });

  it('sends a truncated voice message with what it contains', async () => {
    const { audioMessage } = await built('voice', voice.subarray(0, voice.length / 2), 'audio/ogg');
    expect(audioMessage).toMatchObject({ ptt: true, seconds: 1 });
    expect(audioMessage!.waveform).toHaveLength(64);
  });

  it('sends audio with its duration, not as a voice message', async () => {
    const { audioMessage } = await built('audio', voice, 'audio/ogg');
    expect(audioMessage).toMatchObject({ ptt: false, mimetype: 'audio/ogg; codecs=opus', seconds: 2 });
  });

  it.each([
    ['video', false],
    ['gif', true],
  ] as const)('%s', async (kind, gifPlayback) => {
    const bytes = Buffer.from('not really an MP4');
    const { videoMessage } = await built(kind, bytes, 'video/mp4', { caption: 'Look' });
    expect(videoMessage).toMatchObject({
      caption: 'Look',
      mimetype: 'video/mp4',
      gifPlayback,
      seconds: 0,
    });
  });

  it('sends a document with its name', async () => {
    const pdf = Buffer.from('%PDF-1.7');
    const named = await built('document', pdf, 'application/pdf', { filename: 'bill.pdf', caption: 'Paid' });
    expect(named.documentMessage).toMatchObject({
      fileName: 'bill.pdf',
      mimetype: 'application/pdf',
      caption: 'Paid',
    });
  });

  it.each([
    ['application/pdf', undefined, 'file.pdf'],
    ['application/pdf', '  ', 'file.pdf'],
    ['text/csv; charset=utf-8', undefined, 'file.csv'],
    ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', undefined, 'file.docx'],
    ['application/octet-stream', undefined, 'file.bin'],
    ['application/x-nobody-knows', undefined, 'file'],
    ['application/pdf', 'Bill May', 'Bill May'],
  ])('names a document of %s with the name %j %j', async (mime, filename, shown) => {
    const { documentMessage } = await built('document', Buffer.from('x'), mime, { filename });
    expect(documentMessage?.fileName).toBe(shown);
  });

  it('carries the timer of its chat, and is built anew when that changes', async () => {
    const before = await built('image', await image(4, 4).jpeg().toBuffer(), 'image/jpeg');
    expect(before.imageMessage?.contextInfo?.expiration).toBeFalsy();
    tools.settings.timer = { seconds: 86_400, setAt: 0 };
    const after = await built('image', await image(4, 4).jpeg().toBuffer(), 'image/jpeg');
    expect(after.imageMessage?.contextInfo?.expiration).toBe(86_400);
    expect((await rebuildWireMessage(WIRE_ID, tools))?.imageMessage?.contextInfo?.expiration).toBe(86_400);
  });

  it('converts a sticker to WebP, 512 by 512, unless it already is', async () => {
    const { stickerMessage } = await built('sticker', await image(100, 300).png().toBuffer(), 'image/png');
    expect(stickerMessage).toMatchObject({
      mimetype: 'image/webp',
      width: 512,
      height: 512,
      isAnimated: false,
    });
    const fitting = await image(512, 512).webp().toBuffer();
    tools.memory.values.clear();
    const asItIs = (await built('sticker', fitting, 'image/webp')).stickerMessage;
    expect(Buffer.from(asItIs!.fileSha256!)).toEqual(tools.baileys.sha256(fitting));
  });

  it.each(['gif', 'webp'] as const)('keeps the animation of a sticker from %s', async (format) => {
    const { stickerMessage } = await built('sticker', await moving(format), `image/${format}`);
    expect(stickerMessage).toMatchObject({ mimetype: 'image/webp', isAnimated: true });
  });

  it('uploads once for all attempts, and can be rebuilt for retries', async () => {
    const content = file('document', Buffer.from('%PDF'), 'application/pdf', { caption: 'for @Ada' });
    const message = outgoing({ content, mentions: { ids: ['+14155551234'], displays: ['Ada'] } });
    const first = (await buildWireMessage(message, tools)).message;
    const again = (await buildWireMessage(message, tools)).message;
    const { Message } = tools.baileys.proto;
    expect(Message.encode(again).finish()).toEqual(Message.encode(first).finish());
    expect(Message.encode((await rebuildWireMessage(WIRE_ID, tools))!).finish()).toEqual(
      Message.encode(first).finish(),
    );
    expect(first.documentMessage?.caption).toBe('for @14155551234');
    expect(tools.uploads).toHaveLength(1);
  });

  it('uploads again if the message was edited', async () => {
    await built('document', Buffer.from('old'), 'text/plain', { caption: 'same' });
    const { documentMessage } = await built('document', Buffer.from('new!'), 'text/plain', {
      caption: 'same',
    });
    expect(sizeOf(documentMessage)).toBe(4);
    expect((await built('document', Buffer.from('new!'), 'text/plain')).documentMessage?.caption).toBeFalsy();
    expect(tools.uploads).toHaveLength(3);
  });

  it('rejects a failed upload with a temporary error', async () => {
    tools.failNextUpload();
    const content = file('document', Buffer.from('%PDF'), 'application/pdf');
    await expect(buildWireMessage(outgoing({ content }), tools)).rejects.toMatchObject({
      reason: 'media_upload_failed',
      mayPass: true,
    });
    expect(tools.memory.values.size).toBe(0);
  });

  it('is not encrypted for a channel', async () => {
    const bytes = Buffer.from('%PDF-1.7');
    const chatId = '120363000000000009@newsletter';
    const content = file('document', bytes, 'application/pdf');
    const { message } = await buildWireMessage(outgoing({ chatId, content }), tools);
    expect(tools.uploads).toEqual([bytes]);
    expect(message.documentMessage?.mediaKey).toBeFalsy();
    expect(sizeOf(message.documentMessage)).toBe(bytes.length);
  });
});
