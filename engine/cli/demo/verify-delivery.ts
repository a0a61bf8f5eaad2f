import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Verdict {
  /** `X-Blueticks-Signature`, over the body. */
  body: boolean;
  /** `Blueticks-Webhook-Signature`, over time and body, and the time is now. */
  timed: boolean;
}

const FRESH_SECONDS = 300;

/**
 * Checks a delivery as a receiver should: both signatures, over the raw bytes, and that it is no old one played
 * again.
 *
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
