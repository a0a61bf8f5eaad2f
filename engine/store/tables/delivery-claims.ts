import type { Database, Sql } from '../sql/database';

/** A delivery claimed for one attempt, with all that the attempt needs. */
export interface ClaimedDelivery {
  id: string;
  /** Tells this claim from a later one of the same delivery. */
  locked_until: Date;
  webhook_id: string;
  url: string;
  registered: string[];
  sealed_secret: Buffer;
  event_id: string;
  type: string;
  data: string;
  is_reply: boolean;
  event_created_at: Date;
  /** The webhook wants only so many. */
  limited: boolean;
}

/** How many deliveries a runner can take. */
export interface ClaimRoom {
  total: number;
  /** Of each webhook that `each` does not name. */
  perWebhook: number;
  /** By webhook id; 0 for those that have enough under way. */
  each: Record<string, number>;
}

const DUE = `d.status = 'pending' AND d.next_attempt_at <= $1 AND (d.locked_until IS NULL OR d.locked_until <= $1)`;

/**
 * By an array, not a join: of that the planner expects few rows, whatever it expects of the claim.
 * @param webhooks SQL that says which webhooks `w`
 * @param most SQL for how many of one may be claimed
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
               e.id AS event_id, e.type, e.data, e.is_reply, e.created_at AS event_created_at,
               w.max_deliveries IS NOT NULL AS limited`;
}

const ROOM = `coalesce(($4::jsonb ->> w.id)::int, $5)`;

/**
 * Claims due deliveries until `lockedUntil`, the longest due first; a claim whose process died is due again then. Each
 * webhook is looked up by itself, so that neither its rows nor its share stand in the way of another's.
 */
export async function claimDueDeliveries(
  sql: Sql,
  now: Date,
  lockedUntil: Date,
  room: ClaimRoom,
): Promise<ClaimedDelivery[]> {
  return sql.query<ClaimedDelivery>(CLAIM_UNLIMITED, claimParams(now, lockedUntil, room));
}

const CLAIM_UNLIMITED = claim('w.max_deliveries IS NULL', ROOM);

/**
 * Claims due deliveries of webhooks with `max_deliveries`: no more of one are under way in all processes than may yet
 * succeed. Their webhooks' rows are locked first, since two runners that claim at the same moment could each believe
 * to be within the limit.
 */
export async function claimLimitedDeliveries(
  database: Database,
  now: Date,
  lockedUntil: Date,
  room: ClaimRoom,
): Promise<ClaimedDelivery[]> {
  if ((await database.query(`${LIMITED_AND_DUE} LIMIT 1`, [now])).length === 0) return [];
  return database.transaction(async (tx) => {
    await tx.query(`${LIMITED_AND_DUE} ORDER BY w.id FOR NO KEY UPDATE`, [now]);
    return tx.query<ClaimedDelivery>(CLAIM_LIMITED, claimParams(now, lockedUntil, room));
  });
}

const LIMITED_AND_DUE = `SELECT w.id FROM webhooks w WHERE w.status = 'enabled' AND w.max_deliveries IS NOT NULL
  AND EXISTS (SELECT FROM deliveries d WHERE d.webhook_id = w.id AND ${DUE})`;

const UNDER_WAY = `(SELECT count(*) FROM deliveries u
  WHERE u.webhook_id = w.id AND u.status = 'pending' AND u.locked_until > $1)`;

const CLAIM_LIMITED = claim(
  'w.max_deliveries IS NOT NULL',
  `greatest(0, least(${ROOM}, w.max_deliveries - w.delivered_count - ${UNDER_WAY}))`,
);

function claimParams(now: Date, lockedUntil: Date, room: ClaimRoom): unknown[] {
  return [now, lockedUntil, room.total, JSON.stringify(room.each), room.perWebhook];
}

/** When the next delivery that is not due at `now` will be, or null. */
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
