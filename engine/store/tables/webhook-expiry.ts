import type { Mode } from '../../domain/mode';
import type { Sql } from '../sql/database';

/** The event of a webhook whose time is up. It goes only to that webhook. */
const EXPIRED = 'webhook.expired';

interface Expiring {
  id: string;
  mode: Mode;
  types: string[];
  expires_at: Date | null;
}

/**
 * Plans the `webhook.expired` of a webhook, in place of one planned before: its delivery becomes due at `expires_at`.
 * None is planned if the webhook does not want it, has no such time, or it has passed.
 * @param eventId a new id
 * @param data JSON text
 */
export async function planExpiry(
  tx: Sql,
  { id, mode, types, expires_at: expiresAt }: Expiring,
  now: Date,
  eventId: string,
  data: string,
): Promise<void> {
  await tx.query(
    `DELETE FROM events e USING deliveries d
     WHERE d.webhook_id = $1 AND d.event_id = e.id AND e.type = $2 AND d.status IN ('pending', 'held')`,
    [id, EXPIRED],
  );
  if (!types.includes(EXPIRED) || !expiresAt || expiresAt <= now) return;
  await tx.query(
    `WITH planned AS (
       INSERT INTO events (id, mode, type, data, subject_id, is_reply, created_at)
       VALUES ($1, $2, $3, $4, $5, false, $6) RETURNING id
     )
     INSERT INTO deliveries (id, event_id, webhook_id, status, next_attempt_at, created_at)
     SELECT 'dlv_' || substr(id, 5) || right($5, 8), id, $5, 'pending', $6, $7 FROM planned`,
    [eventId, mode, EXPIRED, data, id, expiresAt, now],
  );
}

/**
 * SQL condition: what happened before the webhook `w` expired was tried to be delivered at least once, and it has no
 * `webhook.expired` that it still has to get.
 */
export const HAS_BEEN_TOLD = `NOT EXISTS (
  SELECT FROM deliveries x JOIN events e ON e.id = x.event_id
  WHERE x.webhook_id = w.id AND x.status = 'pending' AND (e.type = '${EXPIRED}' OR x.attempts = 0))
  AND NOT EXISTS (SELECT FROM bursts b WHERE b.webhook_id = w.id)`;
