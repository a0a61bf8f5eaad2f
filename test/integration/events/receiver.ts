import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  event: { id: string; type: string; created_at: string; data: Record<string, unknown> };
  /** Epoch ms when it was read to its end. */
  at: number;
}

/** What a receiver does with an event: answer with a status, never answer, or hang up. */
export type Answer = number | 'hang' | 'slam';

/** A real HTTP server that takes events and answers as told. */
export class Receiver {
  readonly received: Received[] = [];
  /** Answers that were not given yet. */
  readonly hanging: ServerResponse[] = [];
  answer: (received: Received, index: number) => Answer | Promise<Answer> = () => 200;
  private server: Server | null = null;
  private port = 0;

  url(path = '/in'): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** Listens, on the port that it had before where there was one. */
  async start(): Promise<this> {
    const server = createServer((req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => void this.take(req.url ?? '', req.headers, Buffer.concat(chunks).toString(), res));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** Starts the record anew. */
  forget(): void {
    this.received.splice(0);
  }

  /** Ids of the events received, in order. */
  ids(): string[] {
    return this.received.map(({ event }) => event.id);
  }

  /** Lets everything go that hangs. */
  release(status = 200): void {
    for (const res of this.hanging.splice(0)) res.writeHead(status).end();
  }

  private async take(
    path: string,
    headers: IncomingHttpHeaders,
    body: string,
    res: ServerResponse,
  ): Promise<void> {
    const received = { path, headers, body, event: JSON.parse(body), at: Date.now() };
    this.received.push(received);
    const answer = await this.answer(received, this.received.length - 1);
    if (answer === 'hang') this.hanging.push(res);
    else if (answer === 'slam') res.destroy();
    else res.writeHead(answer).end();
  }
}
