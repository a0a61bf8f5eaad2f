import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

/** An encrypted file ends with a truncated HMAC-SHA256 of what goes before. */
export const MAC_BYTES = 10;
export const BLOCK = 16;

export interface FileKeys {
  iv: Uint8Array;
  cipherKey: Uint8Array;
  macKey: Uint8Array;
}

/**
 * Decrypts a file as it streams in: AES-256-CBC, then the MAC. If the file is damaged, or not the one that was sent, the
 * stream fails before its last bytes.
 * @param size of the decrypted file, also checked; null: any
 */
export function unsealFile({ iv, cipherKey, macKey }: FileKeys, size: number | null): Transform {
  const decipher = createDecipheriv('aes-256-cbc', cipherKey, iv);
  const hmac = createHmac('sha256', macKey).update(iv);
  let held = Buffer.alloc(0);
  /** The last block is held back until the MAC is checked, or a damaged file could pass whole. */
  let end = Buffer.alloc(0);
  let opened = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding: string, done: TransformCallback) {
      const all = Buffer.concat([held, chunk]);
      const sealed = all.subarray(0, Math.max(0, all.length - MAC_BYTES));
      held = all.subarray(sealed.length);
      hmac.update(sealed);
      const plain = decipher.update(sealed);
      opened += plain.length;
      end = Buffer.concat([end, plain]);
      const given = end.subarray(0, Math.max(0, end.length - BLOCK));
      end = end.subarray(given.length);
      done(null, given);
    },
    flush(done: TransformCallback) {
      try {
        const mac = hmac.digest().subarray(0, MAC_BYTES);
        if (held.length !== MAC_BYTES || !timingSafeEqual(mac, held)) throw new Error('The file is damaged.');
        const last = decipher.final();
        opened += last.length;
        if (size !== null && opened !== size)
          throw new Error('The file does not have the size that the message says.');
        done(null, Buffer.concat([end, last]));
      } catch (error) {
        done(error as Error);
      }
    },
  });
}
