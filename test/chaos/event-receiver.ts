import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SeededRandom } from './seeded-random';

/** One POST that reached the receiver. */
export interface Delivery {
  eventId: string;
  type: string;
  /** The message that it is about. */
  messageId: string | null;
  /** Of the raw bytes. */
  bodyHash: string;
  wellSigned: boolean;
  taken: boolean;
}

/** Receives events for as long as the test lives, whatever becomes of the engine. */
export class EventReceiver {
  readonly deliveries: Delivery[] = [];
  secret = '';
  /** The share of events whose first delivery gets a 500 or no answer; a second refusal would cost five minutes. */
  refuseShare = 0;
  private readonly refused = new Set<string>();
  private server: Server | undefined;

  constructor(private readonly random: SeededRandom) {}

  async start(): Promise<string> {
    this.server = createServer((request, response) => this.receive(request, response));
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/events`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A body that a kill cut short never ends, and is no delivery.
    request.on('end', () => {
      const delivery = this.read(request, Buffer.concat(chunks));
      const taken = this.refused.has(delivery.eventId) || !this.random.happens(this.refuseShare);
      if (!taken) this.refused.add(delivery.eventId);
      this.deliveries.push({ ...delivery, taken });
      if (taken) response.end('ok');
      else if (this.random.happens(0.5)) response.writeHead(500).end('not now');
      else response.destroy();
    });
  }

  private read(request: IncomingMessage, body: Buffer): Omit<Delivery, 'taken'> {
    const { id, type, data } = JSON.parse(body.toString()) as {
      id: string;
      type: string;
      data: { id?: string; in_reply_to_message_id?: string | null };
    };
    const hmac = (text: string): string => createHmac('sha256', this.secret).update(text).digest('hex');
    const timestamp = request.headers['blueticks-webhook-timestamp'];
    const wellSigned =
      request.headers['x-blueticks-signature'] === `sha256=${hmac(body.toString())}` &&
      request.headers['blueticks-webhook-signature'] === `v1=${hmac(`${timestamp}.${body.toString()}`)}`;
    return {
      eventId: id,
      type,
      messageId: data.in_reply_to_message_id ?? data.id ?? null,
      bodyHash: createHash('sha256').update(body).digest('hex'),
      wellSigned,
    };
  }
}
