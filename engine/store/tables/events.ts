import type { Mode } from '../../domain/mode';
import type { Transaction } from '../sql/database';
import { rowsJson } from '../sql/rows-json';
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

/**
 * Writes events, and a delivery for every webhook that wants one, in the transaction of the change they report. A webhook
 * that was disabled by failures keeps its events (`held`); one that its user disabled gets none. If a webhook is being
 * deleted, this waits for that: a change must not fail because a webhook went away.
 * @param onDeliveries called with the number of deliveries that are due now, before the transaction resolves.
 */
export function insertEvents(
  tx: Transaction,
  events: EventRow[],
  onDeliveries: (pending: number) => void,
): void {
  if (events.length === 0) return;
  tx.write<{ status: string }>(
    `WITH new_events AS (
       INSERT INTO events SELECT * FROM json_populate_recordset(NULL::events, $1::json) RETURNING *
     ),
     wanted AS (
       SELECT e.id AS event_id, e.created_at, w.id AS webhook_id,
              CASE w.status WHEN 'enabled' THEN 'pending' ELSE 'held' END AS status
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
     )
     INSERT INTO deliveries (id, event_id, webhook_id, status, next_attempt_at, created_at)
     SELECT 'dlv_' || substr(event_id, 5) || right(webhook_id, 8), event_id, webhook_id, status,
            CASE status WHEN 'pending' THEN created_at END, created_at
     FROM wanted
     RETURNING status`,
    [rowsJson(events)],
    (rows) => onDeliveries(rows.filter((row) => row.status === 'pending').length),
  );
}
