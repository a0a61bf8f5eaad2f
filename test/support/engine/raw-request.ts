import { connect, type Socket } from 'node:net';

/** A TCP connection on which a test says exactly what it wants. */
export class RawConnection {
  /** Everything that came back so far. */
  received = '';
  /** Resolves when the other side has closed the connection, or both its directions. */
  readonly closed: Promise<void>;

  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (this.received += text));
    // A connection that the other side aborts is closed, too.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()).on('end', () => resolve()));
  }

  /** Stays half open when the other side ends only its own direction, as a hostile client would. */
  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const connection = new RawConnection(socket);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return connection;
  }

  write(text: string | Uint8Array): void {
    this.socket.write(text);
  }

  /** Resolves with what came back, once it matches. Rejects if the connection is closed before. */
  async until(pattern: RegExp): Promise<string> {
    let isClosed = false;
    void this.closed.then(() => (isClosed = true));
    while (!pattern.test(this.received)) {
      if (isClosed) throw new Error(`The connection was closed after ${JSON.stringify(this.received)}.`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return this.received;
  }

  destroy(): void {
    this.socket.destroy();
  }
}
