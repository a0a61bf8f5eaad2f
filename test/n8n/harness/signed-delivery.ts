import { createHmac } from 'node:crypto';

/** A request that delivers `event` (or this exact body), signed as the engine signs it `age` seconds ago. */
export function signedDelivery(event: object | string, secret: string, age = 0, webhookId = '') {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  const timestamp = String(Math.floor(Date.now() / 1000) - age);
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'blueticks-webhook-id': webhookId,
    'blueticks-webhook-timestamp': timestamp,
    'blueticks-webhook-signature': `v1=${signature}`,
  };
  return { method: 'POST', body, headers };
}
