import type { Sql } from '../sql/database';
import type { MessageRow } from './messages';
import { isOptedOut } from './opt-outs';
import { SAME_PERSON } from './person-names';

/** Why a message that was claimed must not go out; null if it may. */
export type Unwanted =
  | 'opted_out'
  /** Its recipient has answered, or was erased. */
  | 'ended'
  /** The answer was there before the first claim, so no attempt can have passed its last check. */
  | 'ended_before'
  /** Its recipient gets the campaign under another name. */
  | 'twice'
  | null;

interface Found {
  opted_out: boolean;
  ended: boolean;
  answered_before: boolean;
  twice: boolean;
}

/**
 * Whether a claimed message is still wanted, now that WhatsApp has said whose account it goes to: its recipient may have
 * opted out under another name, may have answered since the claim, or may be getting the campaign under another name. Of
 * several messages of a campaign that may be on the wire, the one that was claimed first goes: most likely it is.
 */
export async function findUnwanted(sql: Sql, row: MessageRow): Promise<Unwanted> {
  const [found] = await sql.query<Found>(
    `WITH same AS MATERIALIZED (SELECT id FROM (${SAME_PERSON}) AS same)
     SELECT
       EXISTS (SELECT FROM same WHERE ${isOptedOut('$2', 'same.id')}) AS opted_out,
       EXISTS (SELECT FROM sequences WHERE id = $3 AND status <> 'active')
         OR EXISTS (SELECT FROM messages WHERE id = $8 AND erased_at IS NOT NULL)
         OR ($4 AND EXISTS (SELECT FROM inbound_messages WHERE who IN (SELECT id FROM same) AND session_id = $5
           AND kind = 'message' AND created_at >= $6))
         OR ($4 AND EXISTS (SELECT FROM awaited_messages WHERE who IN (SELECT id FROM same) AND session_id = $5
           AND kind = 'message' AND created_at >= $6)) AS ended,
       EXISTS (SELECT FROM inbound_messages AS i JOIN sequences AS s ON s.id = $3 AND s.status = 'stopped_by_reply'
         WHERE i.who IN (SELECT id FROM same) AND i.session_id = $5 AND i.kind IN ('message', 'poll_vote')
           AND i.created_at < $6 AND i.created_at > s.created_at) AS answered_before,
       EXISTS (SELECT FROM messages AS o WHERE o.campaign_id = $7 AND o.who IN (SELECT id FROM same) AND o.id <> $8
         AND (o.sent_at IS NOT NULL
           OR (o.status IN ('scheduled', 'queued', 'sending') AND (o.handed_over_at, o.id) < ($6, $8)))) AS twice`,
    [
      [row.who],
      row.mode,
      row.sequence_id,
      row.cancel_on_reply,
      row.session_id,
      row.handed_over_at,
      row.campaign_id,
      row.id,
    ],
  );
  const { opted_out: optedOut, ended, answered_before: answeredBefore, twice } = found!;
  if (optedOut && (row.campaign_id !== null || row.sequence_id !== null)) return 'opted_out';
  if (twice) return 'twice';
  if (ended) return answeredBefore ? 'ended_before' : 'ended';
  return null;
}
