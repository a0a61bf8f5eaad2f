import type { Fault } from '../network/fault';

/** What keeps this text from being plain base64 (RFC 4648 section 4, padded, no spaces), or null. */
export function base64Fault(text: string): Fault | null {
  const fault = (message: string): Fault => ({ code: 'invalid_base64', message });
  if (text === '') return fault('is empty; give the bytes of the file in base64');
  if (/^data:/i.test(text)) return fault('is a data: URL; give only what follows "base64,"');
  if (/\s/.test(text)) return fault('holds spaces or line breaks; give the base64 on one line without them');
  if (/^[A-Za-z0-9_-]*={0,2}$/.test(text) && /[_-]/.test(text)) {
    return fault('is in the URL-safe alphabet; use "+" and "/" in place of "-" and "_"');
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    return fault('holds characters that are not base64; encode the bytes again');
  if (text.length % 4 !== 0) return fault('is cut short or lacks its "=" padding; encode the bytes again');
  // The last characters may carry bits that no byte uses. Only zero bits there come back the same.
  const tail = text.slice(-4);
  if (Buffer.from(tail, 'base64').toString('base64') !== tail)
    return fault('ends in bits that belong to no byte; encode the bytes again');
  return null;
}

/** The bytes of strict base64, or null where `base64Fault` finds a fault. Node's own decoder skips what it cannot read. */
export function decodeBase64Strict(text: string): Buffer | null {
  return base64Fault(text) === null ? Buffer.from(text, 'base64') : null;
}
