import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far a delivery's timestamp may be from now: older ones are taken for replays. */
const TOLERANCE_SECONDS = 300;

export interface SignedDelivery {
  /** The body exactly as it came. */
  rawBody: Buffer | undefined;
  /** Header `Blueticks-Webhook-Timestamp`: Unix seconds. */
  timestamp: string | undefined;
  /** Header `Blueticks-Webhook-Signature`: `v1=<hex>`, of which there may be several, with commas between. */
  signature: string | undefined;
}

/**
 * Checks a delivery as the engine signs it: HMAC-SHA256 of `<timestamp>.<body>`, keyed with the webhook's secret.
 * Answers what is wrong with it, or nothing when it is good.
 */
export function faultOf(
  delivery: SignedDelivery,
  secret: string | undefined,
  nowMs: number,
): string | undefined {
  const { rawBody, timestamp, signature } = delivery;
  if (!secret) return 'no secret is known for this webhook';
  if (!rawBody?.length) return 'the body is missing';
  if (!timestamp || !/^\d{1,12}$/.test(timestamp)) return 'the timestamp is missing';
  if (!signature) return 'the signature is missing';
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return 'the timestamp is stale';
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(rawBody).digest();
  const given = signature.split(',').map((part) => /^v1=([0-9a-f]{64})$/.exec(part.trim())?.[1]);
  const good = given.some((hex) => hex !== undefined && timingSafeEqual(Buffer.from(hex, 'hex'), expected));
  return good ? undefined : 'the signature is wrong';
}
