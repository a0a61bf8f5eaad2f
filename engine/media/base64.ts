import type { Fault } from '../network/fault';

/** Why a text is not valid base64 (RFC 4648 section 4, padded, no spaces), or null. */
export function base64Fault(text: string): Fault | null {
  const fault = (message: string): Fault => ({ code: 'invalid_base64', message });
  if (text === '') return fault('is empty. Send the bytes of the file in base64.');
  if (/^data:/i.test(text)) return fault('is a data: URL. Send only what follows "base64,".');
  if (/\s/.test(text))
    return fault('contains spaces or line breaks. Send the base64 on one line without them.');
  if (/^[A-Za-z0-9_-]*={0,2}$/.test(text) && /[_-]/.test(text)) {
    return fault('uses the URL-safe alphabet. Replace "-" with "+" and "_" with "/".');
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    return fault('contains characters that are not base64. Encode the bytes again.');
  if (text.length % 4 !== 0)
    return fault('is cut off, or its "=" padding is missing. Encode the bytes again.');
  // The last characters may have bits that belong to no byte. They come back the same only if they are zero.
  const tail = text.slice(-4);
  if (Buffer.from(tail, 'base64').toString('base64') !== tail)
    return fault('ends with bits that belong to no byte. Encode the bytes again.');
  return null;
}

/** The bytes of strict base64; null if `base64Fault` finds a fault. Node's own decoder skips what it cannot read. */
export function decodeBase64Strict(text: string): Buffer | null {
  return base64Fault(text) === null ? Buffer.from(text, 'base64') : null;
}
