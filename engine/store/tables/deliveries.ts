import type { Sql } from '../sql/database';

/** `held`: its webhook is disabled. */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'held'] as const;

export interface DeliveryRow {
  id: string;
  event_id: string;
  webhook_id: string;
  status: (typeof DELIVERY_STATUSES)[number];
  attempts: number;
  next_attempt_at: Date | null;
  /** While an attempt is under way: until when nobody else makes it too. */
  locked_until: Date | null;
  response_status: number | null;
  error: string | null;
  created_at: Date;
  first_attempt_at: Date | null;
  last_attempt_at: Date | null;
  delivered_at: Date | null;
  event_type: string;
}

/** What waits, or is kept, for a webhook at most this long while it is disabled. */
const KEPT_TOO_LONG = 'the webhook stayed disabled for 72 hours';

/**
 * Keeps what waits for a webhook until it is enabled again. Claims stay: an attempt that is under way is not to be
 * made a second time beside itself when the webhook is enabled meanwhile.
 */
export async function holdDeliveries(tx: Sql, webhookId: string): Promise<void> {
  await tx.query(
    `UPDATE deliveries SET status = 'held', next_attempt_at = NULL WHERE webhook_id = $1 AND status = 'pending'`,
    [webhookId],
  );
}

const RELEASED = `status = 'pending', attempts = 0, next_attempt_at = $1, first_attempt_at = NULL`;

/** Lets go of what was held for a webhook, with a full set of attempts. */
export async function releaseDeliveries(tx: Sql, webhookId: string, now: Date): Promise<void> {
  await tx.query(`UPDATE deliveries SET ${RELEASED} WHERE webhook_id = $2 AND status = 'held'`, [
    now,
    webhookId,
  ]);
}

/**
 * Lets go of what is held for webhooks that are enabled: events of transactions that began before their webhook was
 * enabled and were committed after it.
 */
export async function releaseStrandedDeliveries(sql: Sql, now: Date): Promise<void> {
  await sql.query(
    `UPDATE deliveries d SET ${RELEASED}
     WHERE d.id = ANY(ARRAY(
       SELECT h.id FROM deliveries h JOIN webhooks w ON w.id = h.webhook_id
       WHERE h.status = 'held' AND w.status = 'enabled' FOR UPDATE OF h SKIP LOCKED))`,
    [now],
  );
}

/** Ends what waits for webhooks that take nothing more. */
export async function failWaiting(tx: Sql, webhookIds: string[], reason: string): Promise<void> {
  await tx.query(
    `UPDATE deliveries SET status = 'failed', next_attempt_at = NULL, locked_until = NULL, error = $2
     WHERE webhook_id = ANY($1::text[]) AND status = 'pending'`,
    [webhookIds, reason],
  );
}

/**
 * Gives up events that were kept for a disabled webhook since before `before`. Those that an enabling is letting go
 * at this moment are left to it.
 */
export async function dropHeld(sql: Sql, before: Date): Promise<void> {
  await sql.query(
    `UPDATE deliveries d SET status = 'failed', next_attempt_at = NULL, locked_until = NULL, error = $2
     WHERE d.id = ANY(ARRAY(
       SELECT h.id FROM webhooks w JOIN deliveries h ON h.webhook_id = w.id
       WHERE w.status = 'disabled' AND w.disabled_at < $1 AND h.created_at < $1 AND h.status IN ('held', 'pending')
       FOR UPDATE OF h SKIP LOCKED))`,
    [before, KEPT_TOO_LONG],
  );
}

const WITH_EVENT = `SELECT d.*, e.type AS event_type FROM deliveries d JOIN events e ON e.id = d.event_id`;

/** At most `limit` rows, newest first, older than `before` where given. */
export async function listDeliveries(
  sql: Sql,
  webhookId: string,
  limit: number,
  before: string | null,
): Promise<DeliveryRow[]> {
  return sql.query<DeliveryRow>(
    `${WITH_EVENT} WHERE d.webhook_id = $1 AND ($2::text IS NULL OR d.id < $2) ORDER BY d.id DESC LIMIT $3`,
    [webhookId, before, limit],
  );
}

/** A delivery of this webhook, which nobody else changes until the transaction ends. */
export async function lockDelivery(tx: Sql, webhookId: string, id: string): Promise<DeliveryRow | undefined> {
  const rows = await tx.query<DeliveryRow>(
    `${WITH_EVENT} WHERE d.id = $1 AND d.webhook_id = $2 FOR NO KEY UPDATE OF d`,
    [id, webhookId],
  );
  return rows[0];
}

/** Makes a delivery due at `now`, with a full set of attempts. */
export async function makeDueAgain(tx: Sql, id: string, now: Date): Promise<void> {
  await tx.query(`UPDATE deliveries SET ${RELEASED} WHERE id = $2`, [now, id]);
}

/** Makes every claim void: for a store whose only user is this process, at its start. */
export async function unlockDeliveries(sql: Sql): Promise<void> {
  await sql.query('UPDATE deliveries SET locked_until = NULL WHERE locked_until IS NOT NULL');
}
