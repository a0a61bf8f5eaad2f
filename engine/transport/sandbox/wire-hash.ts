import { createHash } from 'node:crypto';

/** A repeatable random number in [0, 1) that depends only on the wire id and the label. */
export function fractionOf(wireId: string, label: string): number {
  return digest(wireId, label).readUInt32BE(0) / 2 ** 32;
}

/** The id of an answer to a message: looks like WhatsApp's, and is the same each time. */
export function answerIdOf(wireId: string, label: string): string {
  return `3EB0${digest(wireId, label).subarray(0, 9).toString('hex').toUpperCase()}`;
}

function digest(wireId: string, label: string): Buffer {
  return createHash('sha256').update(`${wireId}:${label}`).digest();
}
