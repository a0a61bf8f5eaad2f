import { baileys, type KeyPair } from '../baileys';

/** What the server proves itself with: its key pair, and a chain that says so. */
export interface ServerCertificate {
  readonly identity: KeyPair;
  /** An encoded `CertChain`. */
  readonly chain: Uint8Array;
}

/**
 * A chain of the right shape, signed by keys of our own. Baileys 7.0.0-rc14 asks for well-formed signatures but
 * does not mind whose they are, so nothing in the client has to be patched.
 */
export function makeServerCertificate(): ServerCertificate {
  const { Curve, proto } = baileys();
  const identity = Curve.generateKeyPair();
  const [root, intermediate] = [Curve.generateKeyPair(), Curve.generateKeyPair()];
  const details = (key: Uint8Array, serial: number, issuerSerial: number): Uint8Array =>
    proto.CertChain.NoiseCertificate.Details.encode({ key, serial, issuerSerial }).finish();
  const signed = (by: KeyPair, bytes: Uint8Array) => ({
    details: bytes,
    signature: Curve.sign(by.private, bytes),
  });
  const chain = proto.CertChain.encode({
    intermediate: signed(root, details(intermediate.public, 1, 0)),
    leaf: signed(intermediate, details(identity.public, 2, 1)),
  }).finish();
  return { identity, chain };
}
