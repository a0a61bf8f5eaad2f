import { baileys, type KeyPair } from '../baileys';

/** The server's identity: its key pair, and a certificate chain for it. */
export interface ServerCertificate {
  readonly identity: KeyPair;
  /** An encoded `CertChain`. */
  readonly chain: Uint8Array;
}

/**
 * A well-formed chain, signed by our own keys. Baileys 7.0.0-rc14 checks that signatures are well-formed, but not whose
 * they are, so the client needs no patch.
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
