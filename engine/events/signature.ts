import { createHmac } from 'node:crypto';

export interface SignatureInput {
  /** The webhook's whole secret, `whsec_…`, as it was shown: its characters are the key. */
  secret: string;
  /** The raw body, byte for byte as it is sent. */
  body: string;
  webhookId: string;
  /** When this attempt is made; fresh for every attempt. */
  timestampSeconds: number;
}

/**
 * The headers that let a receiver tell a delivery from a forgery: one signature over the body alone, and one
 * over `<timestamp>.<body>`, by which an old delivery cannot be played again.
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
