import { createDecipheriv, randomBytes } from 'node:crypto';
import { baileys, type KeyPair } from '../baileys';

const SALT = 32;
const IV = 16;
const KEY = 32;
const GCM_IV = 12;
const GCM_TAG = 16;

/** The phone's first step after somebody has typed a code into it. */
export interface PhoneMove {
  /** The phone's ephemeral key, wrapped with the code: `salt | iv | key`. */
  readonly wrapped: Buffer;
  readonly ephemeral: KeyPair;
  /** The companion's ephemeral key; noise, if the code was wrong. */
  readonly companionEphemeral: Buffer;
}

/** Unwraps the companion's ephemeral key with the code and wraps the phone's own for the way back. */
export async function answerHello(wrappedCompanionKey: Buffer, code: string): Promise<PhoneMove> {
  const { Curve, aesDecryptCTR, aesEncryptCTR, derivePairingCodeKey } = baileys();
  const theirSalt = wrappedCompanionKey.subarray(0, SALT);
  const theirIv = wrappedCompanionKey.subarray(SALT, SALT + IV);
  const theirKey = wrappedCompanionKey.subarray(SALT + IV);
  const key = await derivePairingCodeKey(code, theirSalt);
  const companionEphemeral = Buffer.from(aesDecryptCTR(theirKey, key, theirIv));
  const ephemeral = Curve.generateKeyPair();
  const [salt, iv] = [randomBytes(SALT), randomBytes(IV)];
  const sealed = aesEncryptCTR(ephemeral.public, await derivePairingCodeKey(code, salt), iv);
  return { wrapped: Buffer.concat([salt, iv, sealed]), ephemeral, companionEphemeral };
}

/**
 * Opens the companion's key bundle and derives the secret with which the phone will confirm it. Throws if the code was
 * wrong, because then the two derived different keys.
 */
export function agreeOnSecret(
  bundle: Buffer,
  move: PhoneMove,
  phoneIdentity: Pick<KeyPair, 'public' | 'private'>,
): { companionIdentity: Buffer; secret: Buffer } {
  const { Curve, hkdf } = baileys();
  const shared = Curve.sharedKey(move.ephemeral.private, move.companionEphemeral);
  const salt = bundle.subarray(0, SALT);
  const info = 'link_code_pairing_key_bundle_encryption_key';
  const plain = openGcm(bundle.subarray(SALT), Buffer.from(hkdf(shared, KEY, { salt, info })));
  const companionIdentity = plain.subarray(0, KEY);
  const named = plain.subarray(KEY, 2 * KEY);
  if (!named.equals(phoneIdentity.public)) throw new Error('The companion replied to another phone.');
  const identityShared = Curve.sharedKey(phoneIdentity.private, companionIdentity);
  const material = Buffer.concat([shared, identityShared, plain.subarray(2 * KEY)]);
  return { companionIdentity, secret: Buffer.from(hkdf(material, KEY, { info: 'adv_secret' })) };
}

function openGcm(sealed: Buffer, key: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, GCM_IV));
  decipher.setAuthTag(sealed.subarray(-GCM_TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(GCM_IV, -GCM_TAG)), decipher.final()]);
  } catch {
    throw new Error('The pairing code is wrong.');
  }
}
