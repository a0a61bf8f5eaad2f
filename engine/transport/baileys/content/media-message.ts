import { extension } from 'mime-types';
import type { Content } from '../../transport';
import type { Baileys, MediaContent } from '../baileys';
import { readOggOpus } from './ogg-opus';
import { asJpeg, asSticker, thumbnailOf } from './pictures';
import { waveformOf } from './waveform';

export type Media = Extract<Content, { type: 'media' }>;

const OPUS = 'audio/ogg; codecs=opus';
/** Shown blurred until the picture itself is downloaded. */
const THUMBNAIL_PX = 100;
/** The formats that WhatsApp's own clients send. Phones may not show others. */
const PLAIN_PICTURES = ['image/jpeg', 'image/png'];

/**
 * A file in the form that Baileys uploads, with everything that phones show before they have downloaded it.
 *
 * A file that does not fit its kind is sent as the next best thing:
 * - A picture that is neither JPEG nor PNG becomes a JPEG. An animated GIF keeps only its first frame: phones play only
 *   MP4 as a GIF, and making one takes a video encoder. Send an MP4 with kind `gif`.
 * - A voice message that is not Opus is sent as ordinary audio: iPhones do not play it as a voice message.
 * - A sticker that cannot be read as a picture is sent unchanged.
 */
export async function mediaContent(media: Media, baileys: Baileys): Promise<MediaContent> {
  const { bytes, mime: mimetype } = media;
  const caption = media.caption ?? undefined;
  // Null, or Baileys looks for ffmpeg to make one.
  const noThumbnail = { jpegThumbnail: null as unknown as undefined };
  switch (media.kind) {
    case 'image':
      return imageContent(media);
    case 'video':
    case 'gif': {
      const seconds = await secondsOf(bytes, baileys);
      return {
        ...{ video: bytes, mimetype, caption, seconds, ...noThumbnail },
        gifPlayback: media.kind === 'gif',
      };
    }
    case 'sticker': {
      const sticker = await asSticker(bytes);
      if (!sticker) return { sticker: bytes, mimetype };
      const size = { width: 512, height: 512 };
      return { sticker: sticker.webp, mimetype: 'image/webp', isAnimated: sticker.isAnimated, ...size };
    }
    case 'voice':
    case 'audio':
      return audioContent(media, baileys);
    case 'document':
      return { document: bytes, mimetype, fileName: nameOf(media), caption };
  }
}

/** Phones choose the app that opens a document by the end of its name. */
function nameOf({ filename, mime }: Media): string {
  const given = filename?.trim();
  if (given) return given;
  const end = extension(mime);
  return end ? `file.${end}` : 'file';
}

async function imageContent({ bytes, mime, caption }: Media): Promise<MediaContent> {
  const jpeg = PLAIN_PICTURES.includes(mime) ? null : await asJpeg(bytes);
  const image = jpeg ?? bytes;
  const thumbnail = await thumbnailOf(image, THUMBNAIL_PX);
  return {
    image,
    mimetype: jpeg ? 'image/jpeg' : mime,
    caption: caption ?? undefined,
    // The type wants base64 text.
    jpegThumbnail: thumbnail?.jpeg.toString('base64') ?? (null as unknown as undefined),
    ...(thumbnail ? { width: thumbnail.width, height: thumbnail.height } : {}),
  };
}

async function audioContent({ kind, bytes, mime }: Media, baileys: Baileys): Promise<MediaContent> {
  const opus = mime === 'audio/ogg' ? readOggOpus(bytes) : null;
  if (!opus) {
    return { audio: bytes, mimetype: mime, seconds: await secondsOf(bytes, baileys), ptt: false };
  }
  const seconds = Math.max(1, Math.round(opus.seconds));
  const waveform = kind === 'voice' ? await waveformOf(opus) : null;
  return {
    ...{ audio: bytes, mimetype: OPUS, seconds, ptt: kind === 'voice' },
    ...(waveform ? { waveform } : {}),
  };
}

/** Whole seconds of sound or video; 0 if unknown. */
async function secondsOf(bytes: Buffer, baileys: Baileys): Promise<number> {
  const seconds = await baileys.getAudioDuration(bytes).catch(() => undefined);
  return Number.isFinite(seconds) ? Math.max(1, Math.round(seconds!)) : 0;
}
