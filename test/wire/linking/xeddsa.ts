import { createPublicKey, verify } from 'node:crypto';

const P = 2n ** 255n - 19n;
const SIGN_BIT = 0x80;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let [b, e] = [base % P, exponent]; e > 0n; e >>= 1n, b = (b * b) % P) {
    if (e & 1n) result = (result * b) % P;
  }
  return result;
}

/** The Edwards y of a Montgomery u: (u - 1) / (u + 1). */
function edwardsY(u: Uint8Array): Buffer {
  const little = BigInt(`0x${Buffer.from(u).reverse().toString('hex')}`) & (2n ** 255n - 1n);
  const y = ((little - 1n + P) * power(little + 1n, P - 2n)) % P;
  return Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse();
}

/**
 * Whether a Curve25519 key signed these bytes (XEdDSA, as Signal uses it). Baileys' own `Curve.verify` accepts any
 * signature of the right length, so it cannot check what a client signed.
 */
export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const key = edwardsY(publicKey);
  const plain = Buffer.from(signature);
  key[31] = (key[31] ?? 0) | ((plain[63] ?? 0) & SIGN_BIT);
  plain[63] = (plain[63] ?? 0) & ~SIGN_BIT;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') };
  return verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), plain);
}
