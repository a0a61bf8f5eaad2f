import { baileys, type BinaryNode, type ClientPayload } from '../baileys';
import { FrameReader } from './frame-reader';
import { NoiseResponder, type NoiseTransport } from './noise-responder';
import type { ServerCertificate } from './server-certificate';
import type { WebSocketEnd } from './websocket';

/** How a client identified itself at the end of the handshake. */
export interface Greeting {
  /** Its static Noise key, which identifies a linked device. */
  readonly clientKey: Buffer;
  readonly payload: ClientPayload;
}

/** One client's encrypted connection to the server: nodes in, nodes out. */
export class Link {
  onGreeting: (greeting: Greeting) => void = () => undefined;
  onNode: (node: BinaryNode) => void = () => undefined;
  onClose: () => void = () => undefined;
  onFault: (fault: unknown) => void = () => undefined;

  private readonly reader = new FrameReader();
  private readonly noise: NoiseResponder;
  private transport: NoiseTransport | undefined;
  private helloAnswered = false;
  /** Decoding is asynchronous, but nodes are handed on in order. */
  private decoding: Promise<void> = Promise.resolve();

  constructor(
    private readonly socket: WebSocketEnd,
    certificate: ServerCertificate,
  ) {
    this.noise = new NoiseResponder(certificate.identity, certificate, FrameReader.intro);
    socket.onMessage = (bytes) => this.take(bytes);
    socket.onClose = () => this.onClose();
  }

  get isOpen(): boolean {
    return this.socket.isOpen;
  }

  send(node: BinaryNode): void {
    if (!this.transport || !this.isOpen) return;
    this.socket.send(FrameReader.frame(this.transport.seal(baileys().encodeBinaryNode(node))));
  }

  /** Sends a last stanza and closes, as the server does when it ends a stream. */
  end(lastWord: BinaryNode): void {
    this.send(lastWord);
    this.socket.close();
  }

  drop(): void {
    this.socket.drop();
  }

  halfOpen(): void {
    this.socket.halfOpen();
  }

  private take(bytes: Buffer): void {
    try {
      for (const frame of this.reader.push(bytes)) this.takeFrame(frame);
    } catch (fault) {
      this.onFault(fault);
      this.socket.drop();
    }
  }

  private takeFrame(frame: Buffer): void {
    if (this.transport) {
      const plain = this.transport.open(frame);
      this.decoding = this.decoding
        .then(async () => this.onNode(await baileys().decodeBinaryNode(plain)))
        .catch((fault: unknown) => this.onFault(fault));
    } else if (!this.helloAnswered) {
      this.helloAnswered = true;
      this.socket.send(FrameReader.frame(this.noise.answerHello(frame)));
    } else {
      const { clientKey, payload, transport } = this.noise.finish(frame);
      this.transport = transport;
      this.onGreeting({ clientKey, payload: baileys().proto.ClientPayload.decode(payload) });
    }
  }
}
