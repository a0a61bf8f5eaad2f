import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyDelivery, type Verdict } from './verify-delivery';

/** An event as it came in. */
export interface Heard {
  id: string;
  type: string;
  /** The message that it tells of. */
  message: { id: string; text: string | null; status: string };
  verdict: Verdict;
  /** Milliseconds since 1970. */
  at: number;
}

export interface Receiver {
  url: string;
  /** In the order of arrival. */
  heard: Heard[];
  /** Needed before the first event: the engine tells it when the webhook is registered. */
  trust(secret: string): void;
  close(): Promise<void>;
}

/** A small web server that takes in webhooks, as n8n would. */
export async function startReceiver(onEvent: (event: Heard) => void): Promise<Receiver> {
  const heard: Heard[] = [];
  let secret = '';
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const now = Date.now();
      const verdict = verifyDelivery(request.headers, body, secret, now / 1000);
      const { id, type, data } = JSON.parse(body.toString('utf8')) as {
        id: string;
        type: string;
        data: Heard['message'];
      };
      const event: Heard = { id, type, message: data, verdict, at: now };
      heard.push(event);
      onEvent(event);
      response.writeHead(verdict.body && verdict.timed ? 204 : 401).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    heard,
    trust: (given) => void (secret = given),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
