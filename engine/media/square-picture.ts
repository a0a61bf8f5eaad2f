/** As WhatsApp's own clients send the picture of a group. */
const SIDE_PX = 640;
const QUALITY = 70;
/** More than any camera produces. A small file that claims more is an attempt to exhaust memory. */
const MOST_PIXELS = 100_000_000;
const MOST_SECONDS = 10;

/**
 * The middle of a picture as a square JPEG, small enough for a profile; null if it cannot be read as a picture.
 */
export async function squarePicture(bytes: Uint8Array): Promise<Buffer | null> {
  try {
    const { default: sharp } = await import('sharp');
    // Drawing, not a photo: a small one can take minutes to draw.
    sharp.block({ operation: ['VipsForeignLoadSvg'] });
    return await sharp(bytes, { limitInputPixels: MOST_PIXELS })
      .timeout({ seconds: MOST_SECONDS })
      .autoOrient()
      .resize({ width: SIDE_PX, height: SIDE_PX, fit: 'cover' })
      .flatten({ background: 'white' })
      .jpeg({ quality: QUALITY })
      .toBuffer();
  } catch {
    return null;
  }
}
