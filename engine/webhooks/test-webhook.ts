import type { Clock } from '../domain/clock';
import { newId } from '../domain/ids';
import { eventBody } from '../events/attempt-delivery';
import type { Poster } from '../events/post-event';
import { signatureHeaders } from '../events/signature';
import type { Encryption } from '../store/encryption';
import type { WebhookRow } from '../store/webhooks';

/** Posts one `webhook.test` event at once, signed like any other, and tells what the receiver answered. */
export async function testWebhook(
  row: WebhookRow,
  deps: { poster: Poster; encryption: Encryption; clock: Clock },
): Promise<{ delivered: boolean; event_id: string; response_status: number | null; error: string | null }> {
  const now = deps.clock.now();
  const event = {
    event_id: newId('event'),
    type: 'webhook.test',
    data: JSON.stringify({ webhook_id: row.id, message: 'If you can read this, your webhook works.' }),
    is_reply: false,
    event_created_at: new Date(now),
    registered: row.events,
  };
  const body = eventBody(event);
  const secret = deps.encryption.openText(row.sealed_secret, row.id);
  const headers = signatureHeaders({ secret, body, webhookId: row.id, timestampSeconds: now / 1000 });
  const result = await deps.poster.post({ url: row.url, body, headers });
  return {
    delivered: result.ok,
    event_id: event.event_id,
    response_status: result.status,
    error: result.ok ? null : result.error,
  };
}
