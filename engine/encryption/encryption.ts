import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** The first byte of all sealed data. A later scheme would use a different number. */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

export const KEY_BYTES = 32;

/** Sealed data cannot be opened: the key or the place differs, or the data is damaged. */
export class CannotDecrypt extends Error {
  constructor() {
    super(
      'Stored data cannot be decrypted: it was encrypted with a different key, or is damaged. ' +
        'Start the engine with the key that was used before (BLUETICKS_ENCRYPTION_KEY, or encryption.key in the data folder).',
    );
    this.name = 'CannotDecrypt';
  }
}

/** Seals and opens secrets that are stored, with AES-256-GCM (NIST SP 800-38D) and a random nonce each time. */
export class Encryption {
  /** @param key 32 bytes. */
  constructor(private readonly key: Buffer) {
    if (key.length !== KEY_BYTES)
      throw new Error(`An encryption key has ${KEY_BYTES} bytes, not ${key.length}.`);
  }

  /** A separate key for another purpose (HKDF, RFC 5869). It does not reveal this one. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.key, '', purpose, KEY_BYTES));
  }

  /** The key, in hex, with which the opt-outs of erased people are hashed. */
  erasureKey(): string {
    return this.derive('erased opt-outs').toString('hex');
  }

  /** Tells this key from others, and nothing about it. */
  fingerprint(): string {
    return this.derive('fingerprint').subarray(0, 16).toString('hex');
  }

  /** @param place what the data belongs to, such as a row's id. It opens only with the same place. */
  seal(data: Buffer | string, place: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(associatedData(place));
    const text = Buffer.concat([
      cipher.update(typeof data === 'string' ? Buffer.from(data) : data),
      cipher.final(),
    ]);
    return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), text]);
  }

  /** @throws CannotDecrypt */
  open(sealed: Buffer, place: string): Buffer {
    if (sealed.length < HEAD_BYTES || sealed[0] !== VERSION) throw new CannotDecrypt();
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(associatedData(place))
      .setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEAD_BYTES));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]);
    } catch {
      throw new CannotDecrypt();
    }
  }

  /** Whether this is the key of `samples`: one may be damaged, so one that opens is enough. True if there are none. */
  opensSome(samples: readonly { data: Buffer; place: string }[]): boolean {
    return samples.length === 0 || samples.some(({ data, place }) => this.opens(data, place));
  }

  private opens(sealed: Buffer, place: string): boolean {
    try {
      this.open(sealed, place);
      return true;
    } catch {
      return false;
    }
  }

  /** @throws CannotDecrypt */
  openText(sealed: Buffer, place: string): string {
    return this.open(sealed, place).toString('utf8');
  }
}

function associatedData(place: string): Buffer {
  return Buffer.concat([Buffer.of(VERSION), Buffer.from(place, 'utf8')]);
}
