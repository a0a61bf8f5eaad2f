/** Pixels a module of the picture: sharp enough for a phone's camera, on any screen. */
const PNG_SCALE = 8;

/** A QR code as a picture. Its drawer is loaded when somebody wants one: no start has to wait for it. */
export async function qrPicture(text: string, type: 'image/png' | 'image/svg+xml'): Promise<Buffer | string> {
  const { default: QRCode } = await import('qrcode');
  return type === 'image/png'
    ? QRCode.toBuffer(text, { type: 'png', scale: PNG_SCALE })
    : QRCode.toString(text, { type: 'svg' });
}
