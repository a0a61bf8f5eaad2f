import type { Sql, Transaction } from '../sql/database';
import { failWaiting, holdDeliveries, type DeliveryRow } from './deliveries';
import type { WebhookRow } from './webhooks';

export type WebhookState = Pick<WebhookRow, 'id' | 'status' | 'disabled_by' | 'last_success_at'>;
export type DeliveryState = Pick<
  DeliveryRow,
  'id' | 'webhook_id' | 'status' | 'attempts' | 'locked_until' | 'first_attempt_at'
>;
export type DeliveryOutcome = Pick<
  DeliveryRow,
  'id' | 'status' | 'attempts' | 'next_attempt_at' | 'response_status' | 'error'
>;

/** Locks webhooks, always before their deliveries and in one order, so that no two transactions block each other. */
export async function lockWebhookStates(tx: Sql, ids: string[]): Promise<WebhookState[]> {
  return tx.query<WebhookState>(
    `SELECT id, status, disabled_by, last_success_at FROM webhooks WHERE id = ANY($1::text[])
     ORDER BY id FOR NO KEY UPDATE`,
    [ids],
  );
}

/** Locks deliveries; those that are gone by now are left out. */
export async function lockDeliveryStates(tx: Sql, ids: string[]): Promise<DeliveryState[]> {
  return tx.query<DeliveryState>(
    `SELECT id, webhook_id, status, attempts, locked_until, first_attempt_at FROM deliveries
     WHERE id = ANY($1::text[]) ORDER BY id FOR NO KEY UPDATE`,
    [ids],
  );
}

/** Records what became of attempts. */
export function saveOutcomes(tx: Transaction, outcomes: DeliveryOutcome[], now: Date): void {
  if (outcomes.length === 0) return;
  tx.write(
    `UPDATE deliveries d SET status = o.status, attempts = o.attempts, next_attempt_at = o.next_attempt_at,
       locked_until = NULL, response_status = o.response_status, error = o.error, last_attempt_at = $2,
       delivered_at = CASE o.status WHEN 'delivered' THEN $2 ELSE d.delivered_at END
     FROM jsonb_populate_recordset(NULL::deliveries, $1::jsonb) o WHERE d.id = o.id`,
    [JSON.stringify(outcomes), now],
  );
}

/** Counts successes, by webhook id; ends webhooks that have had all that they asked for, and what waits for them. */
export async function countSuccesses(tx: Sql, successes: Map<string, number>, now: Date): Promise<void> {
  if (successes.size === 0) return;
  const rows = await tx.query<{ id: string; had_all: boolean }>(
    `UPDATE webhooks w SET last_success_at = $3, delivered_count = w.delivered_count + s.n
     FROM unnest($1::text[], $2::int[]) AS s (id, n) WHERE w.id = s.id
     RETURNING w.id, w.status = 'enabled' AND w.delivered_count >= w.max_deliveries AS had_all`,
    [[...successes.keys()], [...successes.values()], now],
  );
  const satisfied = rows.filter((row) => row.had_all).map((row) => row.id);
  if (satisfied.length > 0) await retireSatisfied(tx, satisfied, now);
}

/** Ends webhooks that have had their `max_deliveries`. */
export async function retireSatisfied(tx: Sql, webhookIds: string[], now: Date): Promise<void> {
  await tx.query(
    `UPDATE webhooks SET status = 'disabled', disabled_by = 'limit', disabled_at = $2 WHERE id = ANY($1::text[])`,
    [webhookIds, now],
  );
  await failWaiting(tx, webhookIds, 'the webhook has had its max_deliveries');
}

/** Disables a webhook that nothing reaches; what waits for it is kept. */
export async function disableUnreachable(tx: Sql, webhookId: string, now: Date): Promise<void> {
  await tx.query(
    `UPDATE webhooks SET status = 'disabled', disabled_by = 'failures', disabled_at = $2 WHERE id = $1`,
    [webhookId, now],
  );
  await holdDeliveries(tx, webhookId);
}
