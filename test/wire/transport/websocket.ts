import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { encodeMessage, MessageReader, OPCODE } from './websocket-messages';

const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The server's end of one WebSocket (RFC 6455), binary messages only. Faults can reach its TCP socket. */
export class WebSocketEnd {
  onMessage: (bytes: Buffer) => void = () => undefined;
  onClose: () => void = () => undefined;
  private deaf = false;
  private closed = false;

  private constructor(private readonly socket: Socket) {
    const reader = new MessageReader();
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      if (this.deaf) return;
      for (const { opcode, payload } of reader.push(bytes)) this.take(opcode, payload);
    });
    socket.on('error', () => undefined);
    // A client that left without a goodbye leaves nothing behind, so that tests can count open connections.
    socket.on('end', () => socket.destroy());
    socket.on('close', () => this.over());
  }

  /** Answers an HTTP upgrade. */
  static accept(request: IncomingMessage, socket: Socket): WebSocketEnd {
    const key = request.headers['sec-websocket-key'] ?? '';
    const accept = createHash('sha1')
      .update(key + ACCEPT_SUFFIX)
      .digest('base64');
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    return new WebSocketEnd(socket);
  }

  get isOpen(): boolean {
    return !this.closed && !this.deaf;
  }

  send(bytes: Uint8Array): void {
    if (this.isOpen) this.socket.write(encodeMessage(OPCODE.binary, bytes));
  }

  /** Closes properly. Anything the client still sends is ignored. */
  close(): void {
    if (!this.isOpen) return;
    this.socket.end(encodeMessage(OPCODE.close, Buffer.from([0x03, 0xe8])));
    this.deaf = true;
  }

  /** Cuts the connection without a goodbye. */
  drop(): void {
    this.socket.resetAndDestroy();
  }

  /** From now on nothing is received or sent, but the other side believes that the connection is open. */
  halfOpen(): void {
    this.deaf = true;
  }

  private take(opcode: number, payload: Buffer): void {
    if (opcode === OPCODE.binary) this.onMessage(payload);
    else if (opcode === OPCODE.ping) this.socket.write(encodeMessage(OPCODE.pong, payload));
    else if (opcode === OPCODE.close) this.socket.end(encodeMessage(OPCODE.close, payload));
  }

  private over(): void {
    if (this.closed) return;
    this.closed = true;
    this.onClose();
  }
}
