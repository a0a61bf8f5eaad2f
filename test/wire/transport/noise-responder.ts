import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { baileys, type KeyPair } from '../baileys';
import type { ServerCertificate } from './server-certificate';

const PROTOCOL_NAME = Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0');
const TAG_LENGTH = 16;

const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const nonce = (counter: number): Buffer => {
  const iv = Buffer.alloc(12);
  iv.writeUInt32BE(counter, 8);
  return iv;
};

function seal(key: Buffer, counter: number, plain: Uint8Array, associated: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(counter)).setAAD(associated);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Buffer, counter: number, sealed: Uint8Array, associated: Uint8Array): Buffer {
  const end = sealed.length - TAG_LENGTH;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(counter)).setAAD(associated);
  decipher.setAuthTag(sealed.subarray(end));
  return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
}

/** Both directions of an established link. Throws if a frame was changed or is out of order. */
export class NoiseTransport {
  private sent = 0;
  private got = 0;
  private static readonly NOTHING = Buffer.alloc(0);

  constructor(
    private readonly sendKey: Buffer,
    private readonly receiveKey: Buffer,
  ) {}

  seal(plain: Uint8Array): Buffer {
    return seal(this.sendKey, this.sent++, plain, NoiseTransport.NOTHING);
  }

  open(sealed: Uint8Array): Buffer {
    return open(this.receiveKey, this.got++, sealed, NoiseTransport.NOTHING);
  }
}

/**
 * The server's half of `Noise_XX_25519_AESGCM_SHA256` as WhatsApp uses it: the client starts, the server proves its
 * identity with a certificate, and the client sends its static key and, encrypted, who it is.
 */
export class NoiseResponder {
  private hash: Buffer = PROTOCOL_NAME;
  private salt: Buffer = PROTOCOL_NAME;
  private key: Buffer = PROTOCOL_NAME;
  private counter = 0;
  private readonly ephemeral = baileys().Curve.generateKeyPair();

  constructor(
    private readonly identity: KeyPair,
    private readonly certificate: ServerCertificate,
    intro: Uint8Array,
  ) {
    this.mixHash(intro);
  }

  /** Reads the client's hello and returns the frame to answer with. */
  answerHello(frame: Uint8Array): Uint8Array {
    const { proto, Curve } = baileys();
    const theirs = proto.HandshakeMessage.decode(frame).clientHello?.ephemeral;
    if (!theirs) throw new Error('The first frame of the handshake is not a client hello.');
    this.mixHash(theirs);
    this.mixHash(this.ephemeral.public);
    this.mixKey(Curve.sharedKey(this.ephemeral.private, theirs));
    const sealedIdentity = this.seal(this.identity.public);
    this.mixKey(Curve.sharedKey(this.identity.private, theirs));
    const payload = this.seal(this.certificate.chain);
    const serverHello = { ephemeral: this.ephemeral.public, static: sealedIdentity, payload };
    return proto.HandshakeMessage.encode({ serverHello }).finish();
  }

  /** Reads the client's last frame: its static key, who it says it is, and the link's transport. */
  finish(frame: Uint8Array): { clientKey: Buffer; payload: Buffer; transport: NoiseTransport } {
    const { proto, Curve } = baileys();
    const { clientFinish } = proto.HandshakeMessage.decode(frame);
    if (!clientFinish?.static || !clientFinish.payload) {
      throw new Error('The second frame of the handshake is not a client finish.');
    }
    const clientKey = this.open(clientFinish.static);
    this.mixKey(Curve.sharedKey(this.ephemeral.private, clientKey));
    const payload = this.open(clientFinish.payload);
    const [receiveKey, sendKey] = this.expand(Buffer.alloc(0));
    return { clientKey, payload, transport: new NoiseTransport(sendKey, receiveKey) };
  }

  private mixHash(data: Uint8Array): void {
    this.hash = sha256(this.hash, data);
  }

  private mixKey(secret: Uint8Array): void {
    [this.salt, this.key] = this.expand(secret);
    this.counter = 0;
  }

  private expand(secret: Uint8Array): [Buffer, Buffer] {
    const bytes = Buffer.from(hkdfSync('sha256', secret, this.salt, '', 64));
    return [bytes.subarray(0, 32), bytes.subarray(32)];
  }

  private seal(plain: Uint8Array): Buffer {
    const sealed = seal(this.key, this.counter++, plain, this.hash);
    this.mixHash(sealed);
    return sealed;
  }

  private open(sealed: Uint8Array): Buffer {
    const plain = open(this.key, this.counter++, sealed, this.hash);
    this.mixHash(sealed);
    return plain;
  }
}
