import type { Transaction } from '../store/sql/database';
import {
  countSuccesses,
  disableUnreachable,
  lockWebhookStates,
  retireSatisfied,
  type WebhookState,
} from '../store/tables/webhooks';
import { type DeliveryOutcome, lockDeliveryStates, saveOutcomes } from '../store/tables/deliveries';
import { isUnreachable, outcomeOf, type Attempted } from './delivery-outcome';

export interface Recorded {
  /** The time of the earliest retry. */
  nextAttemptAt: Date | null;
  /** Ids of webhooks that were disabled because nothing reached them. */
  disabled: string[];
}

/**
 * Records attempts. If a delivery has used up its attempts and nothing has reached its webhook in the meantime, the
 * webhook is disabled and the delivery is held with the others.
 */
export async function recordAttempts(tx: Transaction, attempted: Attempted[], now: Date): Promise<Recorded> {
  let webhooks = new Map<string, WebhookState>();
  const webhookIds = [...new Set(attempted.map(({ claim }) => claim.webhook_id))];
  lockWebhookStates(tx, webhookIds, (rows) => (webhooks = byId(rows)));
  const deliveries = byId(
    await lockDeliveryStates(
      tx,
      attempted.map(({ claim }) => claim.id),
    ),
  );
  const outcomes: DeliveryOutcome[] = [];
  const successes = new Map<string, number>();
  const disabled: string[] = [];
  // Successes first, because they keep their webhook enabled.
  for (const attempt of [...attempted].sort((a, b) => Number(b.result.ok) - Number(a.result.ok))) {
    const webhook = webhooks.get(attempt.claim.webhook_id);
    const delivery = deliveries.get(attempt.claim.id);
    if (!webhook || !delivery) continue;
    const outcome = outcomeOf(attempt, delivery, webhook, now);
    if (!outcome) continue;
    if (outcome.status === 'delivered') {
      webhook.last_success_at = now;
      successes.set(webhook.id, (successes.get(webhook.id) ?? 0) + 1);
    } else if (
      outcome.status === 'failed' &&
      webhook.status === 'enabled' &&
      isUnreachable(webhook, delivery)
    ) {
      Object.assign(webhook, { status: 'disabled', disabled_by: 'failures' });
      disabled.push(webhook.id);
      outcome.status = 'held';
    }
    outcomes.push(outcome);
  }
  saveOutcomes(tx, outcomes, now);
  countSuccesses(tx, successes, now);
  const satisfied = [...successes].flatMap(([id, count]) => {
    const { status, delivered_count: before, max_deliveries: most } = webhooks.get(id)!;
    return status === 'enabled' && most !== null && before + count >= most ? [id] : [];
  });
  if (satisfied.length > 0) await retireSatisfied(tx, satisfied, now);
  for (const id of disabled) await disableUnreachable(tx, id, now);
  return { nextAttemptAt: earliest(outcomes), disabled };
}

function byId<Row extends { id: string }>(rows: Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

function earliest(outcomes: DeliveryOutcome[]): Date | null {
  const times = outcomes.flatMap(({ next_attempt_at: at }) => (at ? [at.getTime()] : []));
  return times.length > 0 ? new Date(Math.min(...times)) : null;
}
