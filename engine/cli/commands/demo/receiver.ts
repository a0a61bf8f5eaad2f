import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An event as it arrived. */
export interface ReceivedEvent {
  id: string;
  type: string;
  /** The message it is about. */
  message: { id: string; text: string | null; status: string };
  verdict: Verdict;
  /** Milliseconds since 1970. */
  at: number;
}

/** Which signatures of a delivery are valid. */
export interface Verdict {
  /** `X-Blueticks-Signature`, over the body. */
  body: boolean;
  /** `Blueticks-Webhook-Signature`, over time and body, with a current time. */
  timed: boolean;
}

export interface Receiver {
  url: string;
  /** In the order of arrival. */
  received: ReceivedEvent[];
  /** Sets the secret, which the engine returns when the webhook is registered: before the first event. */
  trust(secret: string): void;
  close(): Promise<void>;
}

const FRESH_SECONDS = 300;

/** A small web server that receives webhooks, as n8n would. */
export async function startReceiver(onEvent: (event: ReceivedEvent) => void): Promise<Receiver> {
  const received: ReceivedEvent[] = [];
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
        data: ReceivedEvent['message'];
      };
      const event: ReceivedEvent = { id, type, message: data, verdict, at: now };
      received.push(event);
      onEvent(event);
      response.writeHead(isValid(verdict) ? 204 : 401).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    received,
    trust: (given) => void (secret = given),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Whether both signatures hold. */
export function isValid(verdict: Verdict): boolean {
  return verdict.body && verdict.timed;
}

/**
 * Checks a delivery as a receiver should: both signatures, over the raw bytes, and that it is not an old one replayed.
 * @param secret the webhook's, `whsec_…`
 */
export function verifyDelivery(
  headers: IncomingHttpHeaders,
  rawBody: Buffer,
  secret: string,
  nowSeconds: number,
): Verdict {
  const timestamp = String(headers['blueticks-webhook-timestamp']);
  const fresh = Math.abs(nowSeconds - Number(timestamp)) <= FRESH_SECONDS;
  const timedBody = Buffer.concat([Buffer.from(`${timestamp}.`), rawBody]);
  return {
    body: equal(headers['x-blueticks-signature'], `sha256=${hmac(secret, rawBody)}`),
    timed: fresh && equal(headers['blueticks-webhook-signature'], `v1=${hmac(secret, timedBody)}`),
  };
}

function hmac(secret: string, bytes: Buffer): string {
  return createHmac('sha256', secret).update(bytes).digest('hex');
}

function equal(given: string | string[] | undefined, wanted: string): boolean {
  const [a, b] = [Buffer.from(String(given)), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
