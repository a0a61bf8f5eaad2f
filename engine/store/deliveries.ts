import type { Mode } from '../domain/mode';
import type { Sql } from './database';

export interface DeliveryRow {
  id: string;
  event_id: string;
  webhook_id: string;
  status: 'pending' | 'delivered' | 'failed' | 'held';
  attempts: number;
  next_attempt_at: Date | null;
  response_status: number | null;
  error: string | null;
  created_at: Date;
  last_attempt_at: Date | null;
  delivered_at: Date | null;
  event_type: string;
}

/** A delivery claimed for one attempt, with all that the attempt needs. */
export interface ClaimedDelivery {
  id: string;
  attempts: number;
  webhook_id: string;
  url: string;
  registered: string[];
  sealed_secret: Buffer;
  event_id: string;
  type: string;
  data: string;
  is_reply: boolean;
  event_created_at: Date;
  /** The webhook wants a limited number: its deliveries go one after another. */
  one_at_a_time: boolean;
}

/**
 * Claims due deliveries until `lockedUntil`; a claim whose process died is due again then. Of a webhook with
 * `max_deliveries` only the oldest one is handed out, so that the limit is never passed.
 * @param except webhooks that have enough attempts under way.
 */
export async function claimDueDeliveries(
  sql: Sql,
  now: Date,
  lockedUntil: Date,
  limit: number,
  except: string[],
): Promise<ClaimedDelivery[]> {
  return sql.query<ClaimedDelivery>(
    `WITH due AS (
       SELECT d.id FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id
       WHERE d.status = 'pending' AND d.next_attempt_at <= $1 AND (d.locked_until IS NULL OR d.locked_until <= $1)
         AND w.status = 'enabled' AND NOT d.webhook_id = ANY($4::text[])
         AND (w.max_deliveries IS NULL OR NOT EXISTS (
           SELECT FROM deliveries o WHERE o.webhook_id = d.webhook_id AND o.status = 'pending' AND o.id < d.id))
       ORDER BY d.next_attempt_at, d.id LIMIT $3 FOR UPDATE OF d SKIP LOCKED
     )
     UPDATE deliveries d SET locked_until = $2, first_attempt_at = coalesce(d.first_attempt_at, $1)
     FROM due, events e, webhooks w
     WHERE d.id = due.id AND e.id = d.event_id AND w.id = d.webhook_id
     RETURNING d.id, d.attempts, d.webhook_id, w.url, w.events AS registered, w.sealed_secret,
               e.id AS event_id, e.type, e.data, e.is_reply, e.created_at AS event_created_at,
               w.max_deliveries IS NOT NULL AS one_at_a_time`,
    [now, lockedUntil, limit, except],
  );
}

/** When the next delivery is due, or null. */
export async function nextDeliveryAt(sql: Sql): Promise<Date | null> {
  const rows = await sql.query<{ at: Date | null }>(
    `SELECT min(greatest(d.next_attempt_at, d.locked_until)) AS at FROM deliveries d
     JOIN webhooks w ON w.id = d.webhook_id WHERE d.status = 'pending' AND w.status = 'enabled'`,
  );
  return rows[0]?.at ?? null;
}

/** Makes every claim void: for a store whose only user is this process, at its start. */
export async function unlockDeliveries(sql: Sql): Promise<void> {
  await sql.query(
    `UPDATE deliveries SET locked_until = NULL WHERE locked_until IS NOT NULL AND status = 'pending'`,
  );
}

export interface DeliveryOutcome {
  id: string;
  status: DeliveryRow['status'];
  next_attempt_at: Date | null;
  response_status: number | null;
  error: string | null;
}

/** Records what became of attempts, and counts the successes of each webhook. */
export async function saveOutcomes(tx: Sql, outcomes: DeliveryOutcome[], now: Date): Promise<void> {
  await tx.query(
    `WITH outcomes AS (SELECT * FROM jsonb_populate_recordset(NULL::deliveries, $1::jsonb)),
     saved AS (
       UPDATE deliveries d SET status = o.status, attempts = d.attempts + 1, next_attempt_at = o.next_attempt_at,
         locked_until = NULL, response_status = o.response_status, error = o.error, last_attempt_at = $2,
         delivered_at = CASE o.status WHEN 'delivered' THEN $2 ELSE d.delivered_at END
       FROM outcomes o WHERE d.id = o.id RETURNING d.webhook_id, d.status
     ),
     successes AS (SELECT webhook_id, count(*)::int AS n FROM saved WHERE status = 'delivered' GROUP BY webhook_id)
     UPDATE webhooks w SET last_success_at = $2, delivered_count = delivered_count + s.n
     FROM successes s WHERE w.id = s.webhook_id`,
    [JSON.stringify(outcomes), now],
  );
}

/** Ends webhooks that have had all the deliveries they asked for, with what else was waiting for them. */
export async function retireSatisfiedWebhooks(tx: Sql, webhookIds: string[], now: Date): Promise<void> {
  const rows = await tx.query<{ id: string }>(
    `UPDATE webhooks SET status = 'disabled', disabled_by = 'limit', disabled_at = $2
     WHERE id = ANY($1::text[]) AND status = 'enabled' AND delivered_count >= max_deliveries RETURNING id`,
    [webhookIds, now],
  );
  if (rows.length === 0) return;
  await tx.query(
    `UPDATE deliveries SET status = 'failed', next_attempt_at = NULL, error = 'the webhook has had its max_deliveries'
     WHERE webhook_id = ANY($1::text[]) AND status = 'pending'`,
    [rows.map((row) => row.id)],
  );
}

/**
 * Disables the webhook of a delivery that used up its attempts, if nothing reached that webhook since the first of
 * them; what waits for it is held, that delivery too. @returns whether it was disabled.
 */
export async function disableUnreachable(tx: Sql, deliveryId: string, now: Date): Promise<boolean> {
  const rows = await tx.query<{ id: string }>(
    `UPDATE webhooks w SET status = 'disabled', disabled_by = 'failures', disabled_at = $2
     FROM deliveries d WHERE d.id = $1 AND w.id = d.webhook_id AND w.status = 'enabled'
       AND (w.last_success_at IS NULL OR w.last_success_at < d.first_attempt_at)
     RETURNING w.id`,
    [deliveryId, now],
  );
  if (!rows[0]) return false;
  await holdDeliveries(tx, rows[0].id);
  await tx.query(`UPDATE deliveries SET status = 'held' WHERE id = $1`, [deliveryId]);
  return true;
}

/** Keeps what waits for a webhook until it is enabled again. */
export async function holdDeliveries(tx: Sql, webhookId: string): Promise<void> {
  await tx.query(
    `UPDATE deliveries SET status = 'held', next_attempt_at = NULL, locked_until = NULL
     WHERE webhook_id = $1 AND status = 'pending'`,
    [webhookId],
  );
}

/** Lets go of what was held for a webhook, with a full set of attempts. */
export async function releaseDeliveries(tx: Sql, webhookId: string, now: Date): Promise<void> {
  await tx.query(
    `UPDATE deliveries SET status = 'pending', attempts = 0, next_attempt_at = $2, first_attempt_at = NULL
     WHERE webhook_id = $1 AND status = 'held'`,
    [webhookId, now],
  );
}

/** Gives up events that were kept for a disabled webhook since before `before`. */
export async function dropHeld(sql: Sql, before: Date): Promise<void> {
  await sql.query(
    `UPDATE deliveries d SET status = 'failed', error = 'the webhook stayed disabled for 72 hours'
     FROM webhooks w WHERE w.id = d.webhook_id AND d.status = 'held'
       AND greatest(d.created_at, w.disabled_at) < $1`,
    [before],
  );
}

const WITH_EVENT = `SELECT d.id, d.event_id, d.webhook_id, d.status, d.attempts, d.next_attempt_at, d.response_status,
  d.error, d.created_at, d.last_attempt_at, d.delivered_at, e.type AS event_type
  FROM deliveries d JOIN events e ON e.id = d.event_id`;

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

/** Makes a delivery due now, with a full set of attempts. @returns it, or undefined where there is none. */
export async function redeliver(
  sql: Sql,
  mode: Mode,
  webhookId: string,
  id: string,
  now: Date,
): Promise<DeliveryRow | undefined> {
  await sql.query(
    `UPDATE deliveries d SET status = 'pending', attempts = 0, next_attempt_at = $4, first_attempt_at = NULL,
       locked_until = NULL
     FROM webhooks w WHERE d.id = $1 AND d.webhook_id = $2 AND w.id = $2 AND w.mode = $3`,
    [id, webhookId, mode, now],
  );
  const rows = await sql.query<DeliveryRow>(
    `${WITH_EVENT} JOIN webhooks w ON w.id = d.webhook_id WHERE d.id = $1 AND d.webhook_id = $2 AND w.mode = $3`,
    [id, webhookId, mode],
  );
  return rows[0];
}
