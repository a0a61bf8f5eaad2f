import type { Database, Sql, Transaction } from '../sql/database';
import { rowsJson } from '../sql/rows-json';

/** `held`: its webhook is disabled. */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'held'] as const;

export interface DeliveryRow {
  id: string;
  event_id: string;
  webhook_id: string;
  status: (typeof DELIVERY_STATUSES)[number];
  attempts: number;
  next_attempt_at: Date | null;
  /** Set during an attempt: until then no other process makes one. */
  locked_until: Date | null;
  response_status: number | null;
  error: string | null;
  created_at: Date;
  first_attempt_at: Date | null;
  last_attempt_at: Date | null;
  delivered_at: Date | null;
  event_type: string;
}

/** The error of deliveries that failed because their webhook stayed disabled. */
const KEPT_TOO_LONG = 'the webhook stayed disabled for 72 hours';

/**
 * Holds a webhook's pending deliveries until it is enabled again. Claims stay: if the webhook is enabled while an attempt
 * is under way, that attempt must not be made a second time.
 */
export async function holdDeliveries(tx: Sql, webhookId: string): Promise<void> {
  await tx.query(
    `UPDATE deliveries SET status = 'held', next_attempt_at = NULL WHERE webhook_id = $1 AND status = 'pending'`,
    [webhookId],
  );
}

const RELEASED = `status = 'pending', attempts = 0, next_attempt_at = $1, first_attempt_at = NULL`;

/** Makes a webhook's held deliveries due, with a full set of attempts. */
export async function releaseDeliveries(tx: Sql, webhookId: string, now: Date): Promise<void> {
  await tx.query(`UPDATE deliveries SET ${RELEASED} WHERE webhook_id = $2 AND status = 'held'`, [
    now,
    webhookId,
  ]);
}

/**
 * Makes held deliveries of enabled webhooks due. There are some when a transaction with an event began before the webhook
 * was enabled, and was committed after that.
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

/** Fails the pending deliveries of webhooks that are over. */
export async function failWaiting(tx: Sql, webhookIds: string[], reason: string): Promise<void> {
  await tx.query(
    `UPDATE deliveries SET status = 'failed', next_attempt_at = NULL, locked_until = NULL, error = $2
     WHERE webhook_id = ANY($1::text[]) AND status = 'pending'`,
    [webhookIds, reason],
  );
}

/**
 * Fails up to `limit` deliveries that were held for a disabled webhook since before `before`. Skips those that another
 * transaction is releasing.
 * @returns how many
 */
export async function dropHeld(sql: Sql, before: Date, limit: number): Promise<number> {
  const rows = await sql.query(
    `UPDATE deliveries d SET status = 'failed', next_attempt_at = NULL, locked_until = NULL, error = $2
     WHERE d.id = ANY(ARRAY(
       SELECT h.id FROM webhooks w JOIN deliveries h ON h.webhook_id = w.id
       WHERE w.status = 'disabled' AND w.disabled_at < $1 AND h.created_at < $1 AND h.status IN ('held', 'pending')
       LIMIT $3 FOR UPDATE OF h SKIP LOCKED)) RETURNING 1 AS one`,
    [before, KEPT_TOO_LONG, limit],
  );
  return rows.length;
}

const WITH_EVENT = `SELECT d.*, e.type AS event_type FROM deliveries d JOIN events e ON e.id = d.event_id`;

/** At most `limit` rows, newest first; with `before`, only rows with a smaller id. */
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

/** What a delivery brings. */
export interface DeliveredEvent {
  data: string;
  is_reply: boolean;
  event_created_at: Date;
}

/** The same with their events. */
export async function listDeliveriesWithEvents(
  sql: Sql,
  webhookId: string,
  limit: number,
  before: string | null,
): Promise<(DeliveryRow & DeliveredEvent)[]> {
  return sql.query<DeliveryRow & DeliveredEvent>(
    `SELECT d.*, e.type AS event_type, e.data, e.is_reply, e.created_at AS event_created_at
     FROM deliveries d JOIN events e ON e.id = d.event_id
     WHERE d.webhook_id = $1 AND ($2::text IS NULL OR d.id < $2) ORDER BY d.id DESC LIMIT $3`,
    [webhookId, before, limit],
  );
}

/** A delivery of this webhook, locked until the transaction ends. */
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

/** Ends all claims. For the start of a process that is the database's only user. */
export async function unlockDeliveries(sql: Sql): Promise<void> {
  await sql.query('UPDATE deliveries SET locked_until = NULL WHERE locked_until IS NOT NULL');
}

/** Where a delivery goes, as it was when it was claimed. */
export interface DeliveryTarget {
  webhook_id: string;
  url: string;
  registered: string[];
  sealed_secret: Buffer;
}

/** A delivery claimed for one attempt, with everything the attempt needs. */
export interface ClaimedDelivery extends DeliveryTarget {
  id: string;
  /** Tells this claim from a later one of the same delivery. */
  locked_until: Date;
  event_id: string;
  type: string;
  data: string;
  is_reply: boolean;
  event_created_at: Date;
  /** Events of the same one go in their order. Null: of no particular one. */
  chat: string | null;
  /** The webhook has `max_deliveries`. */
  limited: boolean;
}

/** How many deliveries a runner can claim. */
export interface ClaimCapacity {
  total: number;
  /** For each webhook that is not in `each`. */
  perWebhook: number;
  /** By webhook id; 0 if enough of its attempts are running. */
  each: Record<string, number>;
}

const DUE = `d.status = 'pending' AND d.next_attempt_at <= $1 AND (d.locked_until IS NULL OR d.locked_until <= $1)`;

/**
 * SQL that claims due deliveries. The ids come as an array, not by a join: for an array the planner always expects few
 * rows.
 * @param webhooks SQL condition on the webhooks `w`
 * @param most SQL for how many deliveries of one webhook may be claimed
 */
function claim(webhooks: string, most: string): string {
  return `WITH due AS (
       SELECT due.id FROM webhooks w CROSS JOIN LATERAL (
         SELECT d.id, d.next_attempt_at FROM deliveries d WHERE d.webhook_id = w.id AND ${DUE}
         ORDER BY d.next_attempt_at, d.id LIMIT ${most} FOR UPDATE SKIP LOCKED
       ) due
       WHERE w.status = 'enabled' AND ${webhooks}
       ORDER BY due.next_attempt_at, due.id LIMIT $3
     )
     UPDATE deliveries d SET locked_until = $2, first_attempt_at = coalesce(d.first_attempt_at, $1)
     FROM events e, webhooks w
     WHERE d.id = ANY(ARRAY(SELECT id FROM due)) AND e.id = d.event_id AND w.id = d.webhook_id
     RETURNING d.id, d.locked_until, d.webhook_id, w.url, w.events AS registered, w.sealed_secret,
               e.id AS event_id, e.type, e.data, e.is_reply, e.created_at AS event_created_at, e.who AS chat,
               w.max_deliveries IS NOT NULL AS limited`;
}

const CAPACITY = `coalesce(($4::jsonb ->> w.id)::int, $5)`;

/**
 * Claims due deliveries until `lockedUntil`, the longest due first. If the process dies, they are due again at that time.
 * Each webhook is looked up by itself, so that the backlog of one does not hold up another.
 */
export async function claimDueDeliveries(
  sql: Sql,
  now: Date,
  lockedUntil: Date,
  capacity: ClaimCapacity,
): Promise<ClaimedDelivery[]> {
  return sql.query<ClaimedDelivery>(CLAIM_UNLIMITED, claimParams(now, lockedUntil, capacity));
}

const CLAIM_UNLIMITED = claim('w.max_deliveries IS NULL', CAPACITY);

/**
 * Claims due deliveries of webhooks with `max_deliveries`: in all processes together, no more attempts are under way than
 * may still succeed. Locks the webhooks first, or two runners that claim at the same time could exceed the limit.
 */
export async function claimLimitedDeliveries(
  database: Database,
  now: Date,
  lockedUntil: Date,
  capacity: ClaimCapacity,
): Promise<ClaimedDelivery[]> {
  if ((await database.query(`${LIMITED_AND_DUE} LIMIT 1`, [now])).length === 0) return [];
  return database.transaction(async (tx) => {
    await tx.query(`${LIMITED_AND_DUE} ORDER BY w.id FOR NO KEY UPDATE`, [now]);
    return tx.query<ClaimedDelivery>(CLAIM_LIMITED, claimParams(now, lockedUntil, capacity));
  });
}

const LIMITED_AND_DUE = `SELECT w.id FROM webhooks w WHERE w.status = 'enabled' AND w.max_deliveries IS NOT NULL
  AND EXISTS (SELECT FROM deliveries d WHERE d.webhook_id = w.id AND ${DUE})`;

const UNDER_WAY = `(SELECT count(*) FROM deliveries u
  WHERE u.webhook_id = w.id AND u.status = 'pending' AND u.locked_until > $1)`;

const CLAIM_LIMITED = claim(
  'w.max_deliveries IS NOT NULL',
  `greatest(0, least(${CAPACITY}, w.max_deliveries - w.delivered_count - ${UNDER_WAY}))`,
);

function claimParams(now: Date, lockedUntil: Date, capacity: ClaimCapacity): unknown[] {
  return [now, lockedUntil, capacity.total, JSON.stringify(capacity.each), capacity.perWebhook];
}

/** Gives up claims under which no attempt was begun. */
export async function releaseClaims(
  sql: Sql,
  claims: readonly Pick<ClaimedDelivery, 'id' | 'locked_until'>[],
): Promise<void> {
  await sql.query(
    `UPDATE deliveries d SET locked_until = NULL,
       first_attempt_at = CASE WHEN d.attempts > 0 THEN d.first_attempt_at END
     FROM unnest($1::text[], $2::timestamptz[]) AS c (id, locked_until)
     WHERE d.id = c.id AND d.locked_until = c.locked_until`,
    [claims.map(({ id }) => id), claims.map(({ locked_until: until }) => until)],
  );
}

/** When the next delivery after `now` is due; null if there is none. */
export async function nextDeliveryAt(sql: Sql, now: Date): Promise<Date | null> {
  const rows = await sql.query<{ at: Date | null }>(
    `SELECT min(next.next_attempt_at) AS at FROM webhooks w CROSS JOIN LATERAL (
       SELECT d.next_attempt_at FROM deliveries d
       WHERE d.webhook_id = w.id AND d.status = 'pending' AND d.next_attempt_at > $1
       ORDER BY d.next_attempt_at LIMIT 1
     ) next WHERE w.status = 'enabled'`,
    [now],
  );
  return rows[0]?.at ?? null;
}

export type DeliveryState = Pick<
  DeliveryRow,
  'id' | 'webhook_id' | 'status' | 'attempts' | 'locked_until' | 'first_attempt_at'
>;

export type DeliveryOutcome = Pick<
  DeliveryRow,
  'id' | 'status' | 'attempts' | 'next_attempt_at' | 'response_status' | 'error'
>;

/** Locks deliveries. Those that no longer exist are left out. */
export async function lockDeliveryStates(tx: Sql, ids: string[]): Promise<DeliveryState[]> {
  return tx.query<DeliveryState>(
    `SELECT id, webhook_id, status, attempts, locked_until, first_attempt_at FROM deliveries
     WHERE id = ANY($1::text[]) ORDER BY id FOR NO KEY UPDATE`,
    [ids],
  );
}

/** Records the results of attempts. */
export function saveOutcomes(tx: Transaction, outcomes: DeliveryOutcome[], now: Date): void {
  if (outcomes.length === 0) return;
  tx.write(
    `UPDATE deliveries d SET status = o.status, attempts = o.attempts, next_attempt_at = o.next_attempt_at,
       locked_until = NULL, response_status = o.response_status, error = o.error, last_attempt_at = $2,
       delivered_at = CASE o.status WHEN 'delivered' THEN $2 ELSE d.delivered_at END
     FROM json_populate_recordset(NULL::deliveries, $1::json) o WHERE d.id = o.id`,
    [rowsJson(outcomes), now],
  );
}
