import type { Sql } from '../sql/database';
import type { MessageRow } from './messages';
import { SAME_PERSON } from './person-names';

/** Why a message that was claimed must not go out; null if it may. */
export type Unwanted = 'opted_out' | 'ended' | null;

/**
 * Whether a claimed message is still wanted, now that WhatsApp has said whose account it goes to: its recipient may have
 * opted out under another name, may have answered since the claim, or may be getting the campaign under another name: it
 * was sent, it may have been, or it is on its way. Of two on their way at once, one goes: the one tried less often, or the
 * first.
 */
export async function findUnwanted(sql: Sql, row: MessageRow): Promise<Unwanted> {
  const rows = await sql.query<{ opted_out: boolean; ended: boolean }>(
    `WITH same AS MATERIALIZED (SELECT id FROM (${SAME_PERSON}) AS same)
     SELECT
       EXISTS (SELECT FROM opt_outs WHERE mode = $2 AND who IN (SELECT id FROM same)) AS opted_out,
       EXISTS (SELECT FROM sequences WHERE id = $3 AND status <> 'active')
         OR ($4 AND EXISTS (SELECT FROM inbound_messages WHERE who IN (SELECT id FROM same) AND session_id = $5
           AND kind = 'message' AND created_at >= $6))
         OR EXISTS (SELECT FROM messages AS o WHERE o.campaign_id = $7 AND o.who IN (SELECT id FROM same) AND o.id <> $8
           AND (o.sent_at IS NOT NULL
             OR (o.handed_over_at IS NOT NULL AND o.status IN ('scheduled', 'queued'))
             OR (o.status = 'sending' AND (o.attempts, o.id) < ($9, $8)))) AS ended`,
    [
      [row.who],
      row.mode,
      row.sequence_id,
      row.cancel_on_reply,
      row.session_id,
      row.handed_over_at,
      row.campaign_id,
      row.id,
      row.attempts,
    ],
  );
  const { opted_out: optedOut, ended } = rows[0]!;
  if (optedOut && (row.campaign_id !== null || row.sequence_id !== null)) return 'opted_out';
  return ended ? 'ended' : null;
}
