import { createHmac } from 'node:crypto';

export interface SignatureInput {
  /** The webhook's whole secret, `whsec_…`, as it was shown. Its characters are the key. */
  secret: string;
  /** The raw body, byte for byte as it is sent. */
  body: string;
  webhookId: string;
  /** The time of this attempt, new for each one. */
  timestampSeconds: number;
}

/**
 * The headers that prove a delivery is genuine: a signature over the body, and one over `<timestamp>.<body>` that
 * prevents replays of old deliveries.
 */
export function signatureHeaders(input: SignatureInput): Record<string, string> {
  const { secret, body, webhookId } = input;
  const timestamp = String(Math.floor(input.timestampSeconds));
  return {
    'X-Blueticks-Signature': `sha256=${hmac(secret, body)}`,
    'Blueticks-Webhook-Id': webhookId,
    'Blueticks-Webhook-Timestamp': timestamp,
    'Blueticks-Webhook-Signature': `v1=${hmac(secret, `${timestamp}.${body}`)}`,
  };
}

function hmac(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text, 'utf8').digest('hex');
}
