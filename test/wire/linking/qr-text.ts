/** The content of a QR code. */
export interface QrText {
  readonly ref: string;
  readonly noiseKey: Buffer;
  readonly identityKey: Buffer;
  /** Known only to those who have seen the QR code. */
  readonly secret: Buffer;
}

/** Reads `[https://wa.me/settings/linked_devices#]ref,noise,identity,secret[,platform]`. Throws if the text is anything else. */
export function readQrText(text: string): QrText {
  const [ref, ...keys] = text.slice(text.indexOf('#') + 1).split(',');
  const [noiseKey, identityKey, secret] = keys.slice(0, 3).map((key) => Buffer.from(key, 'base64'));
  if (!ref || noiseKey?.length !== 32 || identityKey?.length !== 32 || secret?.length !== 32) {
    throw new Error('This is not the text of a WhatsApp QR code.');
  }
  return { ref, noiseKey, identityKey, secret };
}
