import type { Mode } from '../domain/mode';
import { EngineError, notFound } from '../errors';
import type { Work } from '../events/transact';
import { type DeliveryRow, lockDelivery, makeDueAgain } from '../store/tables/deliveries';
import { lockWebhook } from '../store/tables/webhooks';
import { DELIVERIES_LANE } from './webhooks';

/**
 * Makes a delivery due now, with a full set of attempts, even if it was received before. Changes nothing while an
 * attempt is in progress.
 * @throws EngineError `not_found`, or `conflict` while the webhook is disabled.
 */
export async function redeliver(
  work: Work,
  mode: Mode,
  webhookId: string,
  deliveryId: string,
): Promise<DeliveryRow> {
  const webhook = await lockWebhook(work.sql, mode, webhookId);
  if (!webhook) throw notFound('webhook', webhookId);
  const row = await lockDelivery(work.sql, webhookId, deliveryId);
  if (!row) throw notFound('delivery', deliveryId);
  if (webhook.status === 'disabled') {
    throw new EngineError(
      'conflict',
      `Webhook ${webhookId} is disabled. Enable it first: PATCH it with {"status": "enabled"}.`,
    );
  }
  if (row.locked_until && row.locked_until > work.now) return row;
  await makeDueAgain(work.sql, row.id, work.now);
  work.wake(DELIVERIES_LANE, work.now.getTime());
  return { ...row, status: 'pending', attempts: 0, next_attempt_at: work.now };
}
