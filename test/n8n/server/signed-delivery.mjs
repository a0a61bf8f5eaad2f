import { createHmac } from 'node:crypto';

/** A request that delivers an event, signed as the engine signs it `ageSeconds` ago. */
export function signedDelivery(event, secret, ageSeconds = 0) {
  const body = JSON.stringify(event);
  const timestamp = String(Math.floor(Date.now() / 1000) - ageSeconds);
  const hex = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'blueticks-webhook-timestamp': timestamp,
      'blueticks-webhook-signature': `v1=${hex}`,
    },
  };
}
