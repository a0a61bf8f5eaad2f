type Sharp = typeof import('sharp', { with: { 'resolution-mode': 'import' } }).default;

/** More than any camera produces. A small file that claims more is an attempt to exhaust memory. */
const MOST_PIXELS = 100_000_000;
const MOST_SECONDS = 10;
const STICKER_PX = 512;
/** WhatsApp's limit; five times as much for animated stickers. */
const MOST_STICKER_BYTES = 100 * 1024;
const QUALITIES = [85, 60, 35];

export interface Thumbnail {
  jpeg: Buffer;
  /** Of the original picture, upright, in pixels. */
  width: number;
  height: number;
}

/** A small JPEG of a picture, `width` pixels wide; null if the picture cannot be read. */
export async function thumbnailOf(picture: Uint8Array, width: number): Promise<Thumbnail | null> {
  const sharp = await loadSharp();
  if (!sharp) return null;
  try {
    const image = open(sharp, picture).autoOrient();
    const { autoOrient: upright } = await image.metadata();
    const jpeg = await image
      .resize({ width, withoutEnlargement: true })
      .flatten({ background: 'white' })
      .jpeg({ quality: 60 })
      .toBuffer();
    return { jpeg, width: upright.width, height: upright.height };
  } catch {
    return null;
  }
}

/** The first picture of a file as a full-size JPEG; null if it cannot be read. */
export async function asJpeg(picture: Uint8Array): Promise<Buffer | null> {
  const sharp = await loadSharp();
  if (!sharp) return null;
  const image = open(sharp, picture).autoOrient().flatten({ background: 'white' });
  return image
    .jpeg({ quality: 90 })
    .toBuffer()
    .catch(() => null);
}

export interface Sticker {
  webp: Buffer;
  isAnimated: boolean;
}

/**
 * A picture as a sticker: WebP, 512 by 512 with a transparent margin, small enough for WhatsApp. One that already
 * fits is not changed. Animations are kept. Null if it cannot be read.
 */
export async function asSticker(picture: Uint8Array): Promise<Sticker | null> {
  const sharp = await loadSharp();
  if (!sharp) return null;
  try {
    const { format, width, height, pageHeight, pages = 1 } = await open(sharp, picture, true).metadata();
    const isAnimated = pages > 1;
    const most = isAnimated ? 5 * MOST_STICKER_BYTES : MOST_STICKER_BYTES;
    const isSquare = width === STICKER_PX && (pageHeight ?? height) === STICKER_PX;
    if (format === 'webp' && isSquare && picture.length <= most)
      return { webp: Buffer.from(picture), isAnimated };
    let webp = Buffer.alloc(0);
    for (const quality of QUALITIES) {
      webp = await open(sharp, picture, true)
        .resize({ width: STICKER_PX, height: STICKER_PX, fit: 'contain', background: '#0000' })
        .webp({ quality })
        .toBuffer();
      if (webp.length <= most) break;
    }
    return { webp, isAnimated };
  } catch {
    return null;
  }
}

function open(sharp: Sharp, picture: Uint8Array, animated = false) {
  return sharp(picture, { animated, limitInputPixels: MOST_PIXELS, failOn: 'error' }).timeout({
    seconds: MOST_SECONDS,
  });
}

/** On rare machines its native part is missing. Pictures are then sent without thumbnails. */
async function loadSharp(): Promise<Sharp | null> {
  try {
    const { default: sharp } = await import('sharp');
    // WhatsApp shows no SVG, and a small one can take minutes to draw.
    sharp.block({ operation: ['VipsForeignLoadSvg'] });
    return sharp;
  } catch {
    return null;
  }
}
