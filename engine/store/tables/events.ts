import type { Mode } from '../../domain/mode';
import type { Transaction } from '../sql/database';
import { rowsJson } from '../sql/rows-json';
import type { ClaimCapacity, DeliveryRow, DeliveryTarget } from './deliveries';
import { IS_CURRENT, IS_ENABLED, WANTS_EVENT } from './webhook-choice';

/** A row of `events`. `data` is JSON text: every attempt posts the same bytes. */
export interface EventRow {
  id: string;
  mode: Mode;
  type: string;
  data: string;
  subject_id: string | null;
  from_phone: string | null;
  chat_id: string | null;
  reference: string | null;
  is_reply: boolean;
  created_at: Date;
  /** Who the chat is with: a person's id, or the chat id of a group or channel. */
  who: string | null;
  /** The person who wrote, with something inbound. */
  from_who: string | null;
  /** The only webhook that gets it; null: all that want it. */
  webhook_id: string | null;
}

/** How the process that writes events claims their deliveries, see `DeliveryRunner.claimNew`. */
export interface NewClaim {
  lockedUntil: Date;
  capacity: ClaimCapacity;
}

/** A delivery that was written with its event. */
export interface NewDelivery extends DeliveryTarget {
  id: string;
  event_id: string;
  status: DeliveryRow['status'];
  /** Null: it is not claimed. */
  locked_until: Date | null;
}

/**
 * Writes events, and a delivery for every webhook that wants one, in the transaction of the change they report. A webhook
 * that was disabled by failures keeps its events (`held`); one that its user disabled gets none. If a webhook is being
 * deleted, this waits for that: a change must not fail because a webhook went away.
 *
 * With `claim`, those deliveries that fit are claimed in the same statement, so that nobody has to look for them. Webhooks
 * with `max_deliveries` are left out: how many they may have is counted at each claim.
 * @param onDeliveries called with the deliveries that are due now, before the transaction resolves.
 */
export function insertEvents(
  tx: Transaction,
  events: EventRow[],
  claim: NewClaim | null,
  onDeliveries: (due: NewDelivery[]) => void,
): void {
  if (events.length === 0) return;
  const { lockedUntil = null, capacity } = claim ?? {};
  tx.write<NewDelivery>(
    INSERT_EVENTS,
    [rowsJson(events), lockedUntil, JSON.stringify(capacity?.each ?? {}), capacity?.perWebhook ?? 0],
    (rows) => onDeliveries(rows.filter((row) => row.status === 'pending')),
  );
}

const INSERT_EVENTS = `WITH new_events AS (
    INSERT INTO events SELECT * FROM json_populate_recordset(NULL::events, $1::json) RETURNING *
  ),
  wanted AS (
    SELECT e.id AS event_id, e.created_at, w.id AS webhook_id, w.url, w.events AS registered, w.sealed_secret,
           CASE w.status WHEN 'enabled' THEN 'pending' ELSE 'held' END AS status,
           CASE WHEN w.max_deliveries IS NOT NULL OR $2::timestamptz IS NULL THEN 0
                ELSE coalesce(($3::jsonb ->> w.id)::int, $4::int) END AS most
    FROM new_events e JOIN webhooks w ON w.mode = e.mode AND e.type = ANY(w.types)
    WHERE ${IS_ENABLED}
      -- An event for one webhook alone tells of something from before it expired.
      AND CASE WHEN e.webhook_id IS NULL THEN ${IS_CURRENT} ELSE e.webhook_id = w.id END
      AND (e.type <> 'message.received' OR e.is_reply
           OR w.events && ARRAY['message.received', 'new_message_received_webhook'])
      AND (e.type NOT IN ('message.received', 'message.burst') OR e.is_reply
           OR NOT coalesce((w.filter->>'reply_only')::boolean, false))
      AND ${WANTS_EVENT}
      AND (w.filter->>'reference' IS NULL OR w.filter->>'reference' = e.reference)
    FOR KEY SHARE OF w
  ),
  due AS (
    SELECT *, CASE WHEN status = 'pending' AND row_number() OVER (PARTITION BY webhook_id ORDER BY event_id) <= most
                   THEN $2::timestamptz END AS locked_until
    FROM wanted
  ),
  written AS (
    INSERT INTO deliveries (id, event_id, webhook_id, status, next_attempt_at, created_at, locked_until,
                            first_attempt_at)
    SELECT 'dlv_' || substr(event_id, 5) || right(webhook_id, 8), event_id, webhook_id, status,
           CASE status WHEN 'pending' THEN created_at END, created_at, locked_until,
           CASE WHEN locked_until IS NOT NULL THEN created_at END
    FROM due RETURNING id, event_id, webhook_id
  )
  SELECT n.id, d.event_id, d.webhook_id, d.status, d.locked_until,
         CASE WHEN d.locked_until IS NOT NULL THEN d.url END AS url,
         CASE WHEN d.locked_until IS NOT NULL THEN d.registered END AS registered,
         CASE WHEN d.locked_until IS NOT NULL THEN d.sealed_secret END AS sealed_secret
  FROM written n JOIN due d ON d.event_id = n.event_id AND d.webhook_id = n.webhook_id`;
