import type { Sql } from '../sql/database';
import type { MessageRow } from './messages';
import { isOptedOut } from './opt-outs';
import { SAME_PERSON } from './person-names';
import { MAY_GO } from './recurrences';
import { hasHuman } from './takeovers';

/** Why a message that was claimed must not go out; null if it may. */
export type WhyUnwanted =
  | 'opted_out'
  /** Its recipient has answered, or was erased. */
  | 'ended'
  /** The answer was there before the first claim, so no attempt can have passed its last check. */
  | 'ended_before'
  /** Its recipient gets the campaign under another name. */
  | 'twice'
  | null;

/** Whether a claimed message may go. */
export interface Wantedness {
  why: WhyUnwanted;
  /** A person has the chat, and the message waits for the bot or is canceled then. */
  isHumans: boolean;
}

interface Found {
  opted_out: boolean;
  erased: boolean;
  twice: boolean;
  is_humans: boolean;
  /** Of its sequence or recurrence. */
  ongoing_status: string | null;
  /** The first answer since the message, or what it belongs to, was created. */
  answered_at: Date | null;
}

/**
 * Whether a claimed message is still wanted, now that WhatsApp has said whose account it goes to: its recipient may have
 * opted out or answered under another name, or may be getting the campaign under another name. Of several messages of a
 * campaign that may be on the wire, the one that was claimed first goes: most likely it is.
 */
export async function isWanted(sql: Sql, row: MessageRow, now: Date): Promise<Wantedness> {
  const [found] = await sql.query<Found>(
    `WITH same AS MATERIALIZED (SELECT id FROM (${SAME_PERSON}) AS same),
       ongoing AS (
         SELECT status, created_at FROM sequences WHERE id = $3
         UNION ALL
         SELECT CASE WHEN ${MAY_GO} THEN 'active' ELSE status END, created_at FROM recurrences AS r WHERE id = $11),
       since AS (SELECT coalesce((SELECT created_at FROM ongoing), $4) AS at)
     SELECT
       EXISTS (SELECT FROM same WHERE ${isOptedOut('$2', 'same.id')}) AS opted_out,
       EXISTS (SELECT FROM messages WHERE id = $9 AND erased_at IS NOT NULL) AS erased,
       EXISTS (SELECT FROM messages AS o WHERE o.campaign_id = $8 AND o.who IN (SELECT id FROM same) AND o.id <> $9
         AND (o.sent_at IS NOT NULL
           OR (o.status IN ('scheduled', 'queued', 'sending') AND (o.handed_over_at, o.id) < ($7, $9)))) AS twice,
       ${hasHuman('(SELECT id FROM same)', '$5', '$10')} AS is_humans,
       coalesce((SELECT status FROM ongoing), CASE WHEN $11::text IS NOT NULL THEN 'ended' END) AS ongoing_status,
       least(${firstAnswerIn('inbound_messages')}, ${firstAnswerIn('awaited_messages')}) AS answered_at`,
    [
      [row.who],
      row.mode,
      row.sequence_id,
      row.created_at,
      row.session_id,
      ANSWERS[(row.sequence_id ?? row.recurrence_id) ? 'ongoing' : 'message'],
      row.handed_over_at,
      row.campaign_id,
      row.id,
      now,
      row.recurrence_id,
    ],
  );
  const stops = row.only_while_bot || row.cancel_on_takeover;
  return { why: whyUnwanted(row, found!), isHumans: (stops && found!.is_humans) ?? false };
}

function whyUnwanted(row: MessageRow, found: Found): WhyUnwanted {
  const { opted_out: optedOut, erased, twice, ongoing_status: status, answered_at: answeredAt } = found;
  if (optedOut && (row.campaign_id ?? row.sequence_id ?? row.recurrence_id) !== null) return 'opted_out';
  if (twice) return 'twice';
  const isOver = status !== null && status !== 'active';
  const endsIt = row.cancel_on_reply || status === 'stopped_by_reply';
  const isAnswered = endsIt && answeredAt !== null;
  if (isAnswered && row.handed_over_at && answeredAt < row.handed_over_at) return 'ended_before';
  return isOver || isAnswered || erased ? 'ended' : null;
}

/** Kinds of what was received that end a sequence or recurrence, and a message with `cancel_on_reply`. */
const ANSWERS = { ongoing: ['message', 'poll_vote'], message: ['message'] };

const firstAnswerIn = (table: string): string =>
  `(SELECT min(created_at) FROM ${table} WHERE who IN (SELECT id FROM same) AND session_id = $5
     AND kind = ANY($6::text[]) AND created_at >= (SELECT at FROM since))`;
