import { createHmac, randomInt } from 'node:crypto';
import { baileys, type KeyPair } from '../baileys';
import { isSignedBy } from './xeddsa';

/** The prefix of each kind of signature, so that one cannot be used as the other. */
const ACCOUNT_PREFIX = Buffer.from([6, 0]);
const DEVICE_PREFIX = Buffer.from([6, 1]);

/** A phone's confirmation of a companion, authenticated with a secret that only the two share. */
export interface DeviceIdentity {
  readonly details: Uint8Array;
  /** An encoded `ADVSignedDeviceIdentityHMAC`, as in `<device-identity>`. */
  readonly sealed: Uint8Array;
}

/** The phone signs the companion's identity key and its place among the account's devices. */
export function vouchFor(
  companionIdentity: Uint8Array,
  keyIndex: number,
  phone: Pick<KeyPair, 'public' | 'private'>,
  secret: Buffer,
): DeviceIdentity {
  const { proto, Curve } = baileys();
  const timestamp = Math.floor(Date.now() / 1000);
  const identity = { rawId: randomInt(1, 2 ** 31), timestamp, keyIndex };
  const details = proto.ADVDeviceIdentity.encode(identity).finish();
  const signed = Buffer.concat([ACCOUNT_PREFIX, details, companionIdentity]);
  const account = proto.ADVSignedDeviceIdentity.encode({
    details,
    accountSignatureKey: phone.public,
    accountSignature: Curve.sign(phone.private, signed),
  }).finish();
  const hmac = createHmac('sha256', secret).update(account).digest();
  const sealed = proto.ADVSignedDeviceIdentityHMAC.encode({ details: account, hmac }).finish();
  return { details, sealed };
}

/** Whether the companion has signed too (`<pair-device-sign>`), with the identity key it was linked under. */
export function isAccepted(
  reply: Uint8Array,
  companionIdentity: Uint8Array,
  phone: Pick<KeyPair, 'public'>,
  { details }: DeviceIdentity,
): boolean {
  const { deviceSignature } = baileys().proto.ADVSignedDeviceIdentity.decode(reply);
  const signed = Buffer.concat([DEVICE_PREFIX, details, companionIdentity, phone.public]);
  return isSignedBy(companionIdentity, signed, deviceSignature ?? Buffer.alloc(0));
}
