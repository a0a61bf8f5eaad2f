import { nextDeliveryAttempt } from '../domain/events/retry-schedule';
import type { DeliveryOutcome, DeliveryState } from '../store/tables/deliveries';
import type { WebhookState } from '../store/tables/webhooks';
import type { PostResult } from './post-event';

/** One attempt: the claim it was made under, and its result. */
export interface Attempted {
  claim: { id: string; webhook_id: string; locked_until: Date };
  result: PostResult;
}

/**
 * The state of a delivery after an attempt; null if the attempt no longer changes anything. A success always counts. A
 * failure only counts while its claim lasts: a process that was suspended for longer must not undo what another process
 * has done with the delivery since.
 */
export function outcomeOf(
  { claim, result }: Attempted,
  delivery: DeliveryState,
  webhook: WebhookState,
  now: Date,
): DeliveryOutcome | null {
  const attempts = delivery.attempts + 1;
  const base = { id: delivery.id, attempts, response_status: result.status, next_attempt_at: null };
  if (result.ok)
    return delivery.status === 'delivered' ? null : { ...base, status: 'delivered', error: null };
  if (delivery.locked_until?.getTime() !== claim.locked_until.getTime()) return null;
  const failure = { ...base, error: result.error };
  if (webhook.status === 'disabled') {
    return { ...failure, status: webhook.disabled_by === 'limit' ? 'failed' : 'held' };
  }
  const delay = nextDeliveryAttempt(attempts);
  if (delay === null) return { ...failure, status: 'failed' };
  return { ...failure, status: 'pending', next_attempt_at: new Date(now.getTime() + delay) };
}

/** Whether nothing has reached the webhook since this delivery's first attempt. */
export function isUnreachable(webhook: WebhookState, delivery: DeliveryState): boolean {
  const { last_success_at: reached } = webhook;
  return !reached || !delivery.first_attempt_at || reached < delivery.first_attempt_at;
}
