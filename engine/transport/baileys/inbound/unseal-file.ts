import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

/** At the end of a sealed file: a shortened HMAC-SHA256 over what goes before it. */
export const MAC_BYTES = 10;
export const BLOCK = 16;

export interface FileKeys {
  iv: Uint8Array;
  cipherKey: Uint8Array;
  macKey: Uint8Array;
}

/**
 * Opens a sealed file as it comes: AES-256-CBC, then the MAC. The stream fails before its last bytes are
 * given, when the file is damaged or another one than was sent.
 * @param size of the opened file, checked as well; null: any
 */
export function unsealFile({ iv, cipherKey, macKey }: FileKeys, size: number | null): Transform {
  const decipher = createDecipheriv('aes-256-cbc', cipherKey, iv);
  const hmac = createHmac('sha256', macKey).update(iv);
  let held = Buffer.alloc(0);
  /** The end of what was opened: not given before the MAC was seen, or a damaged file could come through whole. */
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
        if (held.length !== MAC_BYTES || !timingSafeEqual(mac, held)) throw new Error('the file is damaged');
        const last = decipher.final();
        opened += last.length;
        if (size !== null && opened !== size) throw new Error('the file has another size than was said');
        done(null, Buffer.concat([end, last]));
      } catch (error) {
        done(error as Error);
      }
    },
  });
}
