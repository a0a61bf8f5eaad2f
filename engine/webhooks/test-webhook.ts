import type { Clock } from '../async/clock';
import { newId } from '../domain/ids';
import { attemptDelivery } from '../events/attempt-delivery';
import type { Poster } from '../events/post-event';
import type { Sql } from '../store/sql/database';
import type { Encryption } from '../encryption/encryption';
import { noteReached, type WebhookRow } from '../store/tables/webhooks';

/**
 * Posts one signed `webhook.test` event right away, even to a disabled webhook, and returns the receiver's response.
 * It is not stored as a delivery.
 */
export async function testWebhook(
  row: WebhookRow,
  deps: { database: Sql; poster: Poster; encryption: Encryption; clock: Clock },
): Promise<{ delivered: boolean; event_id: string; response_status: number | null; error: string | null }> {
  const event = {
    webhook_id: row.id,
    url: row.url,
    sealed_secret: row.sealed_secret,
    registered: row.events,
    event_id: newId('event'),
    type: 'webhook.test',
    data: JSON.stringify({ webhook_id: row.id, message: 'If you can read this, your webhook works.' }),
    is_reply: false,
    event_created_at: new Date(deps.clock.now()),
  };
  const result = await attemptDelivery(event, deps);
  if (result.ok) await noteReached(deps.database, row.id, new Date(deps.clock.now()));
  return {
    delivered: result.ok,
    event_id: event.event_id,
    response_status: result.status,
    error: result.ok ? null : result.error,
  };
}
