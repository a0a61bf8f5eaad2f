import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A line to a server that a test can cut and restore: a proxy on a port of 127.0.0.1 that stays the same. */
export class BreakableLine {
  private readonly sockets = new Set<Socket>();
  private server = createServer();
  private port = 0;

  /** @param target the server's URL; its host and port are where the line leads. */
  constructor(private readonly target: string) {}

  /** The target's URL by way of this line. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.toString();
  }

  /** Lets connections through, from now on. */
  async open(): Promise<this> {
    this.server = createServer((near) => {
      const { hostname, port } = new URL(this.target);
      const far = connect(Number(port), hostname);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          this.sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  /** Breaks every connection, and refuses new ones until it is opened again. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}
